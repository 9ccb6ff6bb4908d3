package io.connectorkit.elasticsearch;

import org.junit.jupiter.api.extension.ExtendWith;

/** Documents by id, on a real node. */
@ExtendWith(OneNode.class)
class ElasticsearchLookupContractIT extends IdLookupContract {

    ElasticsearchLookupContractIT(ElasticsearchNode node) {
        super(new Index(node));
    }
}
