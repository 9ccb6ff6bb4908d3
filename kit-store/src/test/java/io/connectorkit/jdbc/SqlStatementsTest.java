package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.WriteMode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The statements of the databases that are not PostgreSQL, word for word. */
class SqlStatementsTest {

    private static TargetTable<SqlColumn> table(
            SqlDialect dialect, List<String> values, boolean versioned, boolean tombstones) {
        SqlColumn version = column(dialect, "ver", "DECIMAL", Types.DECIMAL, true);
        SqlColumn gone = column(dialect, "gone", "TIMESTAMP", Types.TIMESTAMP, false);
        return new TargetTable<>(
                dialect.quoted("t"),
                List.of(column(dialect, "id", "BIGINT", Types.BIGINT, true)),
                values.stream()
                        .map(name -> column(dialect, name, "VARCHAR", Types.VARCHAR, false))
                        .toList(),
                versioned ? version : null,
                tombstones ? gone : null);
    }

    private static SqlColumn column(SqlDialect dialect, String name, String type, int jdbcType, boolean notNull) {
        return new SqlColumn(
                name,
                type,
                dialect.castType(type, 20, 0),
                jdbcType,
                dialect.columnKind(jdbcType, type),
                notNull,
                false,
                false);
    }

    private static String guarded(SqlDialect dialect) {
        return dialect.upsert(table(dialect, List.of("v"), true, false), WriteMode.NEWEST_WINS);
    }

    @Test
    void oracleMergesFromDualAndGuardsBehindTheAssignments() {
        assertThat(guarded(new OracleDialect()))
                .isEqualTo(
                        """
                        MERGE INTO "t" target
                        USING (SELECT ? AS "id", ? AS "v", ? AS "ver" FROM DUAL) source
                        ON (target."id" = source."id")
                        WHEN MATCHED THEN UPDATE SET target."v" = source."v", target."ver" = source."ver" WHERE \
                        target."ver" <= source."ver"
                        WHEN NOT MATCHED THEN INSERT ("id", "v", "ver") VALUES (source."id", source."v", source."ver")""");
    }

    @Test
    void sqlServerLocksTheKeyRangeAndEndsWithASemicolon() {
        assertThat(guarded(new SqlServerDialect()))
                .isEqualTo(
                        """
                        MERGE INTO [t] WITH (HOLDLOCK) AS target
                        USING (VALUES (?, ?, ?)) AS source ([id], [v], [ver])
                        ON (target.[id] = source.[id])
                        WHEN MATCHED AND target.[ver] <= source.[ver] THEN UPDATE SET target.[v] = source.[v], \
                        target.[ver] = source.[ver]
                        WHEN NOT MATCHED THEN INSERT ([id], [v], [ver]) VALUES (source.[id], source.[v], source.[ver]);""");
    }

    @Test
    void db2CastsItsParametersOneLongerThanTheColumnSoThatNothingIsCutSilently() {
        assertThat(guarded(new Db2Dialect()))
                .isEqualTo(
                        """
                        MERGE INTO "t" AS target
                        USING (VALUES (CAST(? AS BIGINT), CAST(? AS VARCHAR(21)), CAST(? AS DECIMAL(20, 0)))) AS source \
                        ("id", "v", "ver")
                        ON (target."id" = source."id")
                        WHEN MATCHED AND target."ver" <= source."ver" THEN UPDATE SET target."v" = source."v", \
                        target."ver" = source."ver"
                        WHEN NOT MATCHED THEN INSERT ("id", "v", "ver") VALUES (source."id", source."v", source."ver")
                        ELSE IGNORE""");
    }

    @Test
    void h2CastsItsParameters() {
        assertThat(guarded(new H2Dialect()))
                .contains(
                        "USING (SELECT CAST(? AS BIGINT) AS \"id\", CAST(? AS VARCHAR) AS \"v\", CAST(? AS NUMERIC(20,"
                                + " 0)) AS \"ver\") AS source");
    }

    @Test
    void sqliteUpdatesOnConflict() {
        assertThat(guarded(new SqliteDialect()))
                .isEqualTo(
                        """
                        INSERT INTO "t" AS target ("id", "v", "ver")
                        VALUES (?, ?, ?)
                        ON CONFLICT ("id") DO UPDATE SET "v" = excluded."v", "ver" = excluded."ver"
                        WHERE target."ver" <= excluded."ver\"""");
    }

    @Test
    void mySqlAssignsTheVersionLastSinceTheGuardComparesWithIt() {
        SqlDialect dialect = MySqlDialect.MYSQL;

        assertThat(dialect.upsert(table(dialect, List.of("v"), true, true), WriteMode.NEWEST_WINS))
                .isEqualTo("INSERT INTO `t` (`id`, `v`, `ver`, `gone`) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
                        + " `v` = IF(`ver` <= VALUES(`ver`), VALUES(`v`), `v`),"
                        + " `gone` = IF(`ver` <= VALUES(`ver`), VALUES(`gone`), `gone`),"
                        + " `ver` = IF(`ver` <= VALUES(`ver`), VALUES(`ver`), `ver`)");
    }

