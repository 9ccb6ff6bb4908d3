package io.connectorkit.elasticsearch;

/** Guarded by Elasticsearch; late replays stay out for as long as {@code index.gc_deletes}. */
class ElasticsearchSinkContractIT extends NodeContract {

    ElasticsearchSinkContractIT(ElasticsearchNode node) {
        super(node, "1h");
    }
}
