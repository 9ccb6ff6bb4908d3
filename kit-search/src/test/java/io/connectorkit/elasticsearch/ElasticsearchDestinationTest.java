package io.connectorkit.elasticsearch;

import static io.connectorkit.elasticsearch.ChangeFixture.delete;
import static io.connectorkit.elasticsearch.ChangeFixture.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.elasticsearch.ScriptedServer.Answer;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Batches;
import io.connectorkit.sink.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElasticsearchDestinationTest {

    private static final Answer CREATED = Answer.json(200, "{\"items\":[{\"index\":{\"status\":201}}]}");
    private static final Batch<byte[]> ONE = Batches.of(upsert("a", 1, "{\"n\":\"s3cr3t\"}"));

    @Test
    void sendsOneBulkRequestAndAsksForStatusesOnly() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(CREATED)) {
            assertThat(send(server, WriteMode.NEWEST_WINS, ONE).outcomes()).containsExactly(Outcome.delivered());

            ScriptedServer.Request request = server.onlyRequest();
            assertThat(request.method() + " " + request.path()).isEqualTo("POST /orders/_bulk");
            assertThat(request.query()).contains("filter_path=items.*.status,");
            assertThat(request.headers().get("Content-type"))
                    .containsExactly("application/vnd.elasticsearch+x-ndjson; compatible-with=8");
            assertThat(request.body())
                    .isEqualTo("{\"index\":{\"_id\":\"a\",\"version_type\":\"external_gte\",\"version\":1}}\n"
                            + "{\"n\":\"s3cr3t\"}\n");
        }
    }

    @Test
    void givesEachChangeItsOwnOutcome() throws Exception {
        Answer answer = Answer.json(
                200,
                """
                {"took":1,"errors":true,"items":[
                 {"index":{"_id":"a","status":201}},
                 {"index":{"status":409,"error":{"type":"version_conflict_engine_exception","reason":"conflict"}}},
                 {"delete":{"status":404,"result":"not_found"}},
                 {"index":{"status":429,"error":{"type":"es_rejected_execution_exception","reason":"queue full"}}},
                 {"index":{"status":400,"error":{"type":"document_parsing_exception",
                   "reason":"[1:6] failed to parse field [n] of type [long] in document with id 'e'. Preview of field's value: 's3cr3t'",
                   "caused_by":{"type":"number_format_exception","reason":"For input string: s3cr3t"}}}}]}""");
        Change<byte[]> wide =
                new Change.Upsert<>(ChangeKey.of("w"), ChangeVersion.of("1" + "0".repeat(30)), new byte[] {'{', '}'});
        try (ScriptedServer server = ScriptedServer.start(answer)) {
            Recorded recorded = send(
                    server,
                    WriteMode.NEWEST_WINS,
                    Batches.of(
                            upsert("a", 1, "{}"),
                            upsert("b", 1, "{}"),
                            wide,
                            delete("c", 1),
                            upsert("d", 1, "{}"),
                            upsert("e", 1, "{}")));

            assertThat(recorded.outcomes()).hasSize(6);
            assertThat(recorded.outcomes().get(0)).isEqualTo(Outcome.delivered());
            assertThat(recorded.outcomes().get(1)).isEqualTo(Outcome.stale());
            assertThat(recorded.failed(2).kind()).isEqualTo(FailureKind.REJECTED);
            assertThat(recorded.failed(2).cause()).hasMessageStartingWith("version of key=w must be at most");
            assertThat(recorded.outcomes().get(3)).isEqualTo(Outcome.delivered());
            assertThat(recorded.failed(4).kind()).isEqualTo(FailureKind.THROTTLED);
            assertThat(recorded.failed(5).kind()).isEqualTo(FailureKind.REJECTED);
            assertThat(recorded.failed(5).cause())
                    .hasMessage("Elasticsearch refused key=e for index 'orders': 400 document_parsing_exception: [1:6]"
                            + " failed to parse field [n] of type [long] (number_format_exception)");
        }
    }

    @Test
    void sendsNothingWhenNoChangeIsLeft() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(CREATED)) {
            Recorded recorded = send(server, WriteMode.INSERT_ONLY, Batches.of(delete("a"), delete("b")));
            assertThat(recorded.outcomes()).hasSize(2).allMatch(outcome -> outcome instanceof Outcome.Failed);
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "413, REJECTED, a request of 1 changes for index 'orders': 413",
        "429, THROTTLED, 429 some_exception: no such luck",
        "502, RETRYABLE, 502 some_exception: no such luck",
        "503, RETRYABLE, 503 some_exception: no such luck",
        "504, RETRYABLE, 504 some_exception: no such luck",
        "400, REJECTED, 400 some_exception: no such luck",
        "401, FATAL, 401 some_exception: no such luck; check username and password or api-key",
        "403, FATAL, 403 some_exception: no such luck",
        "404, FATAL, 404 some_exception: no such luck",
        "307, FATAL, 307 some_exception: no such luck"
    })
    void readsTheReasonOfARefusedRequest(int status, FailureKind kind, String message) throws Exception {
        Answer answer = Answer.json(
                status,
                "{\"error\":{\"root_cause\":[{\"type\":\"x\"}],\"type\":\"some_exception\",\"reason\":\"no such luck\"},"
                        + "\"status\":" + status + ",\"echo\":\"s3cr3t\"}");
        try (ScriptedServer server = ScriptedServer.start(answer)) {
            Recorded recorded = send(server, WriteMode.NEWEST_WINS, ONE);
            assertThat(recorded.failure()).isEqualTo(kind);
            assertThat(recorded.cause()).hasMessageContaining(message).hasMessageContaining(server.url());
            assertThat(recorded.cause()).hasStackTraceContaining("refused").hasNoCause();
            assertThat(recorded.cause().getMessage()).doesNotContain("s3cr3t");
        }
    }

    @Test
    void survivesAProxysHtml() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(new Answer(502, "text/html", "<html>Bad gateway</html>"))) {
            Recorded recorded = send(server, WriteMode.NEWEST_WINS, ONE);
            assertThat(recorded.failure()).isEqualTo(FailureKind.RETRYABLE);
            assertThat(recorded.cause()).hasMessageContaining("502 (an answer without a reason, perhaps of a proxy)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\":[]}",
                "{\"items\":[{\"index\":{\"status\":201}},{\"index\":{\"status\":201}}]}",
                "{\"took\":3}",
                "{\"items\":[{\"index\":{\"result\":\"created\"}}]}",
                "{\"items\":[{\"index\":{\"status\":201",
                "[]",
                "<html>s3cr3t</html>",
                ""
            })
    void takesAnAnswerThatDoesNotCoverTheBatchForAFailure(String body) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(Answer.json(200, body))) {
            Recorded recorded = send(server, WriteMode.NEWEST_WINS, ONE);
            assertThat(recorded.failure()).isEqualTo(FailureKind.RETRYABLE);
            assertThat(recorded.cause())
                    .hasMessageContaining("answered")
                    .hasMessageContaining("check that hosts is Elasticsearch");
            assertThat(recorded.cause().getMessage()).doesNotContain("s3cr3t");
        }
    }

    @Test
    void failsTheRequestWhenOneItemSaysThatNoneWillGo() throws Exception {
        Answer answer = Answer.json(
                200,
                "{\"items\":[{\"index\":{\"status\":403,\"error\":{\"type\":\"security_exception\","
                        + "\"reason\":\"action [indices:data/write/bulk] is unauthorized for user [kit]\"}}}]}");
        try (ScriptedServer server = ScriptedServer.start(answer)) {
            Recorded recorded = send(server, WriteMode.NEWEST_WINS, ONE);
            assertThat(recorded.failure()).isEqualTo(FailureKind.FATAL);
            assertThat(recorded.cause())
                    .hasMessage("Elasticsearch refused key=a for index 'orders': 403 security_exception: action"
                            + " [indices:data/write/bulk] is unauthorized for user [kit]; grant the privileges index and"
                            + " delete, or write, on the index");
        }
    }

    @Test
    void triesALostConnectionAgain() throws Exception {
        ElasticsearchOptions options;
        try (ScriptedServer server = ScriptedServer.start(CREATED)) {
            options = ElasticsearchOptions.of(server.url(), "orders");
        }
        Recorded recorded = send(options, WriteMode.OVERWRITE, ONE);
        assertThat(recorded.failure()).isEqualTo(FailureKind.RETRYABLE);
        assertThat(recorded.cause())
                .hasMessageContaining("did not take a request for index 'orders': ConnectException")
                .hasRootCauseInstanceOf(java.net.ConnectException.class);
    }

    @ParameterizedTest
    @EnumSource(WriteMode.class)
    void sendsAgainAfterSilenceOnlyWhereTheGuardMakesItHarmless(WriteMode mode) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(Answer.silence())) {
            Recorded recorded = send(
                    server, mode, ONE, options -> options.withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(200)));
            if (mode == WriteMode.OVERWRITE) {
                assertThat(recorded.failure()).isEqualTo(FailureKind.FATAL);
                assertThat(recorded.cause()).hasMessageContaining("set Changes.withVersion or raise socket.timeout");
            } else {
                assertThat(recorded.failure()).isEqualTo(FailureKind.RETRYABLE);
            }
            assertThat(server.requests()).hasSize(1);
        }
    }

    /** The rest client by itself would go to the next host at once, with no back-off and no count of attempts. */
    @Test
    void sendsARequestToOneHostOnly() throws Exception {
        Answer down = Answer.json(503, "{}");
        try (ScriptedServer one = ScriptedServer.start(down);
                ScriptedServer two = ScriptedServer.start(down);
                ScriptedServer three = ScriptedServer.start(down)) {
            ElasticsearchOptions options =
                    ElasticsearchOptions.of(List.of(one.url(), two.url(), three.url()), "orders");
            assertThat(send(options, WriteMode.NEWEST_WINS, ONE).failure()).isEqualTo(FailureKind.RETRYABLE);
            assertThat(one.requests().size()
                            + two.requests().size()
                            + three.requests().size())
                    .isEqualTo(1);
        }
    }

    @Test
    void sendsNothingMoreOnceItIsClosed() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(CREATED)) {
            ElasticsearchOptions options = ElasticsearchOptions.of(server.url(), "orders");
            ElasticsearchDestination destination = new ElasticsearchDestination(
                    ClusterClient.open(options, 4), WritePlan.of(WriteMode.NEWEST_WINS), options, Clock.systemUTC());
            destination.close();
            assertThat(Recorded.send(destination, ONE).failure()).isEqualTo(FailureKind.RETRYABLE);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void authenticatesCompressesAndPrefixesWhenToldTo() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(CREATED)) {
            send(server, WriteMode.NEWEST_WINS, ONE, options -> options.withBasicAuthentication("kit", "pässword")
                    .withCompression()
                    .withPathPrefix("/search"));
            ScriptedServer.Request request = server.onlyRequest();
            assertThat(request.path()).isEqualTo("/search/orders/_bulk");
            assertThat(request.header("Authorization")).isEqualTo("Basic a2l0OnDDpHNzd29yZA==");
            assertThat(request.header("Content-encoding")).isEqualTo("gzip");
            assertThat(request.body()).contains("\"_id\":\"a\"").endsWith("}\n");
        }
        try (ScriptedServer server = ScriptedServer.start(CREATED)) {
            send(server, WriteMode.NEWEST_WINS, ONE, options -> options.withApiKey("aWQ6a2V5"));
            assertThat(server.onlyRequest().header("Authorization")).isEqualTo("ApiKey aWQ6a2V5");
            assertThat(server.onlyRequest().header("Content-encoding")).isNull();
        }
    }

    private static Recorded send(ScriptedServer server, WriteMode mode, Batch<byte[]> batch) throws Exception {
        return send(server, mode, batch, UnaryOperator.identity());
    }

    private static Recorded send(
            ScriptedServer server, WriteMode mode, Batch<byte[]> batch, UnaryOperator<ElasticsearchOptions> with)
            throws Exception {
        return send(with.apply(ElasticsearchOptions.of(server.url(), "orders")), mode, batch);
    }

    private static Recorded send(ElasticsearchOptions options, WriteMode mode, Batch<byte[]> batch) throws Exception {
        try (ElasticsearchDestination destination = new ElasticsearchDestination(
                ClusterClient.open(options, 4), WritePlan.of(mode), options, Clock.systemUTC())) {
            return Recorded.send(destination, batch);
        }
    }

    @Test
    void readsTheVersionsOfThoseThatHaveAnIdAndTakesNoneForAnothers() throws Exception {
        FakeCluster cluster = new FakeCluster();
        WritePlan plan = WritePlan.of(
                ElasticsearchWriteOptions.defaults().withVersionField("seq").withTombstones(), WriteMode.NEWEST_WINS);
        try (ScriptedServer server = ScriptedServer.start(cluster)) {
            ElasticsearchOptions options = ElasticsearchOptions.of(server.url(), "orders");
            try (ElasticsearchDestination destination =
                    new ElasticsearchDestination(ClusterClient.open(options, 4), plan, options, Clock.systemUTC())) {
                Recorded.send(destination, Batches.of(upsert("b", 9, "{}"))).outcomes();
                Recorded recorded = Recorded.send(
                        destination,
                        Batches.of(
                                upsert("x\uD800y", 1, "{}"),
                                upsert("a", 5, "{}"),
                                upsert("b", 5, "{}"),
                                delete("c", 5)));
                assertThat(recorded.failed(0).kind()).isEqualTo(FailureKind.REJECTED);
                assertThat(recorded.outcomes().subList(1, 4))
                        .containsExactly(Outcome.delivered(), Outcome.stale(), Outcome.delivered());
            }
        }
        assertThat(cluster.documents("orders")).containsOnlyKeys("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"docs\":[]}", "{\"docs\":[{\"found\":false},{\"found\":false}]}", "[]", "<html>", "{}"})
    void takesAReadThatDoesNotCoverTheBatchForAFailure(String body) throws Exception {
        WritePlan plan =
                WritePlan.of(ElasticsearchWriteOptions.defaults().withVersionField("seq"), WriteMode.NEWEST_WINS);
        try (ScriptedServer server = ScriptedServer.start(Answer.json(200, body))) {
            ElasticsearchOptions options = ElasticsearchOptions.of(server.url(), "orders");
            try (ElasticsearchDestination destination =
                    new ElasticsearchDestination(ClusterClient.open(options, 4), plan, options, Clock.systemUTC())) {
                Recorded recorded = Recorded.send(destination, ONE);
                assertThat(recorded.failure()).isEqualTo(FailureKind.RETRYABLE);
                assertThat(recorded.cause()).hasMessageContaining("without the documents of a multi-get");
            }
            assertThat(server.requests()).as("nothing is written").hasSize(1);
        }
    }
}
