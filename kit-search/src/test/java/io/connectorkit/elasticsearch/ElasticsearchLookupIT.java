package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the contract does not ask: several documents of a key, fields of all types, documents that are hidden or bad. */
@ExtendWith(OneNode.class)
class ElasticsearchLookupIT {

    record Airport(String code, String city) {}

    private final Index index;
    private final ElasticsearchNode node;

    ElasticsearchLookupIT(ElasticsearchNode node) {
        this.node = node;
        this.index = new Index(node);
    }

    @Test
    void findsAllDocumentsOfAKeyHoweverMany() throws Exception {
        index.create("many", "{\"mappings\":{\"properties\":{\"k\":{\"type\":\"keyword\"}}}}");
        bulk(
                "many",
                6_500,
                i -> "{\"k\":\"" + (i < 5_300 ? "hot" : i < 6_488 ? "warm" : "cold") + "\",\"n\":" + i + "}");
        ElasticsearchLookup<List<Integer>> lookup = ElasticsearchLookup.byFields(
                options("many"), List.of("k"), (id, source) -> source.get("n").asInt());
        Map<ChangeKey, List<Integer>> found = fetch(lookup, "hot", "none", "cold", "warm");
        assertThat(found).containsOnlyKeys(ChangeKey.of("hot"), ChangeKey.of("warm"), ChangeKey.of("cold"));
        assertThat(found.get(ChangeKey.of("cold"))).hasSize(12).doesNotHaveDuplicates();
        assertThat(found.get(ChangeKey.of("warm"))).hasSize(1_188).doesNotHaveDuplicates();
        assertThat(found.get(ChangeKey.of("hot"))).hasSize(5_300).doesNotHaveDuplicates();
        assertThat(node.request("GET", "/_nodes/stats/indices/search", null))
                .as("points in time are closed")
                .contains("\"open_contexts\":0");
    }

    @Test
    void comparesFieldsOfAnyTypeByValue() throws Exception {
        index.create("typed", "{}");
        node.request(
                "PUT",
                "/typed/_doc/1?refresh=true",
                "{\"code\":\"FRA\",\"n\":7,\"d\":\"2024-01-02\",\"b\":true,\"x\":1.5,\"city\":\"Frankfurt am Main\"}");
        ElasticsearchLookup<List<Airport>> lookup = ElasticsearchLookup.byFields(
                options("typed"), List.of("city", "n", "d", "b", "x"), ElasticsearchLookupMapper.of(Airport.class));
        ChangeKey key = ChangeKey.of("Frankfurt am Main", 7, LocalDate.of(2024, 1, 2), true, 1.5);
        ChangeKey other = ChangeKey.of("Frankfurt am Main", 8, LocalDate.of(2024, 1, 2), true, 1.5);
        assertThat(fetch(lookup, List.of(key, other)))
                .containsExactly(Map.entry(key, List.of(new Airport("FRA", "Frankfurt am Main"))));
    }

    @Test
    void hidesTombstones() throws Exception {
        index.create("hidden", "{}");
        node.request("PUT", "/hidden/_doc/a?refresh=true", "{\"k\":\"x\",\"_deleted\":true}");
        node.request("PUT", "/hidden/_doc/b?refresh=true", "{\"k\":\"x\"}");
        assertThat(fetch(ElasticsearchLookup.byId(options("hidden"), (id, source) -> id), "a", "b"))
                .containsOnlyKeys(ChangeKey.of("b"));
        assertThat(fetch(ElasticsearchLookup.byFields(options("hidden"), List.of("k"), (id, source) -> id), "x"))
                .containsExactly(Map.entry(ChangeKey.of("x"), List.of("b")));
    }

