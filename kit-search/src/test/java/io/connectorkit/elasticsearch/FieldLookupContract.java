package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** Documents by a field that Elasticsearch mapped itself. */
abstract class FieldLookupContract extends DocumentLookupContract<List<String>> {

    private static final Duration WAIT = Duration.ofSeconds(60);

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

    /** Elasticsearch maps a field with the first document that has it. */
    @Test
    void findsByAFieldThatWasMappedAfterTheLookupWasOpened() throws Exception {
        ChangeKey key = ChangeKey.of("Frankfurt am Main");
        ChangeKey word = ChangeKey.of("main");
        try (LookupSource<ChangeKey, List<String>> source =
                source(Map.of()).open(new LookupContext(0, options(), new UnregisteredMetricsGroup()))) {
            assertThat(source.fetch(List.of(key)).toCompletableFuture())
                    .succeedsWithin(WAIT)
                    .isEqualTo(Map.of());
            update(key, "row");
            assertThat(source.fetch(List.of(key, word)).toCompletableFuture())
                    .succeedsWithin(WAIT)
                    .isEqualTo(Map.of(key, List.of("row")));
        }
    }
}
