package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * MySQL 5.7 and newer, and MariaDB 10.5 and newer; either driver works with either server.
 *
 * <p>Many rows in one {@code INSERT .. ON DUPLICATE KEY UPDATE}, written by the kit: the drivers' own rewriting
 * ({@code rewriteBatchedStatements}) has nothing to do and stays off.
 */
final class MySqlDialect implements SqlDialect {

    static final MySqlDialect MYSQL = new MySqlDialect("jdbc:mysql:");
    static final MySqlDialect MARIADB = new MySqlDialect("jdbc:mariadb:");

    private static final Pattern DUPLICATE = Pattern.compile("Duplicate entry '.*' for key", Pattern.DOTALL);

    private final String urlPrefix;

    private MySqlDialect(String urlPrefix) {
        this.urlPrefix = urlPrefix;
    }

    @Override
    public String urlPrefix() {
        return urlPrefix;
    }

    @Override
    public Map<String, String> driverProperties(Duration connectTimeout) {
        String millis = Long.toString(connectTimeout.toMillis());
        Map<String, String> properties = new HashMap<>();
        properties.put("connectTimeout", millis);
        // Of the login only; the pool sets the one of requests.
        properties.put("socketTimeout", millis);
        // Times travel as local times in UTC.
        properties.put("sessionVariables", "time_zone='+00:00'");
        if (this == MARIADB) {
            // A bulk answers -2 instead of counts.
            properties.put("useBulkStmts", "false");
            properties.put("useBulkStmtsForInserts", "false");
        }
        return properties;
    }

    @Override
    public String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    @Override
    public boolean schemaIsCatalog() {
        return true;
    }

    @Override
    public boolean insertsManyRows() {
        return true;
    }

    /** Without gap locks, on which batches of neighbouring keys deadlock. */
    @Override
    public String isolation() {
        return "TRANSACTION_READ_COMMITTED";
    }

    /** Connector/J buffers the whole result for any other value; MariaDB's driver takes it as one row at a time. */
    @Override
    public int streamingFetchSize(int rows) {
        return this == MYSQL ? Integer.MIN_VALUE : rows;
    }

    @Override
    public RowStatements<?> statements(Connection connection, JdbcTable table, WriteMode mode, int queryTimeoutSeconds)
            throws SQLException {
        TargetTable.Description<SqlColumn> found = describe(connection, table);
        TargetTable<SqlColumn> target = TargetTable.of(table, found);
        // ON DUPLICATE KEY means any key: with a second one it could change another row than the one that is meant.
        boolean otherKeys = found.uniqueKeys().size() > 1;
        if (otherKeys || mode == WriteMode.INSERT_ONLY) {
            return new UpdateElseInsert(this, target, mode, queryTimeoutSeconds);
        }
        return new MySqlWriter(this, target, mode, returning(connection), queryTimeoutSeconds);
    }

    private boolean returning(Connection connection) throws SQLException {
        var metadata = connection.getMetaData();
        return this == MARIADB
                && metadata.getDatabaseProductName().contains("MariaDB")
                && (metadata.getDatabaseMajorVersion() > 10 || metadata.getDatabaseMinorVersion() >= 5);
    }

    @Override
    public String upsert(TargetTable<SqlColumn> table, WriteMode mode) {
        return MySqlStatements.of(this, table, mode).insert(1);
    }

    @Override
    public boolean comparesTextExactly() {
        return false;
    }

    @Override
    public @Nullable FailureKind kind(int vendorCode) {
        return switch (vendorCode) {
            // Lock timeout, deadlock, killed, read-only (failover), cancelled by its timeout.
            case 1205, 1213, 1317, 1927, 1969, 3024, 1290, 1836, 1053 -> FailureKind.RETRYABLE;
            case 1040, 1041, 1114, 1021, 1203, 1226 -> FailureKind.THROTTLED; // connections, memory, disk full, quota
            case 1048, 1062, 1153, 1216, 1217, 1264, 1265, 1292, 1364, 1366, 1406, 1451, 1452, 1644, 3819, 4025 ->
                FailureKind.REJECTED;
            case 1044, 1045, 1049, 1054, 1142, 1143, 1146 -> FailureKind.FATAL;
            default -> null;
        };
    }

    @Override
    public @Nullable String safeMessage(String sqlState, int vendorCode, String firstLine) {
        return switch (vendorCode) {
            case 1062 -> DUPLICATE.matcher(firstLine).replaceAll("Duplicate entry <value hidden> for key");
            // Names of columns, keys, constraints and tables.
            case 1040, 1044, 1045, 1048, 1049, 1054, 1114, 1142, 1146, 1205, 1213, 1264, 1364, 1406, 1451, 1452 ->
                firstLine;
            case 1317, 1927, 1969, 3024, 3819, 4025 -> firstLine;
            default -> null;
        };
    }
}
