package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupSourceFactory;
import java.util.Map;

/** Documents by id. */
abstract class IdLookupContract extends DocumentLookupContract<String> {

    IdLookupContract(Indices indices) {
        super(indices);
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
