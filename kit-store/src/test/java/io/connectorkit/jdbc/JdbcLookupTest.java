package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lookups by IN lists, in H2: the path of every database but PostgreSQL. */
class JdbcLookupTest {

    private static final String URL = "jdbc:h2:mem:lookup";

    private Connection keepsTheDatabase;

    @BeforeEach
    void tables() throws SQLException {
        keepsTheDatabase = DriverManager.getConnection(URL);
        execute(
                "CREATE TABLE \"airports\" (\"iata\" CHAR(5), \"city\" VARCHAR, \"gone\" TIMESTAMP)",
                "INSERT INTO \"airports\" VALUES ('SFO', 'San Francisco', NULL), ('LAX', 'Los Angeles', NULL),"
                        + " ('XXX', 'Nowhere', NOW())",
                "CREATE TABLE \"typed\" (\"n\" NUMERIC(10, 2), \"u\" UUID, \"t\" TIMESTAMP(9) WITH TIME ZONE,"
                        + " \"b\" VARBINARY, \"ok\" BOOLEAN, \"v\" VARCHAR)");
    }

    @AfterEach
    void drop() throws SQLException {
        execute("SHUTDOWN");
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = keepsTheDatabase.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static LookupSource<ChangeKey, String> open(JdbcTable table, String column) throws Exception {
        return JdbcLookup.of(JdbcConnectionOptions.of(URL), table, row -> row.getString(column))
                .open(new LookupContext(0, LookupOptions.defaults(), new UnregisteredMetricsGroup()));
    }

    private static Map<ChangeKey, String> fetch(LookupSource<ChangeKey, String> source, ChangeKey... keys)
            throws Exception {
        return source.fetch(List.of(keys)).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void findsRowsUnderTheKeyAskedForAndLeavesMissingOnesOut() throws Exception {
        try (var source = open(JdbcTable.of("airports", "iata").withValues("city"), "city")) {
            assertThat(fetch(source, ChangeKey.of("SFO"), ChangeKey.of("none"), ChangeKey.of("LAX")))
                    .containsOnly(
                            Map.entry(ChangeKey.of("SFO"), "San Francisco"),
                            Map.entry(ChangeKey.of("LAX"), "Los Angeles"));
        }
    }

    @Test
    void rowsBehindATombstoneAreMissing() throws Exception {
        JdbcTable table = JdbcTable.of("airports", "iata").withValues("city");
        try (var all = open(table, "city");
                var living = open(table.withTombstones("gone"), "city")) {
            assertThat(fetch(all, ChangeKey.of("XXX"))).hasSize(1);
            assertThat(fetch(living, ChangeKey.of("XXX"))).isEmpty();
        }
    }

    @Test
    void keysOfSeveralColumnsAndOfEveryTypeComeBackAsAskedFor() throws Exception {
        UUID uuid = new UUID(1, 2);
        Instant time = Instant.parse("2026-01-02T03:04:05.678901234Z");
        execute("INSERT INTO \"typed\" VALUES (1.50, '" + uuid + "', '2026-01-02 03:04:05.678901234+00', X'0AFF', TRUE,"
                + " 'found')");
        ChangeKey key = ChangeKey.of(1.5, uuid, time, new byte[] {10, -1}, true);
        ChangeKey other = ChangeKey.of(2, uuid, time, new byte[] {10, -1}, true);
        try (var source = open(JdbcTable.of("typed", "n", "u", "t", "b", "ok").withValues("v"), "v")) {
            assertThat(fetch(source, other, key)).containsOnly(Map.entry(key, "found"));
        }
    }

    @Test
    void theNumberOfKeysIsPaddedToAPowerOfTwo() {
        assertThat(List.of(1, 2, 3, 4, 5, 100).stream().map(InListLookupQuery::padded))
                .containsExactly(1, 2, 4, 4, 8, 128);
    }

    @Test
    void aKeyOfAnotherTypeThanItsColumnIsRefusedWithTheColumn() throws Exception {
        execute("CREATE TABLE \"numbered\" (\"id\" INT, \"v\" VARCHAR)", "INSERT INTO \"numbered\" VALUES (1, 'one')");
        try (var source = open(JdbcTable.of("numbered", "id").withValues("v"), "v")) {
            assertThat(fetch(source, ChangeKey.of(1))).hasSize(1);
            assertThatThrownBy(() -> fetch(source, ChangeKey.of("1")))
                    .rootCause()
                    .hasMessage(
                            "a row must come back under a key that was asked for, got key=1; give key parts the types"
                                    + " of the columns [id], and the text as it is stored (case and spaces count)");
        }
    }

    @Test
    void aMissingTableIsRefusedWhenTheLookupOpens() {
        assertThatThrownBy(() -> open(JdbcTable.of("airprots", "iata").withValues("city"), "city"))
                .hasMessageStartingWith(
                        "JDBC table 'airprots' must be readable with the columns [iata, city], got 42S02: ");
    }
}
