package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalog on real servers: list, describe, read and write. */
class JdbcCatalogIT {

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(4)
            .build());

    private static TableEnvironment sql(JdbcConnectionOptions options) {
        TableEnvironment sql = StreamTableEnvironment.create(
                StreamExecutionEnvironment.getExecutionEnvironment(), EnvironmentSettings.inBatchMode());
        String url = options.url();
        int slash = url.lastIndexOf('/');
        // As a user writes it for a server that wants no TLS.
        String parameters = options.properties().containsKey("sslMode") ? "?sslMode=DISABLED" : "";
        sql.executeSql("CREATE CATALOG db WITH ('type' = 'kit-jdbc', 'base-url' = '" + url.substring(0, slash)
                + parameters + "', 'default-database' = '" + url.substring(slash + 1) + "', 'username' = '"
                + options.user() + "')");
        return sql;
    }

    private static List<String> query(TableEnvironment sql, String query) throws Exception {
        List<String> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = sql.executeSql(query).collect()) {
            found.forEachRemaining(row -> rows.add(row.toString()));
        }
        return rows.stream().sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mariadb", "mysql"})
    void tablesAreListedDescribedReadAndWritten(String name) throws Exception {
        TestDatabase database = JdbcSourceIT.database(name);
        database.create(
                "catalogued",
                database.quoted("id") + " bigint NOT NULL PRIMARY KEY, " + database.quoted("Name")
                        + " varchar(20), " + database.quoted("n") + " numeric(12, 2), " + database.quoted("ts") + " "
                        + (name.equals("postgres") ? "timestamptz" : "timestamp(6) NULL"));
        TableEnvironment sql = sql(database.options());
        String own = name.equals("postgres") ? "postgres" : "kit";

        assertThat(query(sql, "SHOW DATABASES IN db")).contains("+I[" + own + "]");
        assertThat(query(sql, "SHOW TABLES IN db." + own))
                .contains("+I[" + (name.equals("postgres") ? "public." : "") + "catalogued]");
        assertThat(query(sql, "DESCRIBE db." + own + ".catalogued"))
                .containsExactly(
                        "+I[Name, STRING, true, null, null, null]",
                        "+I[id, BIGINT, false, PRI(id), null, null]",
                        "+I[n, DECIMAL(12, 2), true, null, null, null]",
                        "+I[ts, TIMESTAMP_LTZ(6), true, null, null, null]");
        sql.executeSql("INSERT INTO db." + own
                        + ".catalogued VALUES (1, 'one', 1.50, CAST(NULL AS TIMESTAMP_LTZ(6))), (2,"
                        + " 'two', 2.25, CAST(NULL AS TIMESTAMP_LTZ(6)))")
                .await();
        assertThat(query(sql, "SELECT `Name`, n FROM db." + own + ".catalogued WHERE id > 1"))
                .containsExactly("+I[two, 2.25]");
        assertThatThrownBy(() -> sql.executeSql("DROP TABLE db." + own + ".catalogued"))
                .hasStackTraceContaining(
                        "catalog 'db' must be changed in its database: it describes the tables that are there");
    }

    @Test
    void tablesOfOtherSchemasAndArraysAreThere() throws Exception {
        TestDatabase database = TestDatabase.postgres();
        database.execute(
                "DROP SCHEMA IF EXISTS \"Sales\" CASCADE",
                "CREATE SCHEMA \"Sales\"",
                "CREATE TABLE \"Sales\".tagged (id uuid PRIMARY KEY, tags text[], doc jsonb)",
                "INSERT INTO \"Sales\".tagged VALUES ('00000000-0000-0001-0000-000000000002', '{a,b}', '{}')");

        assertThat(query(sql(database.options()), "SELECT * FROM db.postgres.`Sales.tagged`"))
                .containsExactly("+I[00000000-0000-0001-0000-000000000002, [a, b], {}]");
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> sql(JdbcConnectionOptions.of("jdbc:postgresql://127.0.0.1:1/d")
                        .withUser("u")))
                .hasStackTraceContaining(
                        "catalog 'db' must be able to read jdbc:postgresql://127.0.0.1:1/d, got 08001: ");
        assertThatThrownBy(() ->
                        sql(JdbcConnectionOptions.of("jdbc:h2:tcp://host/d").withUser("u")))
                .hasStackTraceContaining("url must be that of a server, such as jdbc:postgresql://host:5432");
    }
}
