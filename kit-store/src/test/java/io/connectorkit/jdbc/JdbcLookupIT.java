package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.AsyncLookup;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcLookupIT {

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private static final JdbcTable AIRPORTS = JdbcTable.of("airports", "iata").withValues("name", "city", "latitude");

    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
        server.execute(
                "CREATE TABLE airports (iata varchar(5) PRIMARY KEY, name text NOT NULL, city text, latitude numeric)",
                "CREATE TABLE \"Odd \"\"Names\" (\"Key Part\" int, \"select\" uuid, \"at\" timestamptz, raw bytea, v text,"
                        + " gone timestamptz)",
                "CREATE TABLE twice (id int, v text)",
                "INSERT INTO twice VALUES (1, 'one'), (1, 'uno')",
                "CREATE TABLE padded (id char(10) PRIMARY KEY, v text)",
                "INSERT INTO padded VALUES ('a', 'found')",
                "CREATE ROLE stranger LOGIN");
        try (var lines = new BufferedReader(new InputStreamReader(
                        JdbcLookupIT.class.getResourceAsStream("/airports.csv"), StandardCharsets.UTF_8));
                Connection connection = server.connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO airports VALUES (?, ?, ?, ?)")) {
            for (String line : lines.lines().skip(1).toList()) {
                String[] columns = line.split(",");
                insert.setString(1, columns[0]);
                insert.setString(2, columns[1]);
                insert.setString(3, columns[2]);
                insert.setBigDecimal(4, new BigDecimal(columns[5]));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static LookupSource<ChangeKey, String> open(
            JdbcConnectionOptions connection, JdbcTable table, String column) throws Exception {
        return JdbcLookup.of(connection, table, row -> row.getString(column))
                .open(new LookupContext(0, LookupOptions.defaults(), new UnregisteredMetricsGroup()));
    }

    private static LookupSource<ChangeKey, String> open(JdbcTable table, String column) throws Exception {
        return open(server.options(), table, column);
    }

    private static Map<ChangeKey, String> fetch(LookupSource<ChangeKey, String> source, ChangeKey... keys)
            throws Exception {
        return source.fetch(List.of(keys)).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void findsManyAirportsInOneQueryAndLeavesMissingOnesOut() throws Exception {
        try (var source = open(AIRPORTS, "city")) {
            assertThat(fetch(source, ChangeKey.of("SFO"), ChangeKey.of("???"), ChangeKey.of("JFK")))
                    .containsOnly(
                            Map.entry(ChangeKey.of("SFO"), "San Francisco"),
                            Map.entry(ChangeKey.of("JFK"), "New York"));
        }
    }

    @Test
    void valuesAreBoundNotPasted() throws Exception {
        try (var source = open(AIRPORTS, "city")) {
            assertThat(fetch(source, ChangeKey.of("' OR '1'='1"), ChangeKey.of("{a,b}"), ChangeKey.of("\\\",NULL")))
                    .isEmpty();
        }
    }

    @Test
    void oddNamesAndKeysOfSeveralTypesWork() throws Exception {
        UUID uuid = new UUID(3, 4);
        Instant at = Instant.parse("2026-01-02T03:04:05.678901Z");
        server.execute("INSERT INTO \"Odd \"\"Names\" VALUES (7, '" + uuid + "', '" + at
                + "', '\\x0aff', 'found', NULL)," + " (8, '" + uuid + "', '" + at + "', '\\x0aff', 'hidden', now())");
        JdbcTable table = JdbcTable.of("Odd \"Names", "Key Part", "select", "at", "raw")
                .withValues("v")
                .withTombstones("gone");
        ChangeKey seven = ChangeKey.of(7, uuid, at, new byte[] {10, -1});
        ChangeKey eight = ChangeKey.of(8, uuid, at, new byte[] {10, -1});
        try (var source = open(table, "v")) {
            assertThat(fetch(source, eight, seven)).containsOnly(Map.entry(seven, "found"));
        }
    }

    @Test
    void theDatabaseComparesKeysSoPaddingDoesNotMatter() throws Exception {
        try (var source = open(JdbcTable.of("padded", "id").withValues("v"), "v")) {
            assertThat(fetch(source, ChangeKey.of("a"))).containsOnly(Map.entry(ChangeKey.of("a"), "found"));
        }
    }

    @Test
    void aKeyThatItsColumnCannotHoldIsRejectedNotRetried() throws Exception {
        try (var source = open(JdbcTable.of("twice", "id").withValues("v"), "v")) {
            assertThatThrownBy(() -> fetch(source, ChangeKey.of(2), ChangeKey.of("abc")))
                    .cause()
                    .asInstanceOf(InstanceOfAssertFactories.type(LookupException.class))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.REJECTED))
                    .satisfies(e -> assertThat(e)
                            .hasMessage("column 'id' (integer) must be given a whole number, got a value of"
                                    + " java.lang.String that is not"));
            assertThatThrownBy(() -> fetch(source, ChangeKey.of(2, 3)))
                    .cause()
                    .hasMessage("key must have 1 parts [id], got 2");
        }
    }

    @Test
    void aKeyWithSeveralRowsIsAClearError() throws Exception {
        try (var source = open(JdbcTable.of("twice", "id").withValues("v"), "v")) {
            assertThatThrownBy(() -> fetch(source, ChangeKey.of(1)))
                    .cause()
                    .hasMessage("key columns [id] must be unique, got several rows for key=1");
        }
    }

    @Test
    void aMapperThatFailsNamesTheKeyAndNotTheRow() throws Exception {
        try (var source = JdbcLookup.of(server.options(), AIRPORTS, row -> row.getInt("name"))
                .open(new LookupContext(0, LookupOptions.defaults(), new UnregisteredMetricsGroup()))) {
            assertThatThrownBy(() -> source.fetch(List.of(ChangeKey.of("SFO")))
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS))
                    .cause()
                    .asInstanceOf(InstanceOfAssertFactories.type(LookupException.class))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.FATAL))
                    .satisfies(e -> assertThat(e)
                            .hasMessage("the mapper failed on the row of key=SFO: SQLSTATE 22003")
                            .hasStackTraceContaining("PgResultSet.getInt"))
                    .satisfies(e -> assertThat(e.getCause()).hasMessageNotContaining("San Francisco"));
        }
    }

    @Test
    void aMapperThatNamesAColumnThatIsNotThereIsTold() throws Exception {
        try (var source = open(AIRPORTS, "town")) {
            assertThatThrownBy(() -> fetch(source, ChangeKey.of("SFO")))
                    .cause()
                    .hasMessage("the mapper failed on the row of key=SFO: The column name town was not found in this"
                            + " ResultSet.");
        }
    }

    @Test
    void missingTablesAndColumnsAreRefusedAtOpenAllAtOnce() {
        assertThatThrownBy(() -> open(JdbcTable.of("Airports", "iata").withValues("city"), "city"))
                .hasMessageContaining("table must exist, got 'Airports'")
                .hasMessageContaining("public.airports");
        assertThatThrownBy(() -> open(JdbcTable.of("airports", "IATA").withValues("town"), "town"))
                .hasMessage(
                        """
                        column 'IATA' must exist in table 'airports', found [iata, name, city, latitude]; names are exact, case counts
                        column 'town' must exist in table 'airports', found [iata, name, city, latitude]; names are exact, case counts""");
    }

    @Test
    void aMissingPermissionIsRefusedAtOpen() {
        JdbcConnectionOptions stranger = JdbcConnectionOptions.of(server.url()).withUser("stranger");
        assertThatThrownBy(() -> open(stranger, AIRPORTS, "city"))
                .hasMessage(
                        "JDBC table 'airports' must be readable with the columns [iata, name, city, latitude] by user"
                                + " 'stranger', got 42501: ERROR: permission denied for table airports");
    }

    @Test
    void aLostConnectionIsRetryableAndTheNextRequestGetsAFreshOne() throws Exception {
        try (var source = open(AIRPORTS, "city")) {
            fetch(source, ChangeKey.of("SFO"));
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE application_name = 'connector-kit'");
            try {
                fetch(source, ChangeKey.of("SFO"));
            } catch (ExecutionException e) {
                assertThat(((LookupException) e.getCause()).kind()).isEqualTo(FailureKind.RETRYABLE);
            }
            assertThat(fetch(source, ChangeKey.of("SFO"))).hasSize(1);
        }
    }

    @Test
    void aJobJoinsFlightsWithTheirAirportsInOrder() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        List<String> flights = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        Map<String, String> cities = new LinkedHashMap<>();
        for (String row : server.rows("SELECT iata, city FROM airports ORDER BY iata")) {
            cities.put(row.split("\\|")[0], row.split("\\|")[1]);
        }
        List<String> codes = List.copyOf(cities.keySet());
        for (int i = 0; i < 3_000; i++) {
            String code = i % 7 == 0 ? "X" + i : codes.get(i % codes.size());
            flights.add(code);
            expected.add(code + " " + cities.get(code));
        }
        DataStream<String> joined = AsyncLookup.orderedWait(
                env.fromData(flights),
                JdbcLookup.of(server.options(), AIRPORTS, row -> row.getString("city")),
                flight -> ChangeKey.of(flight),
                (flight, city) -> flight + " " + city,
                Types.STRING,
                LookupOptions.defaults().withWindow(20, 3));
        assertThat(joined.executeAndCollect(4_000)).isEqualTo(expected);
    }
}
