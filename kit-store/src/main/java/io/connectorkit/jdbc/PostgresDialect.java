package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, and what speaks its wire protocol and SQL. */
final class PostgresDialect implements Dialect {

    /** Classes whose messages name tables, columns and constraints, never values. */
    private static final Set<String> NAMES_ONLY = Set.of(
            "08", "0A", "21", "23", "25", "26", "28", "3D", "3F", "40", "42", "44", "53", "54", "55", "57", "58");

    @Override
    public String urlPrefix() {
        return "jdbc:postgresql:";
    }

    @Override
    public Map<String, String> driverProperties(Duration connectTimeout) {
        String seconds =
                Long.toString(Math.max(1, connectTimeout.plusMillis(999).toSeconds()));
        return Map.ofEntries(
                Map.entry("connectTimeout", seconds),
                Map.entry("loginTimeout", seconds),
                // Of the login only, so that no thread is left behind; the pool sets the one of requests.
                Map.entry("socketTimeout", seconds),
                // A statement that is given up waits for its cancel request, which may hang just as well.
                Map.entry("cancelSignalTimeout", seconds),
                // DETAIL and WHERE quote rows.
                Map.entry("logServerErrorDetail", "false"),
                Map.entry("ApplicationName", "connector-kit"));
    }

    @Override
    public RowStatements<?> statements(Connection connection, JdbcTable table, WriteMode mode, int queryTimeoutSeconds)
            throws SQLException {
        TargetTable<PostgresColumn> target = TargetTable.of(table, describe(connection, table));
        PostgresWriter writer = new PostgresWriter(target, mode, queryTimeoutSeconds);
        writer.check(connection);
        return writer;
    }

    @Override
    public RowStatements<?> appends(Connection connection, JdbcAppendTable table, int queryTimeoutSeconds)
            throws SQLException {
        PostgresAppends appends =
                new PostgresAppends(TargetTable.of(table, describe(connection, table.place())), queryTimeoutSeconds);
        appends.check(connection);
        return appends;
    }

    @Override
    public TargetTable.Description<PostgresColumn> describe(Connection connection, JdbcTable table)
            throws SQLException {
        return PostgresCatalog.describe(connection, table);
    }

    @Override
    public JdbcLookupQuery lookup(Connection connection, JdbcTable table, JdbcCondition condition) throws SQLException {
        return PostgresLookupQuery.of(connection, table, condition);
    }

    @Override
    public boolean streamsInTransactions() {
        return true;
    }

    /** Class 22 quotes values: all between the first and the last quote goes. */
    @Override
    public @Nullable String safeMessage(String sqlState, int vendorCode, String firstLine) {
        String stateClass = sqlState.length() < 2 ? "" : sqlState.substring(0, 2);
        return NAMES_ONLY.contains(stateClass) ? firstLine : null;
    }
}
