package io.connectorkit.elasticsearch;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;

/** The sink's contract on a real node. */
@ExtendWith(OneNode.class)
abstract class NodeContract extends IndexContract {

    private final ElasticsearchNode node;
    private final String gcDeletes;

    NodeContract(ElasticsearchNode node, String gcDeletes) {
        this.node = node;
        this.gcDeletes = gcDeletes;
    }

    @Override
    String url() {
        return node.url();
    }

    @Override
    void create() {
        new Index(node)
                .create(
                        name,
                        "{\"settings\":{\"index.gc_deletes\":\"" + gcDeletes + "\",\"number_of_replicas\":0},"
                                + "\"mappings\":{\"properties\":{\"key\":{\"type\":\"keyword\"},"
                                + "\"v\":{\"type\":\"keyword\"},\"n\":{\"type\":\"integer\"}}}}");
    }

    /** What readers look at: the index, or an alias of it. */
    String readers() {
        return name;
    }

    @Override
    Map<String, String> documents() throws Exception {
        return new Index(node).documents(readers());
    }
}
