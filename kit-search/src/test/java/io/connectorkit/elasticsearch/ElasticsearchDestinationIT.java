package io.connectorkit.elasticsearch;

import static io.connectorkit.elasticsearch.ChangeFixture.delete;
import static io.connectorkit.elasticsearch.ChangeFixture.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Batches;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.SinkTuning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a real index does with a batch. */
@ExtendWith(OneNode.class)
class ElasticsearchDestinationIT {

    private static final String SECRET = "s3cr3t";

    private final Index index;
    private final ElasticsearchNode node;

    ElasticsearchDestinationIT(ElasticsearchNode node) {
        this.node = node;
        this.index = new Index(node);
    }

    @Test
    void keepsTheHighestVersionInAnyOrderOfAnyReplay() throws Exception {
        List<Change<byte[]>> history = List.of(
                upsert("k", 1, "{\"v\":1}"),
                upsert("k", 2, "{\"v\":2}"),
                delete("k", 3),
                upsert("k", 4, "{\"v\":4}"),
                delete("k", 5));
        try (Destination<byte[]> destination = open("any-order", WriteMode.NEWEST_WINS)) {
            for (int last = 4; last <= 5; last++) {
                for (int seed = 0; seed < 20; seed++) {
                    List<Change<byte[]>> arrivals = new ArrayList<>(history.subList(0, last));
                    arrivals.addAll(history.subList(0, last));
                    Collections.shuffle(arrivals, new Random(seed));
                    // Versions of this round are above those of the round before, as is what they start from.
                    long base = 10L * (last * 20 + seed);
                    for (Change<byte[]> change : arrivals) {
                        Outcome outcome = Recorded.send(destination, Batches.of(shifted(change, base)))
                                .outcomes()
                                .get(0);
                        assertThat(outcome).isInstanceOf(Outcome.Settled.class);
                    }
                    String expected = last == 4 ? "{\"v\":4}" : null;
                    assertThat(index.document("any-order", "k"))
                            .as("seed %d, %d changes", seed, last)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static Change<byte[]> shifted(Change<byte[]> change, long base) {
        long version = change.version().longValue() + base;
        return change instanceof Change.Upsert<byte[]> upsert
                ? upsert("k", version, new String(upsert.payload(), java.nio.charset.StandardCharsets.UTF_8))
                : delete("k", version);
    }

    @Test
    void countsWhatTheGuardRefusesAsStaleAndAppliesEqualVersionsAgain() throws Exception {
        try (Destination<byte[]> destination = open("stale", WriteMode.NEWEST_WINS)) {
            send(destination, Batches.of(upsert("a", 5, "{\"v\":5}"), delete("gone", 5)));
            Recorded recorded = send(
                    destination,
                    Batches.of(
                            upsert("a", 4, "{\"v\":4}"),
                            upsert("gone", 4, "{\"v\":4}"),
                            delete("never-there", 1),
                            upsert("b", Long.MAX_VALUE, "{\"v\":1}")));
            assertThat(recorded.outcomes())
                    .containsExactly(Outcome.stale(), Outcome.stale(), Outcome.delivered(), Outcome.delivered());
            assertThat(send(destination, Batches.of(upsert("a", 5, "{\"v\":55}")))
                            .outcomes())
                    .containsExactly(Outcome.delivered());
            assertThat(send(destination, Batches.of(delete("a", 4), delete("gone", 4)))
                            .outcomes())
                    .containsExactly(Outcome.stale(), Outcome.stale());
            assertThat(index.document("stale", "a")).isEqualTo("{\"v\":55}");
            assertThat(index.document("stale", "gone")).isNull();
        }
    }

    @Test
    void overwritesInOrderOfArrivalWithoutAVersion() throws Exception {
        try (Destination<byte[]> destination = open("overwrite", WriteMode.OVERWRITE)) {
            assertThat(send(destination, Batches.of(delete("a"))).outcomes())
                    .as("a delete before the index exists")
                    .containsExactly(Outcome.delivered());
            send(destination, Batches.of(upsert("a", "{\"v\":2}")));
            assertThat(send(destination, Batches.of(upsert("a", "{\"v\":1}"), delete("b")))
                            .outcomes())
                    .containsExactly(Outcome.delivered(), Outcome.delivered());
            assertThat(index.document("overwrite", "a")).isEqualTo("{\"v\":1}");
        }
    }

    @Test
    void insertsOnlyWhatIsNew() throws Exception {
        try (Destination<byte[]> destination = open("insert", WriteMode.INSERT_ONLY)) {
            send(destination, Batches.of(upsert("a", "{\"v\":1}")));
            assertThat(send(destination, Batches.of(upsert("a", "{\"v\":2}"), upsert("b", "{\"v\":3}")))
                            .outcomes())
                    .containsExactly(Outcome.stale(), Outcome.delivered());
            assertThat(index.document("insert", "a")).isEqualTo("{\"v\":1}");
        }
    }

    @Test
    void writesAnyKeyUnderItsOwnId() throws Exception {
        List<Object> keys = List.of(
                "a/b?c#d e", "ä\"\\\n\t\u0000", "\uD83D\uDE00", 1, "1", "1|2", "", "é".repeat(300), "_bulk", "+%2F");
        try (Destination<byte[]> destination = open("keys", WriteMode.NEWEST_WINS)) {
            for (int i = 0; i < keys.size(); i++) {
                assertThat(send(destination, Batches.of(upsert(keys.get(i), 1, "{\"i\":" + i + "}")))
                                .outcomes())
                        .containsExactly(Outcome.delivered());
            }
            for (int i = 0; i < keys.size(); i++) {
                String id = upsert(keys.get(i), 1, "{}").key().id(512);
                assertThat(index.document("keys", id)).as(id).isEqualTo("{\"i\":" + i + "}");
            }
        }
    }

    @Test
    void rejectsPoisonWithItsReasonAndDeliversItsNeighbours() throws Exception {
        index.create(
                "poison",
                "{\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"},\"d\":{\"type\":\"date\"},\"k\":{\"type\":"
                        + "\"keyword\"},\"o\":{\"type\":\"object\"},\"c\":{\"type\":\"completion\"},\"ip\":{\"type\":\"ip\"},"
                        + "\"r\":{\"type\":\"date_range\"},\"g\":{\"type\":\"geo_point\"}}}}");
        List<String> poison = List.of(
                "{\"n\":\"s3cr3t\"}",
                "{\"n\":{\"x\":\"s3cr3t\"}}",
                "{\"n\":\"it's 's3cr3t' \\\"s3cr3t\\\"\"}",
                "{\"d\":\"s3cr3t\"}",
                "{\"d\":[[\"s3cr3t\"]]}",
                "{\"o\":\"s3cr3t\"}",
                "{\"k\":\"" + SECRET.repeat(6_000) + "\"}",
                "{\"c\":{\"input\":\"x\",\"weight\":\"s3cr3t\"}}",
                "{\"ip\":\"s3cr3t\"}",
                "{\"r\":{\"gte\":\"s3cr3t\"}}",
                "{\"g\":\"s3cr3t!\"}",
                "{\"a\": s3cr3t}",
                "{\"a\":\"x\"} s3cr3t",
                "{\"a\":1}{\"b\":\"s3cr3t\"}",
                "{s3cr3t",
                "{\"a\":\"\\uZZZZ s3cr3t\"}",
                "{\"a\":1,\"a\":\"s3cr3t\"}");
        List<Change<byte[]>> changes = new ArrayList<>();
        for (int i = 0; i < poison.size(); i++) {
            changes.add(upsert("good-" + i, 1, "{\"n\":" + i + "}"));
            changes.add(upsert("bad-" + i, 1, poison.get(i)));
        }
        try (Destination<byte[]> destination = open("poison", WriteMode.NEWEST_WINS)) {
            Recorded recorded = send(destination, batch(changes));
            for (int i = 0; i < poison.size(); i++) {
                assertThat(recorded.outcomes().get(2 * i)).isEqualTo(Outcome.delivered());
                assertThat(recorded.outcomes().get(2 * i + 1)).as(poison.get(i)).isInstanceOf(Outcome.Failed.class);
                Outcome.Failed failed = recorded.failed(2 * i + 1);
                assertThat(failed.kind()).as(poison.get(i)).isEqualTo(FailureKind.REJECTED);
                assertThat(failed.cause())
                        .hasMessageStartingWith("Elasticsearch refused key=bad-" + i + " for index 'poison': 400 ")
                        .hasMessageNotContaining(SECRET)
                        .hasNoCause();
            }
            assertThat(recorded.failed(1).cause())
                    .hasMessageContaining("document_parsing_exception: [1:6] failed to parse field [n] of type [long]");
            index.refresh("poison");
            assertThat(index.count("poison")).isEqualTo(poison.size());
        }
    }

    @Test
    void refusesARequestThatIsTooLargeAsAWhole() throws Exception {
        String big = "{\"x\":\"" + "s".repeat(1_100_000) + "\"}";
        try (Destination<byte[]> destination = open("large", WriteMode.NEWEST_WINS)) {
            Recorded recorded = send(destination, Batches.of(upsert("small", 1, "{}"), upsert("big", 1, big)));
            assertThat(recorded.failure()).isEqualTo(FailureKind.REJECTED);
            assertThat(recorded.cause())
                    .hasMessageContaining("413")
                    .hasMessageEndingWith("lower sink.batch.max-bytes or raise http.max_content_length");
        }
    }

    @Test
    void asksForLessLoadWhileDisksAreFull() throws Exception {
        index.create("full", "{}");
        try (Destination<byte[]> destination = open("full", WriteMode.NEWEST_WINS)) {
            index.block("full", "read_only_allow_delete", true);
            Outcome.Failed failed =
                    send(destination, Batches.of(upsert("a", 1, "{}"))).failed(0);
            assertThat(failed.kind()).isEqualTo(FailureKind.THROTTLED);
            assertThat(failed.cause())
                    .hasMessageContaining("429 cluster_block_exception")
                    .hasMessageEndingWith("lift the index block");
            index.block("full", "read_only_allow_delete", false);

            index.block("full", "write", true);
            failed = send(destination, Batches.of(upsert("a", 1, "{}"))).failed(0);
            assertThat(failed.kind()).isEqualTo(FailureKind.RETRYABLE);
            index.block("full", "write", false);

            assertThat(send(destination, Batches.of(upsert("a", 1, "{}"))).outcomes())
                    .containsExactly(Outcome.delivered());
        }
    }

    @Test
    void failsWhenTheIndexIsMissingAndMayNotBeCreated() throws Exception {
        try (Destination<byte[]> destination = open("refused-orders", WriteMode.NEWEST_WINS)) {
            Recorded recorded = send(destination, Batches.of(upsert("a", 1, "{}"), delete("b", 1)));
            assertThat(recorded.failure()).isEqualTo(FailureKind.FATAL);
            assertThat(recorded.cause())
                    .hasMessageStartingWith("Elasticsearch refused key=a for index 'refused-orders': 404"
                            + " index_not_found_exception: no such index [refused-orders]")
                    .hasMessageEndingWith("create the index or allow action.auto_create_index");
        }
    }

    @Test
    void failsWhenTheIndexIsClosed() throws Exception {
        index.create("closed", "{}");
        node.request("POST", "/closed/_close", null);
        try (Destination<byte[]> destination = open("closed", WriteMode.NEWEST_WINS)) {
            Recorded recorded = send(destination, Batches.of(upsert("a", 1, "{}")));
            assertThat(recorded.failure()).isEqualTo(FailureKind.FATAL);
            assertThat(recorded.cause())
                    .hasMessageContaining("index_closed_exception")
                    .hasMessageEndingWith("open the index");
        }
    }

    @Test
    void opensOverCredentialsThatAClusterWithoutSecurityIgnores() throws Exception {
        ElasticsearchOptions options =
                ElasticsearchOptions.of(node.url(), "ignored").withBasicAuthentication("kit", SECRET);
        try (Destination<byte[]> destination = open(options, WriteMode.NEWEST_WINS)) {
            assertThat(send(destination, Batches.of(upsert("a", 1, "{}"))).outcomes())
                    .containsExactly(Outcome.delivered());
        }
    }

    @Test
    void namesTheHostWhenTlsMeetsAPlainPort() {
        ElasticsearchOptions options = ElasticsearchOptions.of("https://127.0.0.1:" + node.port(), "orders");
        assertThatThrownBy(() -> open(options, WriteMode.NEWEST_WINS))
                .hasMessageStartingWith("hosts must name an Elasticsearch node that answers, got [https://127.0.0.1:");
    }

    private Destination<byte[]> open(String index, WriteMode mode) throws Exception {
        return open(ElasticsearchOptions.of(node.url(), index), mode);
    }

    private static Destination<byte[]> open(ElasticsearchOptions options, WriteMode mode) throws Exception {
        return new ElasticsearchDestinationFactory(options, WritePlan.of(mode))
                .open(new DestinationContext(0, SinkTuning.defaults(), new UnregisteredMetricsGroup()));
    }

    private static Recorded send(Destination<byte[]> destination, Batch<byte[]> batch) throws Exception {
        return Recorded.send(destination, batch);
    }

    @SuppressWarnings("unchecked")
    private static Batch<byte[]> batch(List<Change<byte[]>> changes) {
        return Batches.of(changes.toArray(Change[]::new));
    }
}