    @Test
    void findsDocumentsUnderIdsOfTheOfficialLayout() throws Exception {
        index.create("official", "{}");
        node.request("PUT", "/official/_doc/a_7", "{\"k\":\"x\"}");
        ChangeKey key = ChangeKey.of("a", 7);
        assertThat(fetch(ElasticsearchLookup.byId(options("official"), "_", (id, source) -> id), List.of(key)))
                .containsOnlyKeys(key);
        assertThat(fetch(ElasticsearchLookup.byId(options("official"), (id, source) -> id), List.of(key)))
                .isEmpty();
    }

    @Test
    void refusesATextFieldThatCannotBeCompared() {
        index.create("words", "{\"mappings\":{\"properties\":{\"t\":{\"type\":\"text\"}}}}");
        assertThatThrownBy(() ->
                        fetch(ElasticsearchLookup.byFields(options("words"), List.of("t"), (id, source) -> id), "x"))
                .hasMessage(
                        "the fields of index 'words' must be known, got: lookup field 't' of index 'words' must be a keyword, number, date, boolean or ip field, or"
                                + " have a sub-field keyword, got text; name a sub-field that is one, or add it to the mapping");
    }

    @Test
    void rejectsAKeyThatAFieldCannotHoldAndNamesIt() {
        index.create("numbers", "{\"mappings\":{\"properties\":{\"n\":{\"type\":\"integer\"}}}}");
        ElasticsearchLookup<List<String>> lookup =
                ElasticsearchLookup.byFields(options("numbers"), List.of("n"), (id, source) -> id);
        assertFailure(lookup, ChangeKey.of("seven"), FailureKind.REJECTED, "a lookup of key=seven");
        assertFailure(lookup, ChangeKey.of(1, 2), FailureKind.REJECTED, "key=1|2 must have 1 parts [n], got 2");
    }

    @Test
    void saysWhichDocumentTheMapperFailedOnAndNothingOfIt() {
        index.create("mapped", "{}");
        node.request("PUT", "/mapped/_doc/a", "{\"code\":{\"s3cr3t\":1}}");
        ElasticsearchLookup<Airport> lookup =
                ElasticsearchLookup.byId(options("mapped"), ElasticsearchLookupMapper.of(Airport.class));
        assertFailure(
                lookup,
                ChangeKey.of("a"),
                FailureKind.FATAL,
                "the mapper failed on document 'a' of index 'mapped': com.fasterxml.jackson.");
    }

    private <V> void assertFailure(
            LookupSourceFactory<ChangeKey, V> lookup, ChangeKey key, FailureKind kind, String text) {
        assertThatThrownBy(() -> fetch(lookup, List.of(key)))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(LookupException.class)
                .hasMessageContaining(text)
                .hasMessageNotContaining("s3cr3t")
                .satisfies(failure ->
                        assertThat(((LookupException) failure).kind()).isEqualTo(kind))
                .satisfies(failure -> assertThat(failure).hasStackTraceContaining(text))
                .satisfies(failure -> assertThat(java.util.Objects.toString(failure.getCause()))
                        .doesNotContain("s3cr3t"));
    }

    private <V> Map<ChangeKey, V> fetch(LookupSourceFactory<ChangeKey, V> lookup, String... keys) throws Exception {
        return fetch(lookup, java.util.Arrays.stream(keys).map(ChangeKey::of).toList());
    }

    private <V> Map<ChangeKey, V> fetch(LookupSourceFactory<ChangeKey, V> lookup, List<ChangeKey> keys)
            throws Exception {
        try (LookupSource<ChangeKey, V> source =
                lookup.open(new LookupContext(0, LookupOptions.defaults(), new UnregisteredMetricsGroup()))) {
            return source.fetch(keys).toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    private ElasticsearchOptions options(String index) {
        return ElasticsearchOptions.of(node.url(), index);
    }

    private void bulk(String name, int documents, java.util.function.IntFunction<String> document) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < documents; i++) {
            body.append("{\"index\":{}}\n").append(document.apply(i)).append('\n');
        }
        node.request("POST", "/" + name + "/_bulk?refresh=true&filter_path=errors", body.toString());
    }
}
