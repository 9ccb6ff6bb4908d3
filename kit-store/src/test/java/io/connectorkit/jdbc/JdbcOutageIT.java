package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.Answer;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that go away, kill, lock and fill up while the whole sink writes: nothing lost, nothing twice. */
class JdbcOutageIT {

    private static final int KEYS = 500;
    private static final int VERSIONS = 20;

    private record Row(long id, long version) {}

    private static final Changes<Row, Object[]> CHANGES = Changes.<Row, Object[]>of(
                    row -> ChangeKey.of(row.id()), row -> new Object[] {"v" + row.version()})
            .withVersion(row -> ChangeVersion.of(row.version()));

    /** Every record has a key of its own, and the same one when it is replayed. */
    private static final Changes<Row, Object[]> EVENTS =
            Changes.of(row -> ChangeKey.of(row.id(), row.version()), row -> new Object[] {row.id(), row.version()});

    private static SinkOptions options() {
        return SinkOptions.defaults()
                .withTuning(SinkTuning.forJdbc().withWindow(100, 4).withLinger(Duration.ofMillis(5)))
                .withRetry(RetryPolicy.defaults()
                        .withMaxAttempts(1_000)
                        .withDelays(Duration.ofMillis(5), Duration.ofMillis(100)));
    }

    private static BatchSink<Row> upserts(JdbcConnectionOptions connection) {
        return JdbcSink.of(
                CHANGES,
                connection,
                JdbcTable.of("outage", "id").withValues("v").withVersion("ver"),
                options());
    }

    private static void create(TestDatabase database) throws Exception {
        database.create(
                "outage",
                database.quoted("id") + " bigint NOT NULL PRIMARY KEY, " + database.quoted("v") + " varchar(20), "
                        + database.quoted("ver") + " bigint");
    }

    /** Writes every version of every key, and breaks something after each version. */
    private static void write(BatchSink<Row> sink, Break breaks) throws Exception {
        try (SinkHarness<Row> harness = SinkHarness.open(sink)) {
            for (int version = 1; version <= VERSIONS; version++) {
                for (int id = 0; id < KEYS; id++) {
                    harness.write(new Row(id, version));
                }
                breaks.after(version);
            }
            harness.flush();
        }
    }

    private interface Break {
        void after(int version) throws Exception;
    }

    private static void holdsTheNewest(List<String> rows) {
        assertThat(rows).containsExactly(KEYS + "|" + VERSIONS + "|" + VERSIONS);
    }

    private static String summary(TestDatabase database) {
        String ver = database.quoted("ver");
        return "SELECT COUNT(*), MIN(" + ver + "), MAX(" + ver + ") FROM " + database.quoted("outage");
    }

