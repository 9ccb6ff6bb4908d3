package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.Answer;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.RecordedMetrics;
import io.connectorkit.tck.SinkHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole sink, writer included, against the real server. */
class JdbcSinkIT {

    private record Row(long id, long version, String value) {
        boolean deleted() {
            return value == null;
        }
    }

    private static final Changes<Row, Object[]> CHANGES = Changes.<Row, Object[]>of(
                    row -> ChangeKey.of(row.id()), row -> new Object[] {row.value()})
            .withVersion(row -> ChangeVersion.of(row.version()))
            .withDeletes(Row::deleted);

    private static final JdbcTable TABLE =
            JdbcTable.of("t", "id").withValues("v").withVersion("ver").withTombstones("gone");

    private static final SinkOptions OPTIONS = SinkOptions.defaults()
            .withTuning(SinkTuning.forJdbc().withWindow(50, 4).withLinger(Duration.ofMillis(5)))
            .withRetry(RetryPolicy.defaults().withDelays(Duration.ofMillis(5), Duration.ofMillis(200)));

    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void table() throws Exception {
        server.execute(
                "DROP TABLE IF EXISTS t",
                "CREATE TABLE t (id bigint PRIMARY KEY, v text, ver bigint NOT NULL, gone timestamptz)");
    }

    private static SinkHarness<Row> open() throws Exception {
        return SinkHarness.open(JdbcSink.of(CHANGES, server.options(), TABLE, OPTIONS));
    }

    private static List<Row> history(long seed, int keys, int versions) {
        Random random = new Random(seed);
        List<Row> history = new ArrayList<>();
        for (int id = 0; id < keys; id++) {
            for (int version = 1; version <= versions; version++) {
                history.add(new Row(id, version, random.nextInt(4) == 0 ? null : id + "@" + version));
            }
        }
        return history;
    }

    private static List<String> newest(List<Row> history) {
        TreeMap<Long, Row> newest = new TreeMap<>();
        history.forEach(row -> newest.merge(row.id(), row, (a, b) -> a.version() > b.version() ? a : b));
        return newest.values().stream()
                .filter(row -> !row.deleted())
                .map(row -> row.id() + "|" + row.value() + "|" + row.version())
                .toList();
    }

    private static List<String> living() throws Exception {
        return server.rows("SELECT id, v, ver FROM t WHERE gone IS NULL ORDER BY id");
    }

    @Test
    void keepsTheNewestOverShuffledReplaysIncludingDeletes() throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            table();
            List<Row> history = history(seed, 200, 12);
            try (SinkHarness<Row> sink = open();
                    SinkHarness<Row> replay = open()) {
                for (int run = 0; run < 2; run++) {
                    Collections.shuffle(history, new Random(seed + run));
                    for (Row row : history) {
                        sink.write(row);
                        replay.write(row);
                    }
                }
                sink.flush();
                replay.flush();
            }
            assertThat(living()).as("seed %d", seed).isEqualTo(newest(history));
        }
    }

    @Test
    void countsWhatTheGuardRefused() throws Exception {
        server.execute("INSERT INTO t SELECT i, 'newer', 10 FROM generate_series(0, 99) i");
        try (SinkHarness<Row> sink = open()) {
            for (int id = 0; id < 300; id++) {
                sink.write(new Row(id, id < 50 ? 10 : 5, "a"));
            }
            sink.flush();

            assertThat(sink.metric("staleDropped")).isEqualTo(50);
            assertThat(sink.metric("numRecordsSend")).isEqualTo(300);
        }
    }

    @Test
    void losesNothingWhenItsConnectionsAreKilled() throws Exception {
        List<Row> history = history(7, 500, 20);
        Collections.shuffle(history, new Random(7));
        int killed = 0;
        try (SinkHarness<Row> sink = open()) {
            for (int i = 0; i < history.size(); i++) {
                sink.write(history.get(i));
                if (i % 1_000 == 999) {
                    killed += server.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                                    + " application_name = 'connector-kit'")
                            .size();
                }
            }
            sink.flush();
            assertThat(sink.metric("retries")).isPositive();
        }
        assertThat(killed).isGreaterThanOrEqualTo(10);
        assertThat(living()).isEqualTo(newest(history));
    }

    @Test
    void findsTheOneRecordThatTheServerRefuses() throws Exception {
        server.execute("ALTER TABLE t ADD CONSTRAINT valid CHECK (v <> 's3cret')");
        try (SinkHarness<Row> sink = open()) {
            Throwable refused = catchThrowable(() -> {
                for (int id = 0; id < 100; id++) {
                    sink.write(new Row(id, 1, id == 77 ? "s3cret" : "a"));
                }
                sink.flush();
            });

            assertThat(refused)
                    .hasMessage("JDBC table 't' rejected the change of key 77: 23514: ERROR: new row for relation \"t\""
                            + " violates check constraint \"valid\"; keep such changes with deadLettersTo(..)");
            assertThat(sink.metric("bisected")).isPositive();
        }
        assertThat(server.rows("SELECT id FROM t WHERE id = 77")).isEmpty();
    }

    @Test
    void neverDeadlocksWithASinkThatWritesTheSameKeysInAnotherOrder() throws Exception {
        JdbcTable hard = JdbcTable.of("t", "id").withValues("v").withVersion("ver");
        List<CompletableFuture<List<String>>> answers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int writer = 0; writer < 4; writer++) {
                Random random = new Random(writer);
                answers.add(CompletableFuture.supplyAsync(() -> writeInRandomOrder(hard, random), threads));
            }
            for (CompletableFuture<List<String>> answer : answers) {
                assertThat(answer.get()).allMatch(letters -> letters.matches("[DS]+"));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'"))
                .containsExactly("0");
    }

    private static List<String> writeInRandomOrder(JdbcTable table, Random random) {
        List<String> answers = new ArrayList<>();
        try (Destination<Object[]> destination = new JdbcDestinationFactory(
                        server.options(), table, WriteMode.NEWEST_WINS, Duration.ofSeconds(30))
                .open(new DestinationContext(0, OPTIONS.tuning(), new RecordedMetrics()))) {
            for (int round = 0; round < 60; round++) {
                List<Change<Object[]>> changes = new ArrayList<>();
                for (int id = 0; id < 150; id++) {
                    ChangeVersion version = ChangeVersion.of(random.nextInt(1_000));
                    changes.add(
                            random.nextInt(3) == 0
                                    ? new Change.Delete<>(ChangeKey.of(id), version)
                                    : new Change.Upsert<>(ChangeKey.of(id), version, new Object[] {"a"}));
                }
                Collections.shuffle(changes, random);
                @SuppressWarnings({"unchecked", "rawtypes"})
                Change<Object[]>[] batch = changes.toArray(new Change[0]);
                answers.add(Answer.to(destination, batch).letters());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return answers;
    }
}
