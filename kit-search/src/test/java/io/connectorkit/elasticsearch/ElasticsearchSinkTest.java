package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.elasticsearch.ScriptedServer.Answer;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink as a user builds it, against what the node that Maven brings does not have. */
class ElasticsearchSinkTest {

    private record Sale(String shop, String day, long version, long amount, boolean cancelled) {

        Sale(String shop, long amount) {
            this(shop, "2024", 1, amount, false);
        }
    }

    private static final Changes<Sale, Map<String, Object>> CHANGES = Changes.<Sale, Map<String, Object>>of(
                    sale -> ChangeKey.of(sale.shop()), sale -> Map.of("amount", sale.amount()))
            .withDeletes(Sale::cancelled);
    private static final Changes<Sale, Map<String, Object>> VERSIONED =
            CHANGES.withVersion(sale -> ChangeVersion.of(sale.version()));

    private static final SinkOptions SMALL_BATCHES = SinkOptions.defaults()
            .withTuning(SinkTuning.defaults().withWindow(10, 8))
            .withRetry(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(5)));

    private final FakeCluster cluster = new FakeCluster();
    private final ScriptedServer server = ScriptedServer.start(cluster);

    @AfterEach
    void stop() {
        server.close();
    }

    private ElasticsearchOptions index(String name) {
        return ElasticsearchOptions.of(server.url(), name);
    }

    private static <T> void write(BatchSink<T> sink, List<T> records) throws Exception {
        try (SinkHarness<T> harness = SinkHarness.open(sink)) {
            for (T each : records) {
                harness.write(each);
            }
            harness.flush();
        }
    }

    @Test
    void runsAScriptForEveryChangeAndSkipsNone() throws Exception {
        ElasticsearchWriteOptions<Sale> script = ElasticsearchWriteOptions.<Sale>defaults()
                .withAction(ElasticsearchAction.script("ctx._source.amount += params.amount")
                        .withMissingCreated());
        try (SinkHarness<Sale> sink =
                SinkHarness.open(ElasticsearchSink.of(CHANGES, index("sales"), script, SMALL_BATCHES))) {
            for (int i = 0; i < 300; i++) {
                sink.write(new Sale("shop-" + i % 3, i));
            }
            sink.flush();
        }
        Map<String, String> expected = new TreeMap<>();
        for (int shop = 0; shop < 3; shop++) {
            long sum = 0;
            for (int i = shop; i < 300; i += 3) {
                sum += i;
            }
            expected.put("shop-" + shop, "{\"amount\":" + sum + "}");
        }
        assertThat(cluster.documents("sales")).isEqualTo(expected);
    }

    @Test
    void mergesPartsInOrder() throws Exception {
        ElasticsearchWriteOptions<Map<String, Object>> parts = ElasticsearchWriteOptions.<Map<String, Object>>defaults()
                .withAction(ElasticsearchAction.update().withMissingCreated());
        Changes<Map<String, Object>, Map<String, Object>> changes = Changes.of(part -> ChangeKey.of("k"), part -> part);
        write(
                ElasticsearchSink.of(changes, index("parts"), parts, SMALL_BATCHES),
                List.of(Map.of("a", 1), Map.of("b", 2), Map.of("a", 3)));
        assertThat(cluster.documents("parts")).isEqualTo(Map.of("k", "{\"a\":3,\"b\":2}"));
    }

    @Test
    void appendsToADataStreamAndNothingElse() throws Exception {
        ElasticsearchWriteOptions<Sale> stream =
                ElasticsearchWriteOptions.<Sale>defaults().withDataStream().withPipeline("geo");
        write(
                ElasticsearchSink.append(sale -> Map.of("amount", sale.amount()), index("stream-sales"), stream),
                List.of(new Sale("a", 1), new Sale("a", 1), new Sale("b", 2)));
        assertThat(cluster.documents("stream-sales").values())
                .containsExactlyInAnyOrder(
                        "{\"amount\":1,\"pipeline\":\"geo\"}",
                        "{\"amount\":1,\"pipeline\":\"geo\"}",
                        "{\"amount\":2,\"pipeline\":\"geo\"}");
        assertThat(bulkQueries()).allMatch(query -> query.contains("require_data_stream=true"));

        write(
                ElasticsearchSink.of(CHANGES.withInsertOnly(), index("stream-keyed"), stream),
                List.of(new Sale("a", 1), new Sale("a", 2)));
        assertThat(cluster.documents("stream-keyed")).containsOnlyKeys("a");

        assertThatThrownBy(() -> write(ElasticsearchSink.of(CHANGES, index("stream-sales")), List.of(new Sale("a", 1))))
                .hasMessageContaining("only write ops with an op_type of create are allowed in data streams; a data"
                        + " stream takes creates only: use Changes.withInsertOnly");
    }

    private static boolean isBulk(ScriptedServer.Request request) {
        return request.path().endsWith("/_bulk");
    }

    private Set<String> bulkQueries() {
        return server.requests().stream()
                .filter(request -> request.path().endsWith("/_bulk"))
                .map(ScriptedServer.Request::query)
                .collect(Collectors.toSet());
    }

    @Test
    void sendsEachChangeToItsOwnIndexAndShardDeletesIncluded() throws Exception {
        ElasticsearchWriteOptions<Sale> own = ElasticsearchWriteOptions.<Sale>defaults()
                .withIndex(sale -> sale.day() == null ? null : "sales-" + sale.day())
                .withRouting(sale -> sale.shop().equals("plain") ? null : "r-" + sale.shop())
                .withRefresh(ElasticsearchWriteOptions.Refresh.WAIT_FOR);
        write(
                ElasticsearchSink.of(VERSIONED, index("sales"), own, SMALL_BATCHES),
                List.of(
                        new Sale("a", "2024", 1, 1, false),
                        new Sale("a", "2025", 1, 2, false),
                        new Sale("plain", null, 1, 3, false),
                        new Sale("b", "2024", 1, 4, false),
                        new Sale("b", "2024", 2, 0, true),
                        new Sale("b", "2024", 1, 5, false)));
        assertThat(cluster.documents("sales-2024")).isEqualTo(Map.of("a", "{\"amount\":1}"));
        assertThat(cluster.documents("sales-2025")).isEqualTo(Map.of("a", "{\"amount\":2}"));
        assertThat(cluster.documents("sales")).isEqualTo(Map.of("plain", "{\"amount\":3}"));
        assertThat(cluster.document("sales-2024", "a").routing).isEqualTo("r-a");
        assertThat(cluster.document("sales", "plain").routing).isNull();
        assertThat(bulkQueries()).allMatch(query -> query.contains("refresh=wait_for"));
    }

    @Test
    void readsVersionsFromTheShardAndIndexOfEachChange() throws Exception {
        ElasticsearchWriteOptions<Sale> own = ElasticsearchWriteOptions.<Sale>defaults()
                .withIndex(sale -> "sales-" + sale.day())
                .withRouting(sale -> "r-" + sale.shop())
                .withVersionField("seq");
        BatchSink<Sale> sink = ElasticsearchSink.of(VERSIONED, index("sales"), own, SMALL_BATCHES);
        write(sink, List.of(new Sale("a", "2024", 5, 5, false), new Sale("a", "2025", 3, 3, false)));
        write(sink, List.of(new Sale("a", "2024", 4, 4, false), new Sale("a", "2025", 4, 4, false)));
        assertThat(cluster.documents("sales-2024").get("a")).endsWith("5\",\"amount\":5}");
        assertThat(cluster.documents("sales-2025").get("a")).endsWith("4\",\"amount\":4}");
    }

    @Test
    void replaysDeadLettersIntoTheIndexTheyCameFrom() throws Exception {
        ElasticsearchWriteOptions<Sale> own = ElasticsearchWriteOptions.<Sale>defaults()
                .withIndex(sale -> "sales-" + sale.day())
                .withRouting(sale -> "r");
        DeadLetter letter = new DeadLetter(
                "sales",
                DeadLetter.Operation.UPSERT,
                ChangeKey.of("sales-2024", "r", "a").text(),
                "7",
                "{\"amount\":7}".getBytes(StandardCharsets.UTF_8),
                "x",
                "y",
                1,
                0);
        write(
                ElasticsearchSink.of(
                        ElasticsearchSink.replay(WriteMode.NEWEST_WINS),
                        index("sales"),
                        own.forReplay(),
                        SMALL_BATCHES),
                List.of(letter));
        assertThat(cluster.documents("sales-2024")).isEqualTo(Map.of("a", "{\"amount\":7}"));
        assertThat(cluster.document("sales-2024", "a").routing).isEqualTo("r");
        assertThat(cluster.document("sales-2024", "a").version).isEqualTo(7);
    }

    @Test
    void movesToTheNextHostWhenOneGoesDown() throws Exception {
        try (ScriptedServer second = ScriptedServer.start(cluster)) {
            ElasticsearchOptions hosts = ElasticsearchOptions.of(List.of(server.url(), second.url()), "sales");
            try (SinkHarness<Sale> sink = SinkHarness.open(
                    ElasticsearchSink.of(VERSIONED, hosts, ElasticsearchWriteOptions.defaults(), SMALL_BATCHES))) {
                for (int i = 0; i < 200; i++) {
                    sink.write(new Sale("shop-" + i, i));
                }
                sink.flush();
                assertThat(server.requests()).as("bulk requests of one").anyMatch(ElasticsearchSinkTest::isBulk);
                assertThat(second.requests()).as("and of the other").anyMatch(ElasticsearchSinkTest::isBulk);
                server.close();
                for (int i = 200; i < 400; i++) {
                    sink.write(new Sale("shop-" + i, i));
                }
                sink.flush();
            }
            assertThat(cluster.documents("sales")).hasSize(400);
        }
    }

    @Test
    void writesThroughTlsAProxyAndAnIdentityProvider(@TempDir Path folder) throws Exception {
        Certificates keys = Certificates.selfSigned(folder);
        try (ScriptedServer secure = ScriptedServer.startTls(keys.tls(), request -> {
            boolean known = "Bearer t0ken".equals(request.header("Authorization"))
                    && "kit".equals(request.header("X-team"))
                    && request.path().startsWith("/search/");
            return known
                    ? cluster.apply(request)
                    : Answer.json(401, "{\"error\":{\"type\":\"security_exception\",\"reason\":\"who?\"}}");
        })) {
            ElasticsearchOptions options = ElasticsearchOptions.of(secure.url(), "sales")
                    .withBearerToken("t0ken")
                    .withHeaders(Map.of("X-Team", "kit"))
                    .withPathPrefix("/search")
                    .withCaCertificate(keys.pem().toString())
                    .withCompression();
            write(ElasticsearchSink.of(VERSIONED, options), List.of(new Sale("a", 1)));
            assertThat(cluster.documents("sales")).containsOnlyKeys("a");
            assertThat(options.toString()).doesNotContain("t0ken").doesNotContain("=kit");

            assertThatThrownBy(() -> write(
                            ElasticsearchSink.of(VERSIONED, options.withBearerToken("0ther")),
                            List.of(new Sale("a", 1))))
                    .hasMessageContaining("bearer-token must be accepted by Elasticsearch, got 401 from [https://")
                    .hasMessageNotContaining("0ther");
        }
    }

    @Test
    void failsAtOnceWhenCredentialsAreRevoked() throws Exception {
        try (ScriptedServer revoked =
                ScriptedServer.start(request -> request.method().equals("HEAD")
                        ? Answer.json(200, "{}")
                        : Answer.json(401, "{\"error\":{\"type\":\"security_exception\",\"reason\":\"expired\"}}"))) {
            ElasticsearchOptions options = ElasticsearchOptions.of(revoked.url(), "sales");
            assertThatThrownBy(() -> write(ElasticsearchSink.of(VERSIONED, options), List.of(new Sale("a", 1))))
                    .hasMessageContaining("401 security_exception: expired; check username and password or api-key");
            assertThat(revoked.requests().stream()
                            .filter(request -> request.path().endsWith("/_bulk")))
                    .as("not tried again")
                    .hasSize(1);
        }
    }

    @Test
    void triesALostRaceAgain() throws Exception {
        ElasticsearchWriteOptions<Sale> field =
                ElasticsearchWriteOptions.<Sale>defaults().withVersionField("seq");
        // Someone else writes between the first read and the write that depends on it.
        FakeCluster raced = new FakeCluster();
        try (ScriptedServer racing = ScriptedServer.start(request -> {
            Answer answer = raced.apply(request);
            if (request.path().endsWith("/_mget") && raced.document("sales", "a") == null) {
                raced.apply(new ScriptedServer.Request(
                        "POST",
                        "/sales/_bulk",
                        null,
                        Map.of(),
                        "{\"index\":{\"_id\":\"a\"}}\n{\"seq\":\"1\",\"amount\":0}\n"));
            }
            return answer;
        })) {
            ElasticsearchOptions options = ElasticsearchOptions.of(racing.url(), "sales");
            try (SinkHarness<Sale> sink =
                    SinkHarness.open(ElasticsearchSink.of(VERSIONED, options, field, SMALL_BATCHES))) {
                sink.write(new Sale("a", "2024", 2, 7, false));
                sink.flush();
                assertThat(sink.metric("retries")).isEqualTo(1);
            }
            assertThat(raced.documents("sales").get("a")).endsWith("2\",\"amount\":7}");
        }
    }
}