    @Test
    void tombstonesAreColumnsLikeOthersAndInsertOnlyLeavesRowsForThemAlone() {
        SqlDialect dialect = new SqlServerDialect();

        assertThat(dialect.upsert(table(dialect, List.of("v"), true, true), WriteMode.INSERT_ONLY))
                .contains("WHEN MATCHED AND source.[gone] IS NOT NULL AND target.[ver] <= source.[ver] THEN UPDATE SET"
                        + " target.[v] = source.[v], target.[ver] = source.[ver], target.[gone] = source.[gone]");
    }

    @Test
    void aTableOfKeysHasNothingToUpdate() {
        for (SqlDialect dialect : List.of(
                new OracleDialect(), new SqlServerDialect(), new Db2Dialect(), new H2Dialect(), new SqliteDialect())) {
            String sql = dialect.upsert(table(dialect, List.of(), false, false), WriteMode.OVERWRITE);
            assertThat(sql).doesNotContain("UPDATE").doesNotContain("WHEN MATCHED");
        }
        assertThat(MySqlDialect.MARIADB.upsert(
                        table(MySqlDialect.MARIADB, List.of(), false, false), WriteMode.OVERWRITE))
                .endsWith("ON DUPLICATE KEY UPDATE `id` = `id`");
    }

    @Test
    void namesAreQuotedSoThatNoneCanEndItsQuotes() {
        assertThat(new OracleDialect().quoted("a\"; DROP TABLE t; --")).isEqualTo("\"a\"\"; DROP TABLE t; --\"");
        assertThat(new SqlServerDialect().quoted("a]; DROP TABLE t; --")).isEqualTo("[a]]; DROP TABLE t; --]");
        assertThat(MySqlDialect.MARIADB.quoted("a`; DROP TABLE t; --")).isEqualTo("`a``; DROP TABLE t; --`");
    }

    @Test
    void queriesEndWithTheLimitOfTheDatabase() {
        assertThat(new OracleDialect().limit(5, true)).isEqualTo(" FETCH FIRST 5 ROWS ONLY");
        assertThat(new Db2Dialect().limit(5, false)).isEqualTo(" FETCH FIRST 5 ROWS ONLY");
        assertThat(new SqlServerDialect().limit(5, true)).isEqualTo(" OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY");
        assertThat(new SqlServerDialect().limit(5, false))
                .isEqualTo(" ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY");
        assertThat(new H2Dialect().limit(5, true)).isEqualTo(" LIMIT 5");
    }

    /**
     * H2 parses these texts in its compatibility modes, but for what only the real database has: Oracle's condition behind
     * the assignments, the lock hint of SQL Server and Db2's ELSE IGNORE are taken out, and parameters are given a type.
     */
    @Test
    void inItsCompatibilityModesH2DoesWhatTheStatementsSay() throws Exception {
        merges(
                "Oracle",
                typed(guarded(new OracleDialect()))
                        .replace(
                                "WHEN MATCHED THEN UPDATE",
                                "WHEN MATCHED AND target.\"ver\" <= source.\"ver\" THEN UPDATE")
                        .replace(" WHERE target.\"ver\" <= source.\"ver\"", ""));
        merges("MSSQLServer", typed(guarded(new SqlServerDialect())).replace(" WITH (HOLDLOCK)", ""));
        merges("DB2", guarded(new Db2Dialect()).replace("\nELSE IGNORE", ""));
    }

    private static String typed(String sql) {
        return sql.replaceFirst("\\?", "CAST(? AS BIGINT)")
                .replaceFirst(", \\?", ", CAST(? AS VARCHAR(20))")
                .replaceFirst(", \\?", ", CAST(? AS DECIMAL(20))");
    }

    private static void merges(String mode, String sql) throws Exception {
        String url = "jdbc:h2:mem:" + mode + ";MODE=" + mode;
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                PreparedStatement merge = connection.prepareStatement(created(statement, sql))) {
            int[] counts = {write(merge, "new", 5), write(merge, "older", 4), write(merge, "newer", 6)};
            assertThat(counts).as(mode).containsExactly(1, 0, 1);
            try (ResultSet row = statement.executeQuery("SELECT \"v\" FROM \"t\"")) {
                row.next();
                assertThat(row.getString(1)).as(mode).isEqualTo("newer");
            }
        }
    }

    private static String created(Statement statement, String sql) throws Exception {
        statement.execute("CREATE TABLE \"t\" (\"id\" BIGINT PRIMARY KEY, \"v\" VARCHAR(20), \"ver\" DECIMAL(20))");
        return sql;
    }

    private static int write(PreparedStatement merge, String value, long version) throws Exception {
        merge.setLong(1, 1);
        merge.setString(2, value);
        merge.setLong(3, version);
        return merge.executeUpdate();
    }
}
