package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sink as a user builds it, against a real node. */
@ExtendWith(OneNode.class)
class ElasticsearchSinkIT {

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    /** A row of a stream; public fields make it a POJO for Flink. */
    public static class Row {
        public String id = "";
        public long version;
        public boolean deleted;
        public String status = "";

        public Row() {}

        Row(String id, long version, boolean deleted, String status) {
            this.id = id;
            this.version = version;
            this.deleted = deleted;
            this.status = status;
        }
    }

    record Document(String id, String status) {}

    private static final SinkOptions SMALL_BATCHES =
            SinkOptions.defaults().withTuning(SinkTuning.defaults().withWindow(50, 8));

    private final Index index;
    private final ElasticsearchNode node;

    ElasticsearchSinkIT(ElasticsearchNode node) {
        this.node = node;
        this.index = new Index(node);
    }

    @Test
    void endsWithTheNewestOfEveryKeyWhateverTheOrderAndHoweverOftenReplayed() throws Exception {
        long seed = 20240101;
        Random random = new Random(seed);
        List<Row> history = new ArrayList<>();
        Map<String, String> expected = new TreeMap<>();
        for (int key = 0; key < 300; key++) {
            for (int version = 0; version < 10; version++) {
                boolean deleted = random.nextInt(4) == 0;
                history.add(new Row("k" + key, version, deleted, "s" + version));
                if (deleted) {
                    expected.remove("k" + key);
                } else {
                    expected.put("k" + key, "{\"id\":\"k" + key + "\",\"status\":\"s" + version + "\"}");
                }
            }
        }
        try (SinkHarness<Row> sink = SinkHarness.open(sink("newest"))) {
            for (int replay = 0; replay < 3; replay++) {
                Collections.shuffle(history, random);
                for (Row row : history) {
                    sink.write(row);
                }
                sink.flush();
                assertThat(index.documents("newest"))
                        .as("seed " + seed + ", replay " + replay)
                        .isEqualTo(expected);
            }
            assertThat(sink.metric("staleDropped")).isPositive();
            assertThat(sink.metric("numRecordsSend")).isPositive();
        }
    }

    @Test
    void waitsForABlockToBeLiftedAndThenDelivers() throws Exception {
        index.create("blocked", "{}");
        index.block("blocked", "read_only_allow_delete", true);
        try (SinkHarness<Row> sink = SinkHarness.open(sink("blocked"))) {
            CompletableFuture<Void> lifted = CompletableFuture.runAsync(() -> {
                await().until(() -> sink.metric("retries") > 0);
                index.block("blocked", "read_only_allow_delete", false);
            });
            sink.write(new Row("a", 1, false, "late"));
            sink.flush();
            lifted.join();
            assertThat(sink.metric("throttles")).isPositive();
            assertThat(index.document("blocked", "a")).isEqualTo("{\"id\":\"a\",\"status\":\"late\"}");
        }
    }

    @Test
    void namesTheKeyOfADocumentThatIsTooLargeForTheNode() throws Exception {
        try (SinkHarness<Row> sink = SinkHarness.open(sink("oversize"))) {
            for (int i = 0; i < 20; i++) {
                sink.write(new Row("small-" + i, 1, false, "s"));
            }
            sink.write(new Row("big", 1, false, "s3cr3t".repeat(200_000)));
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining("rejected the change of key big")
                    .hasMessageContaining("413")
                    .hasMessageNotContaining("s3cr3t");
            assertThat(sink.metric("bisected")).isPositive();
        }
    }

    @Test
    void keepsPoisonAsDeadLettersAndReplaysThemThroughTheGuard() throws Exception {
        index.create("letters", "{\"mappings\":{\"properties\":{\"status\":{\"type\":\"date\"}}}}");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rows.add(new Row("good-" + i, 1, false, "2024-01-01"));
        }
        rows.add(7, new Row("bad", 5, false, "s3cr3t"));
        rows.add(9, new Row("big", 1, false, "s3cr3t".repeat(200_000)));

