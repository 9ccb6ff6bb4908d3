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
        return Map.of(
                "connectTimeout",
                seconds,
                "loginTimeout",
                seconds,
                // DETAIL and WHERE quote rows.
                "logServerErrorDetail",
                "false",
                "ApplicationName",
                "connector-kit");
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