    @Test
    void killedBackendsLoseNothing() throws Exception {
        TestDatabase database = TestDatabase.postgres();
        create(database);

        write(
                upserts(database.options()),
                version -> database.rows("SELECT count(pg_terminate_backend(pid)) FROM"
                        + " pg_stat_activity WHERE application_name = 'connector-kit'"));

        holdsTheNewest(database.rows(summary(database)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql"})
    void killedConnectionsOfMariaDbLoseNothing(String name) throws Exception {
        TestDatabase database = JdbcSourceIT.database(name);
        create(database);

        write(upserts(database.options()), version -> {
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                List<String> others = new ArrayList<>();
                try (ResultSet ids = statement.executeQuery("SELECT id FROM information_schema.processlist WHERE db ="
                        + " 'kit' AND id <> connection_id()")) {
                    while (ids.next()) {
                        others.add(ids.getString(1));
                    }
                }
                for (String id : others) {
                    kill(statement, id);
                }
            }
        });

        holdsTheNewest(database.rows(summary(database)));
    }

    private static void kill(Statement statement, String id) {
        try {
            statement.execute("KILL " + id);
        } catch (java.sql.SQLException gone) {
            assertThat(gone.getErrorCode()).as("no such thread").isEqualTo(1094);
        }
    }

    @Test
    void aServerThatRestartsLosesNothing() throws Exception {
        try (RestartedPostgres server = new RestartedPostgres()) {
            server.execute("CREATE TABLE outage (id bigint PRIMARY KEY, v text, ver bigint)");

            write(upserts(server.options()), version -> {
                if (version % 7 == 0) {
                    server.restart();
                }
            });

            assertThat(server.restarts()).isEqualTo(2);
            holdsTheNewest(server.rows("SELECT count(*), min(ver), max(ver) FROM outage"));
        }
    }

    @Test
    void appendsWithALedgerStayExactlyOnceThroughKillsAndReplays() throws Exception {
        TestDatabase database = TestDatabase.postgres();
        database.create("appended", "id bigint, ver bigint");
        database.create("entered", "sink text, id text, PRIMARY KEY (sink, id)");
        JdbcAppendTable table = JdbcAppendTable.of("appended", "id", "ver").withLedger("entered");

        for (int run = 0; run < 2; run++) {
            write(
                    JdbcSink.append(EVENTS, database.options(), table, options()),
                    version -> database.rows("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE"
                            + " application_name = 'connector-kit'"));
        }

        assertThat(database.rows("SELECT count(*), count(DISTINCT (id, ver)) FROM appended"))
                .containsExactly(KEYS * VERSIONS + "|" + KEYS * VERSIONS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mariadb", "mysql", "h2"})
    void rowsThatOthersLockAreWaitedFor(String name) throws Exception {
        TestDatabase database = JdbcSourceIT.database(name);
        create(database);
        String table = database.quoted("outage");
        database.execute("INSERT INTO " + table + " VALUES (7, 'old', 0)");
        BatchSink<Row> sink = JdbcSink.of(
                CHANGES,
                database.options(),
                JdbcTable.of("outage", "id").withValues("v").withVersion("ver"),
                options().withRequestTimeout(Duration.ofSeconds(2)));
        CountDownLatch locked = new CountDownLatch(1);
        AtomicBoolean released = new AtomicBoolean();
        try (Connection other = database.connect();
                Statement statement = other.createStatement();
                SinkHarness<Row> harness = SinkHarness.open(sink)) {
            other.setAutoCommit(false);
            statement.execute("UPDATE " + table + " SET " + database.quoted("v") + " = 'locked' WHERE "
                    + database.quoted("id") + " = 7");
            Thread unlocks = new Thread(() -> {
                try {
                    locked.await();
                    await().until(() -> harness.metric("retries") > 0);
                    released.set(true);
                    other.rollback();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            unlocks.start();
            for (int id = 0; id < 20; id++) {
                harness.write(new Row(id, 1));
            }
            locked.countDown();
            harness.flush();
            unlocks.join();
        }
        assertThat(released).isTrue();
        assertThat(database.rows("SELECT COUNT(*), MIN(" + database.quoted("ver") + ") FROM " + table))
                .containsExactly("20|1");
    }

    /** SQLite's page limit is a disk quota. */
    @Test
    void aFullDiskIsWaitedOut() throws Exception {
        TestDatabase database = TestDatabase.sqlite();
        create(database);
        String full = database.options().url();
        JdbcConnectionOptions small = JdbcConnectionOptions.of(full).withProperty("max_page_count", "4");
        var destination = new JdbcDestinationFactory(
                        small,
                        JdbcTable.of("outage", "id").withValues("v").withVersion("ver"),
                        WriteMode.NEWEST_WINS,
                        Duration.ofSeconds(5))
                .open(new io.connectorkit.sink.DestinationContext(
                        0, SinkTuning.forJdbc(), new io.connectorkit.tck.RecordedMetrics()));
        @SuppressWarnings({"unchecked", "rawtypes"})
        io.connectorkit.change.Change<Object[]>[] changes = new io.connectorkit.change.Change[2_000];
        for (int i = 0; i < changes.length; i++) {
            changes[i] = new io.connectorkit.change.Change.Upsert<>(
                    ChangeKey.of(i), ChangeVersion.of(1), new Object[] {"0123456789"});
        }
        try (destination) {
            Answer answer = Answer.to(destination, changes);

            assertThat(answer.kind()).isEqualTo(FailureKind.THROTTLED);
            assertThat(answer.cause()).hasMessageContaining("SQLITE_FULL");
        }
        assertThat(database.rows("SELECT COUNT(*) FROM \"outage\""))
                .as("nothing of the batch")
                .containsExactly("0");
    }

    /** A PostgreSQL server that comes back with its data, on the same port. */
    private static final class RestartedPostgres implements AutoCloseable {

        private final java.nio.file.Path data = java.nio.file.Files.createTempDirectory("kit-restarted");
        private final int port;
        private io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;
        private int restarts;

        RestartedPostgres() throws Exception {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            server = start();
        }

        private io.zonky.test.db.postgres.embedded.EmbeddedPostgres start() throws Exception {
            return io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                    .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        void restart() throws Exception {
            server.close();
            server = start();
            restarts++;
        }

        int restarts() {
            return restarts;
        }

        JdbcConnectionOptions options() {
            return JdbcConnectionOptions.of("jdbc:postgresql://127.0.0.1:" + port + "/postgres")
                    .withUser("postgres");
        }

        void execute(String sql) throws Exception {
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        List<String> rows(String query) throws Exception {
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement();
                    var row = statement.executeQuery(query)) {
                row.next();
                return List.of(row.getString(1) + "|" + row.getString(2) + "|" + row.getString(3));
            }
        }

        @Override
        public void close() throws Exception {
            server.close();
            org.apache.flink.util.FileUtils.deleteDirectory(data.toFile());
        }
    }
}
