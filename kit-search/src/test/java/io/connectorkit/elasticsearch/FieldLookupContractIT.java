package io.connectorkit.elasticsearch;

import org.junit.jupiter.api.extension.ExtendWith;

/** Documents by a field, on a real node. */
@ExtendWith(OneNode.class)
class FieldLookupContractIT extends FieldLookupContract {

    FieldLookupContractIT(ElasticsearchNode node) {
        super(new Index(node));
    }
}
