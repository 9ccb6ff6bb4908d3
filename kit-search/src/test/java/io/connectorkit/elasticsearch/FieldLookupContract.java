package io.connectorkit.elasticsearch;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupSourceFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Documents by a field that Elasticsearch mapped itself. */
abstract class FieldLookupContract extends DocumentLookupContract<List<String>> {

    FieldLookupContract(Indices indices) {
        super(indices);
    }

    @Override
    LookupSourceFactory<ChangeKey, List<String>> open(ElasticsearchOptions options) {
        return ElasticsearchLookup.byFields(
                options, List.of("k"), (id, source) -> source.get("v").asText());
    }

    @Override
    protected String text(List<String> row) {
        if (row.size() != 1) {
            throw new AssertionError("one document has the key, found " + row);
        }
        return row.get(0);
    }

    @Override
    protected Optional<ChangeKey> unreadableKey() {
        return Optional.of(ChangeKey.of("bytes".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Override
    String document(ChangeKey key, String text) throws Exception {
        return LookupRequests.JSON.writeValueAsString(Map.of("k", key.part(0).toString(), "v", text));
    }
}
