package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of SQL, against real servers. */
class JdbcSqlIT {

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(4)
            .build());

    private TableEnvironment sql;

    @BeforeEach
    void environment() {
        sql = StreamTableEnvironment.create(
                StreamExecutionEnvironment.getExecutionEnvironment(), EnvironmentSettings.inBatchMode());
        sql.getConfig().setLocalTimeZone(ZoneOffset.UTC);
    }

    private void table(String name, TestDatabase database, String columns, String... more) {
        String user = database.options().user();
        StringBuilder options = new StringBuilder(
                "'connector' = 'kit-jdbc', 'url' = '" + database.options().url() + "', 'table-name' = '" + name + "'");
        if (user != null) {
            options.append(", 'username' = '").append(user).append("'");
        }
        database.options().properties().forEach((key, value) -> options.append(", 'connection-properties.")
                .append(key)
                .append("' = '")
                .append(value)
                .append("'"));
        for (int i = 0; i < more.length; i += 2) {
            options.append(", '")
                    .append(more[i])
                    .append("' = '")
                    .append(more[i + 1])
                    .append("'");
        }
        sql.executeSql("CREATE TEMPORARY TABLE `" + name + "` (" + columns + ") WITH (" + options + ")");
    }

    private List<String> query(String query) throws Exception {
        List<String> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = sql.executeSql(query).collect()) {
            found.forEachRemaining(row -> rows.add(row.toString()));
        }
        return rows.stream().sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mariadb", "mysql", "sqlite", "h2"})
    void writesScansAndLooksUpEveryType(String name) throws Exception {
        TestDatabase database = JdbcSourceIT.database(name);
        boolean mysql = database.dialect() instanceof MySqlDialect;
        String[] columns = {"id", "i2", "big", "f", "d", "n", "ok", "v", "bin", "day", "at", "ts", "tz"};
        String bytes = name.equals("postgres") ? "bytea" : "varbinary(10)";
        String zoned = mysql
                ? "timestamp(6) NULL"
                : name.equals("postgres") || name.equals("sqlite") ? "timestamptz" : "timestamp(6) with time zone";
        String[] types = {
            "integer NOT NULL PRIMARY KEY",
            "smallint",
            "bigint",
            "real",
            "double precision",
            "numeric(20, 3)",
            "boolean",
            "varchar(40)",
            name.equals("sqlite") ? "blob" : bytes,
            "date",
            "time",
            mysql ? "datetime(6)" : "timestamp(6)",
            zoned
        };
        StringBuilder ddl = new StringBuilder();
        for (int i = 0; i < columns.length; i++) {
            ddl.append(i == 0 ? "" : ", ")
                    .append(database.quoted(columns[i]))
                    .append(' ')
                    .append(types[i]);
        }
        database.create("typed", ddl.toString());
        table(
                "typed",
                database,
                "id INT, i2 SMALLINT, big BIGINT, f FLOAT, d DOUBLE, n DECIMAL(20, 3), ok BOOLEAN, v STRING, bin BYTES,"
                        + " `day` DATE, `at` TIME, ts TIMESTAMP(6), tz TIMESTAMP_LTZ(6), PRIMARY KEY (id) NOT ENFORCED",
                "scan.partition.column",
                "id",
                "scan.partition.num",
                "3");

        sql.executeSql("INSERT INTO typed VALUES (1, CAST(-2 AS SMALLINT), 9000000000, CAST(0.5 AS FLOAT), 2.25E0,"
                        + " 1234567890.125, TRUE, 'ä''; DROP TABLE typed; --', x'00ff', DATE '2024-02-29', TIME '23:59:58',"
                        + " TIMESTAMP '2024-05-06 07:08:09.123456', TO_TIMESTAMP_LTZ(1714979289123, 3)), (2, CAST(NULL AS"
                        + " SMALLINT), CAST(NULL AS BIGINT), CAST(NULL AS FLOAT), CAST(NULL AS DOUBLE), CAST(NULL AS DECIMAL(20,"
                        + " 3)), CAST(NULL AS BOOLEAN), CAST(NULL AS STRING), CAST(NULL AS BYTES), CAST(NULL AS DATE), CAST(NULL"
                        + " AS TIME), CAST(NULL AS TIMESTAMP(6)), CAST(NULL AS TIMESTAMP_LTZ(6)))")
                .await();

        assertThat(query("SELECT * FROM typed"))
                .containsExactly(
                        "+I[1, -2, 9000000000, 0.5, 2.25, 1234567890.125, true, ä'; DROP TABLE typed; --, [0, -1],"
                                + " 2024-02-29, 23:59:58, 2024-05-06T07:08:09.123456, 2024-05-06T07:08:09.123Z]",
                        "+I[2, null, null, null, null, null, null, null, null, null, null, null, null]");
        assertThat(query("SELECT v FROM typed WHERE big = 9000000000 AND (`day` > DATE '2024-01-01' OR id = 7)"
                        + " AND v <> 'other'"))
                .containsExactly("+I[ä'; DROP TABLE typed; --]");
        assertThat(query("SELECT COUNT(*) FROM typed")).containsExactly("+I[2]");
        assertThat(query("SELECT id FROM typed ORDER BY id LIMIT 1")).containsExactly("+I[1]");
        assertThat(query("SELECT id FROM typed WHERE NOT (id = 1 OR v IS NOT NULL)"))
                .containsExactly("+I[2]");
        lookups(database);
    }

    private void lookups(TestDatabase database) throws Exception {
        table("dim", database, "id INT, v STRING");
        database.create("dim", database.quoted("id") + " integer, " + database.quoted("v") + " varchar(10)");
        database.execute("INSERT INTO " + database.quoted("dim") + " VALUES (1, 'one'), (1, 'uno'), (2, 'two')");
        table(
                "full_dim",
                database,
                "id INT, v STRING",
                "lookup.cache",
                "FULL",
                "lookup.full-cache.periodic-reload.interval",
                "1 h");
        table(
                "timed_dim",
                database,
                "id INT, v STRING",
                "driver",
                DriverManager.getDriver(database.options().url()).getClass().getName(),
                "lookup.cache",
                "FULL",
                "lookup.full-cache.reload-strategy",
                "TIMED",
                "lookup.full-cache.timed-reload.iso-time",
                "03:00");
        database.create("timed_dim", database.quoted("id") + " integer, " + database.quoted("v") + " varchar(10)");
        database.execute("INSERT INTO " + database.quoted("timed_dim") + " SELECT * FROM " + database.quoted("dim"));
        database.create("full_dim", database.quoted("id") + " integer, " + database.quoted("v") + " varchar(10)");
        database.execute("INSERT INTO " + database.quoted("full_dim") + " VALUES (1, 'one'), (1, 'uno'), (2, 'two')");
        String stream = "(SELECT id, PROCTIME() AS p FROM (VALUES (1), (2), (3), (CAST(NULL AS INT))) AS s(id)) AS s";
        for (String dim : List.of("dim", "full_dim", "timed_dim")) {
            assertThat(query("SELECT s.id, d.v FROM " + stream + " LEFT JOIN " + dim
                            + " FOR SYSTEM_TIME AS OF s.p AS d ON s.id = d.id"))
                    .as(dim)
                    .containsExactly("+I[1, one]", "+I[1, uno]", "+I[2, two]", "+I[3, null]", "+I[null, null]");
            assertThat(query("SELECT s.id, d.v FROM " + stream + " JOIN " + dim
                            + " FOR SYSTEM_TIME AS OF s.p AS d ON s.id = d.id AND d.v <> 'uno'"))
                    .as(dim + " with a condition")
                    .containsExactly("+I[1, one]", "+I[2, two]");
        }
    }

    @Test
    void readsAndWritesArraysUuidsAndJsonOfPostgres() throws Exception {
        TestDatabase database = TestDatabase.postgres();
        database.create("pg_typed", "id uuid PRIMARY KEY, tags text[], nums bigint[], doc jsonb, days date[]");
        table(
                "pg_typed",
                database,
                "id STRING, tags ARRAY<STRING>, nums ARRAY<BIGINT>, doc STRING, days ARRAY<DATE>, PRIMARY KEY (id) NOT"
                        + " ENFORCED");
        String id = "00000000-0000-0001-0000-000000000002";

        sql.executeSql("INSERT INTO pg_typed VALUES ('" + id + "', ARRAY['a,\"b\"', CAST(NULL AS STRING)],"
                        + " ARRAY[CAST(1 AS BIGINT), 2], '{\"a\": 1}', ARRAY[DATE '2024-02-29'])")
                .await();

        assertThat(query("SELECT * FROM pg_typed WHERE id = '" + id + "'"))
                .containsExactly("+I[" + id + ", [a,\"b\", null], [1, 2], {\"a\": 1}, [2024-02-29]]");
    }

    @Test
    void keepsTheNewestVersionAndHidesTombstones() throws Exception {
        TestDatabase database = TestDatabase.h2();
        database.create(
                "versioned", "\"id\" integer PRIMARY KEY, \"v\" varchar(10), \"ver\" bigint, \"gone\" timestamp");
        table(
                "versioned",
                database,
                "id INT, v STRING, ver BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                "sink.version-column",
                "ver",
                "sink.delete-mode",
                "TOMBSTONE",
                "sink.deleted-at-column",
                "gone");

        sql.executeSql("INSERT INTO versioned VALUES (1, 'newest', 5), (2, 'only', 1)")
                .await();
        sql.executeSql("INSERT INTO versioned VALUES (1, 'older', 4)").await();
        database.execute("UPDATE \"versioned\" SET \"gone\" = NOW() WHERE \"id\" = 2");

        assertThat(query("SELECT * FROM versioned")).containsExactly("+I[1, newest, 5]");
    }

    @Test
    void aReplayAppendsNothingTwiceWithALedger() throws Exception {
        TestDatabase database = TestDatabase.h2();
        database.create("events", "\"n\" bigint, \"v\" varchar(10)");
        database.create("ledger", "\"sink\" varchar(200), \"id\" varchar(200), PRIMARY KEY (\"sink\", \"id\")");
        table(
                "events",
                database,
                "n BIGINT, v STRING",
                "sink.exactly-once-ledger",
                "ledger",
                "sink.record-id-columns",
                "n");

        for (int run = 0; run < 2; run++) {
            sql.executeSql("INSERT INTO events VALUES (1, 'a'), (2, 'b'), (3, 'c')")
                    .await();
        }
        sql.executeSql("INSERT INTO events VALUES (3, 'c'), (4, 'd')").await();

        assertThat(query("SELECT * FROM events")).containsExactly("+I[1, a]", "+I[2, b]", "+I[3, c]", "+I[4, d]");
    }

    @Test
    void tellsEverythingThatIsWrongWithATableAtOnce() throws Exception {
        TestDatabase database = TestDatabase.h2();
        table(
                "wrong",
                database,
                "id INT, m MAP<STRING, STRING>, PRIMARY KEY (id) NOT ENFORCED",
                "sink.version-column",
                "id",
                "sink.delete-mode",
                "TOMBSTONE",
                "sink.exactly-once-ledger",
                "l",
                "sink.batch.max-entries",
                "0");

        assertThatThrownBy(() -> sql.executeSql("INSERT INTO wrong SELECT 1, MAP['a', 'b']"))
                .hasStackTraceContaining(
                        """
                        Options of a 'kit-jdbc' table:
                        sink.deleted-at-column must be set with sink.delete-mode = TOMBSTONE and only then, got null with TOMBSTONE
                        sink.exactly-once-ledger and sink.record-id-columns must be set both or neither: the ledger keeps the ids of \
                        the rows, got l and null
                        sink.exactly-once-ledger must be set for tables without a PRIMARY KEY only: with one, a row that is written \
                        again is the same row
                        sink.version-column must not be a column of the PRIMARY KEY, got 'id'""");
        assertThatThrownBy(() -> query("SELECT * FROM wrong"))
                .hasStackTraceContaining(
                        "column 'm' must be of a type that databases have (no MAP, ROW or MULTISET), got MAP<STRING,"
                                + " STRING>");
    }

    @Test
    void leavesConditionsAndColumnsToTheDatabase() throws Exception {
        TestDatabase database = TestDatabase.h2();
        table("planned", database, "id INT, v STRING, w STRING");

        assertThat(sql.explainSql("SELECT w FROM planned WHERE id > 3 AND v = 'x' AND v LIKE '%y' LIMIT 5"))
                .contains("filter=[and(>(id, 3), =(v, _UTF-16LE'x'");
    }
}