        StreamExecutionEnvironment job = StreamExecutionEnvironment.getExecutionEnvironment();
        job.setParallelism(1);
        job.fromData(rows, TypeInformation.of(Row.class)).sinkTo(sink("letters").deadLettersTo(new Collected()));
        job.execute();

        index.refresh("letters");
        assertThat(index.count("letters")).isEqualTo(20);
        assertThat(Collected.LETTERS).extracting(DeadLetter::key).containsExactlyInAnyOrder("bad", "big");
        assertThat(Collected.LETTERS)
                .extracting(DeadLetter::message)
                .noneMatch(message -> message.contains("s3cr3t"))
                .anyMatch(message -> message.contains("failed to parse field [status] of type [date]"))
                .anyMatch(message -> message.contains("413"));

        DeadLetter bad = Collected.LETTERS.stream()
                .filter(letter -> "bad".equals(letter.key()))
                .findFirst()
                .orElseThrow();
        ElasticsearchOptions elsewhere = ElasticsearchOptions.of(node.url(), "letters-mended");
        try (SinkHarness<DeadLetter> sink =
                SinkHarness.open(ElasticsearchSink.of(ElasticsearchSink.replay(WriteMode.NEWEST_WINS), elsewhere))) {
            sink.write(bad);
            sink.flush();
        }
        assertThat(index.document("letters-mended", "bad")).isEqualTo("{\"id\":\"bad\",\"status\":\"s3cr3t\"}");
    }

    @Test
    void runsInAJobInParallelWithMapsAndDeletes() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            rows.add(new Row("k" + i % 400, i / 400, i / 400 == 4 && i % 5 == 0, "s" + i / 400));
        }
        StreamExecutionEnvironment job = StreamExecutionEnvironment.getExecutionEnvironment();
        job.setParallelism(2);
        Changes<Row, Map<String, Object>> changes = Changes.<Row, Map<String, Object>>of(
                        row -> ChangeKey.of(row.id), row -> Map.of("status", row.status))
                .withVersion(row -> ChangeVersion.of(row.version))
                .withDeletes(row -> row.deleted);
        // Rebalanced: the versions of a key arrive in any order, from two subtasks.
        job.fromData(rows, TypeInformation.of(Row.class))
                .rebalance()
                .sinkTo(ElasticsearchSink.of(changes, ElasticsearchOptions.of(node.url(), "job")));
        job.execute();

        assertThat(index.documents("job")).hasSize(320).allSatisfy((id, source) -> assertThat(source)
                .isEqualTo("{\"status\":\"s4\"}"));
    }

    @Test
    void failsToOpenWithTheOptionsNameWhenTheHostIsWrong() {
        BatchSink<Row> sink =
                ElasticsearchSink.of(changes(), ElasticsearchOptions.of("http://no-such-host.invalid:9200", "orders"));
        assertThatThrownBy(() -> SinkHarness.open(sink))
                .hasMessageStartingWith("Elasticsearch index 'orders' could not be opened: hosts must name an"
                        + " Elasticsearch node that answers, got [http://no-such-host.invalid:9200]");
    }

    private BatchSink<Row> sink(String index) {
        return ElasticsearchSink.of(changes(), ElasticsearchOptions.of(node.url(), index), SMALL_BATCHES);
    }

    private static Changes<Row, Document> changes() {
        return Changes.<Row, Document>of(row -> ChangeKey.of(row.id), row -> new Document(row.id, row.status))
                .withVersion(row -> ChangeVersion.of(row.version))
                .withDeletes(row -> row.deleted);
    }

    /** A sink that keeps dead letters in memory. */
    record Collected() implements Sink<DeadLetter> {
        static final Queue<DeadLetter> LETTERS = new ConcurrentLinkedQueue<>();

        @Override
        public SinkWriter<DeadLetter> createWriter(WriterInitContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(DeadLetter letter, Context context) {
                    LETTERS.add(letter);
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }
}
