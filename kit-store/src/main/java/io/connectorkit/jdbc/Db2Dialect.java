package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** IBM Db2 for Linux, UNIX and Windows, 11 and newer. */
final class Db2Dialect implements SqlDialect {

    private static final MergeText MERGE =
            new MergeText("AS target", source -> source.values(true), false, "\nELSE IGNORE");

    private static final int LONGEST_VARCHAR = 32_672;

    @Override
    public String urlPrefix() {
        return "jdbc:db2:";
    }

    @Override
    public Map<String, String> driverProperties(Duration connectTimeout) {
        String seconds =
                Long.toString(Math.max(1, connectTimeout.plusMillis(999).toSeconds()));
        return Map.of("loginTimeout", seconds, "connectionTimeout", seconds);
    }

    @Override
    public String upsert(TargetTable<SqlColumn> table, WriteMode mode) {
        return MERGE.upsert(this, table, mode);
    }

    /** One longer than the column: the cast cuts silently, and what it leaves is still refused by the column. */
    @Override
    public String castType(String typeName, int size, int digits) {
        String type = typeName.toUpperCase(Locale.ROOT);
        int longer = Math.min(LONGEST_VARCHAR, size + 1);
        return switch (type) {
            case "CHAR", "VARCHAR" -> "VARCHAR(" + longer + ")";
            case "GRAPHIC", "VARGRAPHIC" -> "VARGRAPHIC(" + Math.min(LONGEST_VARCHAR / 2, size + 1) + ")";
            case "BINARY", "VARBINARY", "CHAR () FOR BIT DATA", "VARCHAR () FOR BIT DATA" ->
                "VARBINARY(" + longer + ")";
            case "CLOB", "BLOB", "DBCLOB" -> type + "(" + size + ")";
            case "DECIMAL", "NUMERIC" -> "DECIMAL(" + size + ", " + digits + ")";
            default -> type;
        };
    }

    @Override
    public String limit(long rows, boolean ordered) {
        return " FETCH FIRST " + rows + " ROWS ONLY";
    }

    @Override
    public boolean comparesTextExactly() {
        return false;
    }

    @Override
    public @Nullable FailureKind kind(int vendorCode) {
        return switch (vendorCode) {
            case -911, -913, -952, -4499, -1224 -> FailureKind.RETRYABLE; // deadlock, timeout, cancelled, connection
            case -964, -968, -289, -904 -> FailureKind.THROTTLED; // log or disk full, resource
            default -> null;
        };
    }

    /** Messages of class 23 name objects by their ids. */
    @Override
    public @Nullable String safeMessage(String sqlState, int vendorCode, String firstLine) {
        return sqlState.startsWith("23") || sqlState.startsWith("42") ? firstLine : null;
    }
}
