package io.connectorkit.jdbc;

import static io.connectorkit.change.WriteMode.INSERT_ONLY;
import static io.connectorkit.change.WriteMode.NEWEST_WINS;
import static io.connectorkit.change.WriteMode.OVERWRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.RecordedMetrics;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one batch does to a table, against the real server. */
class JdbcDestinationIT {

    private static PostgresServer server;

    private final JdbcTable table = JdbcTable.of("t", "id").withValues("v").withVersion("ver");
    private Destination<Object[]> open;

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
        server.execute("DROP TABLE IF EXISTS t", "CREATE TABLE t (id bigint PRIMARY KEY, v text, ver bigint NOT NULL)");
    }

    @AfterEach
    void close() throws Exception {
        if (open != null) {
            open.close();
        }
    }

    private Destination<Object[]> open(JdbcTable table, WriteMode mode) throws Exception {
        return open(table, mode, Duration.ofSeconds(30));
    }

    private Destination<Object[]> open(JdbcTable table, WriteMode mode, Duration timeout) throws Exception {
        close();
        open = new JdbcDestinationFactory(server.options(), table, mode, timeout)
                .open(new DestinationContext(0, SinkTuning.forJdbc(), new RecordedMetrics()));
        return open;
    }

    private static Change<Object[]> put(Object key, long version, Object... payload) {
        return new Change.Upsert<>(ChangeKey.of(key), ChangeVersion.of(version), payload);
    }

    private static Change<Object[]> putUnversioned(Object key, Object... payload) {
        return new Change.Upsert<>(ChangeKey.of(key), null, payload);
    }

    private static Change<Object[]> delete(Object key, long version) {
        return new Change.Delete<>(ChangeKey.of(key), ChangeVersion.of(version));
    }

    @Test
    void countsStaleChangesExactly() throws Exception {
        server.execute("INSERT INTO t SELECT i, 'old', 10 FROM generate_series(1, 8) i");
        Destination<Object[]> destination = open(table, NEWEST_WINS);

        Answer answer = Answer.to(
                destination,
                put(7, 9, "older"),
                delete(5, 9),
                put(1, 11, "newer"),
                put(2, 10, "equal"),
                delete(6, 10),
                put(9, 1, "new"),
                put(3, 9, "older"),
                delete(99, 1),
                delete(8, 11),
                put(4, 0, "older"));

        assertThat(answer.letters()).isEqualTo("SSDDDDSDDS");
        assertThat(server.rows("SELECT id, v, ver FROM t ORDER BY id"))
                .containsExactly("1|newer|11", "2|equal|10", "3|old|10", "4|old|10", "5|old|10", "7|old|10", "9|new|1");
    }

    @Test
    void bringsARowBackWhenAnOlderUpsertFollowsAHardDelete() throws Exception {
        Destination<Object[]> destination = open(table, NEWEST_WINS);

        Answer.to(destination, put(1, 1, "a"));
        Answer.to(destination, delete(1, 2));

        assertThat(Answer.to(destination, put(1, 1, "a")).letters()).isEqualTo("D");
        assertThat(server.rows("SELECT id, v, ver FROM t")).containsExactly("1|a|1");
    }

    @Test
    void fencesDeletedKeysOffWithTombstones() throws Exception {
        server.execute(
                "ALTER TABLE t ADD gone timestamptz, ADD n int NOT NULL DEFAULT 7",
                "INSERT INTO t SELECT i, 'old', 10, NULL, 1 FROM generate_series(1, 3) i");
        Destination<Object[]> destination = open(table.withValues("v", "n").withTombstones("gone"), NEWEST_WINS);

        assertThat(Answer.to(destination, delete(1, 11), delete(2, 9), delete(5, 4), put(3, 11, "new", 2))
                        .letters())
                .isEqualTo("DSDD");
        String rows = "SELECT id, v, n, ver, gone IS NOT NULL FROM t ORDER BY id";
        assertThat(server.rows(rows)).containsExactly("1|null|7|11|t", "2|old|1|10|f", "3|new|2|11|f", "5|null|7|4|t");

        assertThat(Answer.to(destination, put(1, 10, "late", 2), put(5, 3, "late", 2))
                        .letters())
                .isEqualTo("SS");
        assertThat(Answer.to(destination, put(1, 12, "back", 2), put(5, 4, "equal", 2))
                        .letters())
                .isEqualTo("DD");
        assertThat(server.rows(rows)).containsExactly("1|back|2|12|f", "2|old|1|10|f", "3|new|2|11|f", "5|equal|2|4|f");
    }

    @Test
    void treatsRowsWithoutAVersionAsOlderThanAnyChange() throws Exception {
        server.execute("ALTER TABLE t ALTER ver DROP NOT NULL", "INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', NULL)");
        Destination<Object[]> destination = open(table, NEWEST_WINS);

        assertThat(Answer.to(destination, put(1, 0, "c"), delete(2, 0)).letters())
                .isEqualTo("DD");
        assertThat(server.rows("SELECT id, v, ver FROM t")).containsExactly("1|c|0");
    }

    @Test
    void comparesVersionsOfSixtyDigitsAsNumbersInNumericAndTextColumns() throws Exception {
        String big = "9".repeat(59);
        String bigger = "1" + "0".repeat(59);
        for (String type : List.of("numeric(60)", "text", "varchar(60)")) {
            server.execute("DROP TABLE t", "CREATE TABLE t (id bigint PRIMARY KEY, v text, ver " + type + " NOT NULL)");
            Destination<Object[]> destination = open(table, NEWEST_WINS);
            Answer.to(destination, new Change.Upsert<>(ChangeKey.of(1), ChangeVersion.of(bigger), new Object[] {"a"}));

            Answer answer = Answer.to(
                    destination, new Change.Upsert<>(ChangeKey.of(1), ChangeVersion.of(big), new Object[] {"b"}));

            assertThat(answer.letters()).as(type).isEqualTo("S");
        }
    }

    @Test
    void rejectsAVersionThatItsColumnCannotHold() throws Exception {
        Destination<Object[]> destination = open(table, NEWEST_WINS);
        String wide = "1" + "0".repeat(39);

        Answer answer = Answer.to(
                destination,
                new Change.Upsert<>(ChangeKey.of(1), ChangeVersion.of(wide), new Object[] {"a"}),
                put(2, 1, "b"),
                putUnversioned(3, "c"));

        assertThat(answer.letters()).isEqualTo("RDR");
        assertThat(answer.reason(0))
                .isEqualTo("version must fit column 'ver' (bigint), got " + wide + "; make it a numeric(60) column");
        assertThat(answer.reason(2)).isEqualTo("version must be given: column 'ver' (bigint) guards the table");
    }

    @Test
    void rejectsAloneWhatCannotBeBound() throws Exception {
        server.execute("DROP TABLE t", "CREATE TABLE t (id int PRIMARY KEY, v text NOT NULL, b bool, ver bigint)");
        Destination<Object[]> destination = open(table.withValues("v", "b"), NEWEST_WINS);

        Answer answer = Answer.to(
                destination,
                put(1, 1, "s3\0", true),
                put(2, 1, "fine", true),
                put(3, 1, null, true),
                put(4, 1, "s3", "s3"),
                put(5, 1, "s3"),
                put(1L << 40, 1, "s3", true),
                put("s3", 1, "s3", true),
                put(6, 1, "\ud800", true),
                new Change.Upsert<>(ChangeKey.of(7, 8), ChangeVersion.of(1), new Object[] {"s3", true}),
                delete("s3", 1),
                put(8, 1, "\ud83d\ude00", false));

        assertThat(answer.letters()).isEqualTo("RDRRRRRRRRD");
        assertThat(answer.reason(0))
                .isEqualTo("column 'v' (text) must be given text without NUL characters (PostgreSQL), got one at 2");
        assertThat(answer.reason(2)).isEqualTo("column 'v' (text) must not be null");
        assertThat(answer.reason(3))
                .isEqualTo("column 'b' (boolean) must be given true or false, got a value of java.lang.String that is"
                        + " not");
        assertThat(answer.reason(4)).isEqualTo("payload must have 2 elements (value columns of public.t), got 1");
        assertThat(answer.reason(5))
                .isEqualTo("column 'id' (integer) must be given a whole number in its range, got a value of"
                        + " java.lang.Long that is not");
        assertThat(answer.reason(6))
                .isEqualTo("column 'id' (integer) must be given a whole number, got a value of java.lang.String that"
                        + " is not");
        assertThat(answer.reason(7))
                .isEqualTo("column 'v' (text) must be given valid Unicode, got an unpaired surrogate at 0");
        assertThat(answer.reason(8)).isEqualTo("key must have 1 parts (key columns of public.t), got 2");
        assertThat(server.rows("SELECT id, v FROM t ORDER BY id")).containsExactly("2|fine", "8|\ud83d\ude00");
    }

    @Test
    void refusesABatchAsAWholeWhenTheServerDoesAndNamesNoValue() throws Exception {
        server.execute(
                "ALTER TABLE t ADD CONSTRAINT not_s3 CHECK (v <> 's3'), ADD UNIQUE (v)", "CREATE INDEX ON t (v)");
        Destination<Object[]> destination = open(table, NEWEST_WINS);

        Answer check = Answer.to(destination, put(1, 1, "a"), put(2, 1, "s3"));
        Answer unique = Answer.to(destination, put(1, 1, "s4"), put(2, 1, "s4"));

        assertThat(check.letters())
                .isEqualTo("REJECTED: 23514: ERROR: new row for relation \"t\" violates check constraint \"not_s3\"");
        assertThat(unique.letters())
                .isEqualTo("REJECTED: 23505: ERROR: duplicate key value violates unique constraint \"t_v_key\"");
        assertThat(server.rows("SELECT id FROM t")).isEmpty();
        assertThat(Answer.to(destination, put(1, 1, "a")).letters()).isEqualTo("D");
    }

    @Test
    void cutsNothingThatIsTooLongForItsColumn() throws Exception {
        server.execute(
                "DROP DOMAIN IF EXISTS short CASCADE",
                "CREATE DOMAIN short AS varchar(3)",
                "ALTER TABLE t ADD a varchar(3), ADD b char(3), ADD c short, ADD d bit(3)");

        for (String column : List.of("a", "b", "c", "d")) {
            Destination<Object[]> destination = open(table.withValues(column), NEWEST_WINS);
            assertThat(Answer.to(destination, put(1, 1, "101")).letters()).isEqualTo("D");
            assertThat(Answer.to(destination, put(1, 2, "1011")).letters())
                    .as(column)
                    .matches("REJECTED: 220(01|26): ERROR: .*");
        }
    }

    @Test
    void writesEveryType() throws Exception {
        server.execute(
                "DROP TYPE IF EXISTS \"Mood\" CASCADE",
                "CREATE TYPE \"Mood\" AS ENUM ('sad', 'happy')",
                "ALTER TABLE t ADD i2 smallint, ADD i4 int, ADD f4 real, ADD f8 double precision, ADD num numeric(12,2),"
                        + " ADD ok bool, ADD bin bytea, ADD uid uuid, ADD js json, ADD jb jsonb, ADD d date, ADD ts"
                        + " timestamp, ADD tz timestamptz, ADD mood \"Mood\", ADD tags text[], ADD nums int[]");
        Destination<Object[]> destination = open(
                table.withValues(
                        "v", "i2", "i4", "f4", "f8", "num", "ok", "bin", "uid", "js", "jb", "d", "ts", "tz", "mood",
                        "tags", "nums"),
                NEWEST_WINS);
        Instant time = Instant.parse("2024-05-06T07:08:09.123456Z");
        UUID uuid = UUID.fromString("00000000-0000-0001-0000-000000000002");

        Answer answer = Answer.to(
                destination,
                put(
                        1,
                        1,
                        "ä\"\\{},'",
                        2,
                        BigDecimal.valueOf(3),
                        0.5f,
                        1e300,
                        new BigDecimal("12.345"),
                        true,
                        new byte[] {1, 0, -1},
                        uuid,
                        "{\"a\": 1}",
                        "{\"b\":  2}",
                        LocalDate.of(2024, 2, 29),
                        time,
                        time,
                        "happy",
                        List.of("a,\"b\"", "\\", "NULL"),
                        new int[] {1, 2}),
                put(
                        2,
                        1,
                        5,
                        "-2",
                        "3",
                        1,
                        "2.5",
                        "1.5",
                        "TRUE",
                        null,
                        uuid.toString(),
                        null,
                        null,
                        "2024-02-29",
                        LocalDateTime.of(2024, 1, 1, 0, 0),
                        LocalDateTime.of(2024, 1, 1, 0, 0),
                        null,
                        new String[] {null},
                        List.of()),
                put(3, 1, new Object[17]));

        assertThat(answer.letters()).isEqualTo("DDD");
        assertThat(server.rows("SELECT v, i2, i4, f4, f8, num, ok, encode(bin, 'hex'), uid, js, jb, d, ts,"
                        + " tz AT TIME ZONE 'UTC', mood, tags, nums FROM t ORDER BY id"))
                .containsExactly(
                        "ä\"\\{},'|2|3|0.5|1e+300|12.35|t|0100ff|" + uuid
                                + "|{\"a\": 1}|{\"b\": 2}|2024-02-29|2024-05-06"
                                + " 07:08:09.123456|2024-05-06 07:08:09.123456|happy|{\"a,\\\"b\\\"\",\"\\\\\",\"NULL\"}"
                                + "|{1,2}",
                        "5|-2|3|1|2.5|1.50|t|null|" + uuid + "|null|null|2024-02-29|2024-01-01 00:00:00|2024-01-01"
                                + " 00:00:00|null|{NULL}|{}",
                        "null|null|null|null|null|null|null|null|null|null|null|null|null|null|null|null|null");
    }

    @Test
    void takesKeysOfEveryTypeAndComparesThemAsTheyAreStored() throws Exception {
        server.execute(
                "DROP TABLE t",
                "CREATE TABLE t (a numeric(10,2), b char(5), c timestamp(0), d uuid, e bytea, f bool, ver bigint,"
                        + " PRIMARY KEY (f, e, d, c, b, a))");
        Destination<Object[]> destination =
                open(JdbcTable.of("t", "a", "b", "c", "d", "e", "f").withVersion("ver"), NEWEST_WINS);
        ChangeKey key = ChangeKey.of(
                new BigDecimal("1.005"),
                "x",
                Instant.parse("2024-01-01T00:00:00.7Z"),
                new UUID(1, 2),
                new byte[] {0, 1},
                true);

        assertThat(Answer.to(destination, new Change.Upsert<>(key, ChangeVersion.of(2), new Object[0]))
                        .letters())
                .isEqualTo("D");
        assertThat(Answer.to(destination, new Change.Upsert<>(key, ChangeVersion.of(1), new Object[0]))
                        .letters())
                .isEqualTo("S");
        assertThat(Answer.to(destination, new Change.Delete<>(key, ChangeVersion.of(1)))
                        .letters())
                .isEqualTo("S");
        assertThat(Answer.to(destination, new Change.Delete<>(key, ChangeVersion.of(2)))
                        .letters())
                .isEqualTo("D");
        assertThat(server.rows("SELECT * FROM t")).isEmpty();
    }

    @Test
    void takesNamesAsTheyAre() throws Exception {
        server.execute(
                "DROP SCHEMA IF EXISTS \"My \"\"Schema\" CASCADE",
                "CREATE SCHEMA \"My \"\"Schema\"",
                "CREATE TABLE \"My \"\"Schema\".\"a.b; DROP TABLE t; --\" (\"select\" int, c0 int, n text, \"Größe ☃\""
                        + " text, input text, target text, gone bigint, \"excluded\" timestamp, PRIMARY KEY (\"select\","
                        + " c0))");
        JdbcTable odd = JdbcTable.of("a.b; DROP TABLE t; --", "c0", "select")
                .withSchema("My \"Schema")
                .withValues("n", "Größe ☃", "input", "target")
                .withVersion("gone");

        for (JdbcTable variant : List.of(odd, odd.withTombstones("excluded"))) {
            Destination<Object[]> destination = open(variant, NEWEST_WINS);
            ChangeKey key = ChangeKey.of(1, 2);
            Answer written = Answer.to(
                    destination,
                    new Change.Upsert<>(key, ChangeVersion.of(5), new Object[] {"a", "b", "c", "d"}),
                    new Change.Delete<>(ChangeKey.of(3, 4), ChangeVersion.of(1)));
            assertThat(written.letters()).isEqualTo("DD");
            assertThat(Answer.to(destination, new Change.Delete<>(key, ChangeVersion.of(4)))
                            .letters())
                    .isEqualTo("S");
        }
        assertThat(server.rows("SELECT c0, \"select\", n, \"Größe ☃\", \"excluded\" IS NULL FROM \"My"
                        + " \"\"Schema\".\"a.b; DROP TABLE t; --\" ORDER BY c0"))
                .containsExactly("1|2|a|b|t", "3|4|null|null|f");
    }

    @Test
    void overwritesInArrivalOrderWithoutAVersion() throws Exception {
        server.execute("ALTER TABLE t ALTER ver SET DEFAULT 0");
        Destination<Object[]> destination = open(JdbcTable.of("t", "id").withValues("v"), OVERWRITE);

        Answer.to(destination, putUnversioned(1, "a"), putUnversioned(2, "a"));

        assertThat(Answer.to(destination, putUnversioned(1, "b"), new Change.Delete<>(ChangeKey.of(2), null))
                        .letters())
                .isEqualTo("DD");
        assertThat(server.rows("SELECT id, v FROM t")).containsExactly("1|b");
    }

    @Test
    void insertsNewKeysOnly() throws Exception {
        server.execute("ALTER TABLE t ALTER ver SET DEFAULT 0", "INSERT INTO t VALUES (1, 'old')");
        Destination<Object[]> destination = open(JdbcTable.of("t", "id").withValues("v"), INSERT_ONLY);

        assertThat(Answer.to(destination, putUnversioned(1, "a"), putUnversioned(2, "b"))
                        .letters())
                .isEqualTo("SD");
        assertThat(server.rows("SELECT id, v FROM t ORDER BY id")).containsExactly("1|old", "2|b");
    }

    @Test
    void writesTablesOfKeysOnly() throws Exception {
        server.execute("ALTER TABLE t ALTER ver SET DEFAULT 0");
        Destination<Object[]> destination = open(JdbcTable.of("t", "id"), OVERWRITE);

        assertThat(Answer.to(destination, putUnversioned(1), putUnversioned(2)).letters())
                .isEqualTo("DD");
        assertThat(Answer.to(destination, putUnversioned(1)).letters()).isEqualTo("D");
        assertThat(Answer.to(open(JdbcTable.of("t", "id").withVersion("ver"), NEWEST_WINS), put(1, 3), put(2, 0))
                        .letters())
                .isEqualTo("DD");
        assertThat(server.rows("SELECT id, ver FROM t ORDER BY id")).containsExactly("1|3", "2|0");
    }

    @Test
    void givesUpOnALockedRowInTimeAndMayTryAgain() throws Exception {
        server.execute("INSERT INTO t VALUES (1, 'old', 1)");
        Destination<Object[]> destination = open(table, NEWEST_WINS, Duration.ofSeconds(2));
        try (Connection other = server.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE t SET v = 'locked' WHERE id = 1");

            Answer answer = Answer.to(destination, put(1, 2, "new"));

            assertThat(answer.kind()).isEqualTo(FailureKind.RETRYABLE);
            assertThat(answer.cause()).hasMessageStartingWith("57014: ");
            other.rollback();
        }
        assertThat(Answer.to(destination, put(1, 2, "new")).letters()).isEqualTo("D");
    }

    @Test
    void givesUpOnAServerThatHangsAndGoesOnWithAFreshConnection() throws Exception {
        try (MutableProxy proxy = MutableProxy.to(server.port())) {
            JdbcConnectionOptions through = JdbcConnectionOptions.of(
                            "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres")
                    .withUser(PostgresServer.USER)
                    .withConnectTimeout(Duration.ofSeconds(1));
            open = new JdbcDestinationFactory(through, table, NEWEST_WINS, Duration.ofSeconds(1))
                    .open(new DestinationContext(0, SinkTuning.forJdbc(), new RecordedMetrics()));
            assertThat(Answer.to(open, put(1, 1, "a")).letters()).isEqualTo("D");

            proxy.mute(true);
            Answer hung = Answer.to(open, put(1, 2, "b"));
            proxy.mute(false);

            assertThat(hung.kind()).isEqualTo(FailureKind.RETRYABLE);
            // As the write path does: connection attempts that began in the dark have to time out first.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Answer.to(open, put(1, 3, "c")).letters().equals("D"));
        }
        assertThat(server.rows("SELECT v, ver FROM t")).containsExactly("c|3");
    }

    @Test
    void seesAChangeThatWasCommittedWhileItWaited() throws Exception {
        server.execute("INSERT INTO t SELECT i, 'old', 1 FROM generate_series(1, 2) i");
        Destination<Object[]> destination = open(table, NEWEST_WINS);
        var late = new java.util.concurrent.CompletableFuture<String>();
        try (Connection other = server.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE t SET v = 'newest', ver = 9");
            Thread waiting = new Thread(() -> {
                try {
                    late.complete(Answer.to(destination, put(1, 5, "older"), delete(2, 5))
                            .letters());
                } catch (Throwable e) {
                    late.completeExceptionally(e);
                }
            });
            waiting.start();
            await().until(() -> server.rows("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            + " AND application_name = 'connector-kit'")
                    .equals(List.of("1")));
            other.commit();
            waiting.join();
        }
        assertThat(late.get()).isEqualTo("SS");
        assertThat(server.rows("SELECT v, ver FROM t")).containsExactly("newest|9", "newest|9");
    }
}
