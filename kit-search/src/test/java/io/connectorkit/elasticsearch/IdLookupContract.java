package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupSourceFactory;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;

/** Documents by id, on a real node. */
@ExtendWith(OneNode.class)
class ElasticsearchLookupContractIT extends DocumentLookupContract<String> {

    ElasticsearchLookupContractIT(ElasticsearchNode node) {
        super(node);
    }

    @Override
    LookupSourceFactory<ChangeKey, String> open(ElasticsearchOptions options) {
        return ElasticsearchLookup.byId(options, (id, source) -> text(source));
    }

    private static String text(JsonNode source) {
        return source.get("v").asText();
    }

    @Override
    protected String text(String row) {
        return row;
    }

    @Override
    String document(ChangeKey key, String text) throws Exception {
        return LookupRequests.JSON.writeValueAsString(Map.of("v", text));
    }
}
