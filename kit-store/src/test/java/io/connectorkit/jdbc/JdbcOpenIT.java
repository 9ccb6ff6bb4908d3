package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.RecordedMetrics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is refused when a sink opens, and how it is said. */
class JdbcOpenIT {

    private static final JdbcTable TABLE =
            JdbcTable.of("t", "id").withValues("v").withVersion("ver");

    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
        server.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, v text NOT NULL, ver bigint, made int GENERATED ALWAYS AS (1)"
                        + " STORED, UNIQUE (v, ver))",
                "CREATE UNIQUE INDEX ON t (v) WHERE id > 5",
                "CREATE TABLE strict (id int PRIMARY KEY, needed int NOT NULL, n int)",
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.\"Orders\" (id int PRIMARY KEY)",
                "CREATE USER reader",
                "GRANT SELECT ON t TO reader",
                "CREATE USER writer",
                "GRANT SELECT, INSERT, UPDATE ON t TO writer",
                "CREATE USER secured PASSWORD 'right-s3cret'",
                "CREATE DATABASE secured");
        requirePassword();
    }

    /** The server trusts everybody; now all but the database {@code secured}. */
    private static void requirePassword() throws Exception {
        String file = server.rows("SHOW hba_file").get(0);
        server.execute("COPY (VALUES ('host secured all 127.0.0.1/32 scram-sha-256'), ('host all all 127.0.0.1/32"
                + " trust'), ('local all all trust')) TO '" + file + "'");
        server.rows("SELECT pg_reload_conf()");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String refusal(JdbcConnectionOptions connection, JdbcTable table) {
        Throwable refused = catchThrowable(
                () -> new JdbcDestinationFactory(connection, table, WriteMode.NEWEST_WINS, Duration.ofSeconds(30))
                        .open(new DestinationContext(0, SinkTuning.forJdbc(), new RecordedMetrics()))
                        .close());
        assertThat(refused).isNotNull();
        StringWriter all = new StringWriter();
        refused.printStackTrace(new PrintWriter(all));
        assertThat(all.toString()).doesNotContain("s3cret");
        return refused.getMessage();
    }

    private static String refusal(JdbcTable table) {
        return refusal(server.options(), table);
    }

    @Test
    void namesTheHostThatDoesNotExist() {
        assertThat(refusal(
                        JdbcConnectionOptions.of("jdbc:postgresql://no-such-host.invalid:5432/d?password=s3cret")
                                .withUser("kit"),
                        TABLE))
                .isEqualTo("url must lead to a database that accepts connections, got"
                        + " jdbc:postgresql://no-such-host.invalid:5432/d?password=*** as user 'kit': 08001: The"
                        + " connection attempt failed. (java.net.UnknownHostException: no-such-host.invalid)");
    }

    @Test
    void namesThePortThatNobodyListensOn() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThat(refusal(JdbcConnectionOptions.of("jdbc:postgresql://127.0.0.1:" + free + "/d"), TABLE))
                .startsWith("url must lead to a database that accepts connections, got jdbc:postgresql://127.0.0.1:"
                        + free + "/d: 08001: Connection to 127.0.0.1:" + free + " refused.")
                .endsWith("(java.net.ConnectException: Connection refused)");
    }

    @Test
    void givesUpOnAServerThatNeverAnswers() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "jdbc:postgresql://127.0.0.1:" + mute.getLocalPort() + "/d";

            assertThat(refusal(JdbcConnectionOptions.of(url).withConnectTimeout(Duration.ofMillis(800)), TABLE))
                    .startsWith("url must lead to a database that accepts connections, got " + url);
        }
    }

    @Test
    void namesTheLoginThatIsWrong() {
        String url = server.url().replace("/postgres", "/secured");

        assertThat(refusal(JdbcConnectionOptions.of(url).withUser("secured").withPassword("wrong-s3cret"), TABLE))
                .isEqualTo("user and password must be accepted by the server of url, got " + url
                        + " as user 'secured': 28P01: FATAL: password authentication failed for user \"secured\"");
        assertThat(refusal(JdbcConnectionOptions.of(url + "?user=secured&password=wrong-s3cret"), TABLE))
                .startsWith("user and password must be accepted by the server of url, got " + url
                        + "?user=secured&password=***: 28P01");
        assertThat(refusal(JdbcConnectionOptions.of(url).withUser("secured").withPassword("right-s3cret"), TABLE))
                .startsWith("table must exist");
    }

    @Test
    void namesTheDatabaseThatDoesNotExist() {
        assertThat(refusal(JdbcConnectionOptions.of(server.url() + "x").withUser(PostgresServer.USER), TABLE))
                .isEqualTo("url must name a database that exists, got " + server.url()
                        + "x as user 'postgres': 3D000: FATAL: database \"postgresx\" does not exist");
    }

    @Test
    void saysWhichDriverIsMissing() {
        Throwable refused = catchThrowable(() -> JdbcPool.open(
                JdbcConnectionOptions.of("jdbc:nothing:x?password=s3cret"), 1, Duration.ofSeconds(1), "p"));

        assertThat(refused)
                .hasMessage("url must belong to a JDBC driver on the classpath, got 'jdbc:nothing:x?password=***'; add"
                        + " the driver's jar, such as org.postgresql:postgresql, to the job or to Flink's lib folder");
    }

    @Test
    void namesTheTableThatDoesNotExistAndWhatIsThereInstead() {
        assertThat(refusal(JdbcTable.of("nothing", "id")))
                .isEqualTo("table must exist, got 'nothing', which the database does not have; create it first, or name"
                        + " its schema with withSchema");
        assertThat(refusal(JdbcTable.of("sales.orders", "id")))
                .isEqualTo("table must exist, got 'sales.orders', which the database does not have; found"
                        + " [sales.Orders] (schema.name); names are exact, case counts");
    }

    @Test
    void namesAllColumnsThatDoNotFit() {
        assertThat(refusal(JdbcTable.of("t", "ID").withValues("w", "made").withVersion("ver")))
                .isEqualTo(
                        """
                        column 'ID' must exist in table 't', found [id, v, ver, made]; names are exact, case counts
                        column 'w' must exist in table 't', found [id, v, ver, made]; names are exact, case counts
                        column 'made' (integer) of table 't' must not be generated by the database; leave it out of \
                        the columns to write""");
    }

    @Test
    void namesTheKeyThatIsNotUnique() {
        assertThat(refusal(JdbcTable.of("t", "v").withVersion("ver").withValues("id")))
                .isEqualTo("key columns of table 't' must be exactly those of a primary key or unique constraint, got"
                        + " [v], found [[id], [v, ver]]");
    }

    @Test
    void namesAllRolesThatDoNotFit() {
        assertThat(refusal(JdbcTable.of("t", "id").withVersion("v").withTombstones("ver")))
                .isEqualTo("deleted-at column 'ver' (bigint) must be a nullable timestamptz or timestamp column, got"
                        + " bigint");
        assertThat(refusal(JdbcTable.of("strict", "id")
                        .withValues("needed")
                        .withVersion("n")
                        .withTombstones("n2")))
                .isEqualTo("column 'n2' must exist in table 'strict', found [id, needed, n]; names are exact, case"
                        + " counts");
        assertThat(refusal(JdbcTable.of("strict", "id").withVersion("n")))
                .isEqualTo("column 'needed' (integer) of table 'strict' must be among the columns to write, be nullable"
                        + " or have a default, got not null; no row could be inserted");
    }

    @Test
    void refusesTombstonesThatHaveNoPlaceForAMissingValue() throws Exception {
        server.execute("CREATE TABLE fenced (id int PRIMARY KEY, v text NOT NULL, ver bool, gone timestamptz)");

        assertThat(refusal(JdbcTable.of("fenced", "id")
                        .withValues("v")
                        .withVersion("ver")
                        .withTombstones("gone")))
                .isEqualTo("version column 'ver' (boolean) must be an integer, bigint, numeric, text or varchar column,"
                        + " got boolean\n"
                        + "value column 'v' (text) must be nullable or have a default, since a tombstone has no"
                        + " values, got not null; run ALTER TABLE fenced ALTER COLUMN \"v\" DROP NOT NULL, or use"
                        + " hard deletes");
    }

    @Test
    void namesThePermissionThatIsMissing() {
        JdbcConnectionOptions reader = JdbcConnectionOptions.of(server.url()).withUser("reader");
        JdbcConnectionOptions writer = JdbcConnectionOptions.of(server.url()).withUser("writer");

        assertThat(refusal(reader, TABLE))
                .isEqualTo("JDBC table 't' must accept the writes of this sink by user 'reader', got 42501: ERROR:"
                        + " permission denied for table t");
        assertThat(refusal(writer, TABLE))
                .contains("by user 'writer', got 42501: ERROR: permission denied for table t");
    }
}
