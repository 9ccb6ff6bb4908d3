package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.elasticsearch.ScriptedServer.Answer;
import io.connectorkit.elasticsearch.ScriptedServer.Request;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract does not ask: documents that are hidden, keys in another order, answers that are bad. */
class ElasticsearchLookupTest {

    private static final ChangeKey A = ChangeKey.of("a");

    private final FakeCluster cluster = new FakeCluster();

    private void write(String id, String document) {
        cluster.apply(new Request(
                "POST", "/orders/_bulk", null, Map.of(), "{\"index\":{\"_id\":\"" + id + "\"}}\n" + document + "\n"));
    }

    private static <V> Map<ChangeKey, V> lookup(
            Function<Request, Answer> script,
            Function<ElasticsearchOptions, LookupSourceFactory<ChangeKey, V>> kind,
            ChangeKey... keys)
            throws Exception {
        try (ScriptedServer server = ScriptedServer.start(script);
                LookupSource<ChangeKey, V> source = kind.apply(ElasticsearchOptions.of(server.url(), "orders"))
                        .open(new LookupContext(0, LookupOptions.defaults(), new UnregisteredMetricsGroup()))) {
            return source.fetch(List.of(keys)).toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    private static LookupSourceFactory<ChangeKey, String> byId(ElasticsearchOptions options) {
        return ElasticsearchLookup.byId(
                options, (id, source) -> source.path("k").asText());
    }

    private static LookupSourceFactory<ChangeKey, List<String>> byField(ElasticsearchOptions options) {
        return ElasticsearchLookup.byFields(options, List.of("k"), (id, source) -> id);
    }

    @Test
    void hidesTombstones() throws Exception {
        write("a", "{\"k\":\"x\",\"_deleted\":true}");
        write("b", "{\"k\":\"x\"}");
        assertThat(lookup(cluster, ElasticsearchLookupTest::byId, A, ChangeKey.of("b")))
                .containsOnlyKeys(ChangeKey.of("b"));
        assertThat(lookup(cluster, ElasticsearchLookupTest::byField, ChangeKey.of("x")))
                .isEqualTo(Map.of(ChangeKey.of("x"), List.of("b")));
    }

    @Test
    void findsTheDocumentOfAKeyWhosePartsComeInAnotherOrder() throws Exception {
        write("a|7|z", "{\"k\":\"x\"}");
        ChangeKey asked = ChangeKey.of("z", "a", 7);
        assertThat(lookup(
                        cluster,
                        options -> ElasticsearchLookup.byId(
                                options, null, new int[] {1, 2, 0}, List.of(), (id, source) -> "found"),
                        asked))
                .isEqualTo(Map.of(asked, "found"));
    }

    @ParameterizedTest
    @CsvSource({"shard_not_available_exception, RETRYABLE", "index_not_found_exception, FATAL"})
    void takesADocumentThatCouldNotBeReadForNoMiss(String type, FailureKind kind) {
        cluster.create("orders");
        Answer error = Answer.json(
                200, "{\"docs\":[{\"_id\":\"a\",\"error\":{\"type\":\"" + type + "\",\"reason\":\"no luck\"}}]}");
        assertFailure(answering("_mget", error), ElasticsearchLookupTest::byId, kind, "a lookup of key=a", type);
    }

    @Test
    void takesASearchThatFailedForNoMiss() {
        write("b", "{\"k\":\"x\"}");
        Answer error = Answer.json(
                200, "{\"responses\":[{\"status\":429,\"error\":{\"type\":\"es_rejected_execution_exception\"}}]}");
        assertFailure(
                answering("_msearch", error),
                ElasticsearchLookupTest::byField,
                FailureKind.THROTTLED,
                "a lookup of key=a",
                "es_rejected_execution_exception");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"_mget; {\"docs\":[]}", "_mget; {}", "_mget; <html>", "_msearch; {\"responses\":[]}"})
    void takesAnAnswerThatDoesNotCoverTheKeysForAFailure(String operation, String body) {
        write("b", "{\"k\":\"x\"}");
        Answer answer = Answer.json(200, body);
        if (operation.equals("_mget")) {
            assertFailure(
                    answering(operation, answer), ElasticsearchLookupTest::byId, FailureKind.RETRYABLE, "answered");
        } else {
            assertFailure(
                    answering(operation, answer), ElasticsearchLookupTest::byField, FailureKind.RETRYABLE, "answered");
        }
    }

    private Function<Request, Answer> answering(String operation, Answer answer) {
        return request -> request.path().endsWith("/" + operation) ? answer : cluster.apply(request);
    }

    private static <V> void assertFailure(
            Function<Request, Answer> script,
            Function<ElasticsearchOptions, LookupSourceFactory<ChangeKey, V>> lookup,
            FailureKind kind,
            String... words) {
        assertThatThrownBy(() -> lookup(script, lookup, A))
                .cause()
                .isInstanceOf(LookupException.class)
                .hasMessageContainingAll(words)
                .extracting(failure -> ((LookupException) failure).kind())
                .isEqualTo(kind);
    }
}
