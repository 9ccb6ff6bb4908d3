package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** PostgreSQL, and what speaks its wire protocol and SQL. */
final class PostgresDialect implements Dialect {

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
    public TableWriter writer(Connection connection, JdbcTable table, WriteMode mode, Duration requestTimeout)
            throws SQLException {
        PostgresTable described = PostgresTable.of(table, PostgresCatalog.describe(connection, table), mode);
        PostgresWriter writer = new PostgresWriter(described, mode, requestTimeout);
        writer.check(connection);
        return writer;
    }
}
