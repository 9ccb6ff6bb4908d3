package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** H2, 2.x. */
final class H2Dialect implements SqlDialect {

    private static final MergeText MERGE =
            new MergeText("AS target", source -> "(SELECT " + source.selected(true) + ") AS source", false, "");

    @Override
    public String urlPrefix() {
        return "jdbc:h2:";
    }

    @Override
    public Map<String, String> driverProperties(Duration connectTimeout) {
        return Map.of();
    }

    @Override
    public String upsert(TargetTable<SqlColumn> table, WriteMode mode) {
        return MERGE.upsert(this, table, mode);
    }

    /** Without a length: a cast cuts where an assignment fails. With a scale: without one, it is 0. */
    @Override
    public String castType(String typeName, int size, int digits) {
        String type = typeName.toUpperCase(Locale.ROOT);
        return switch (type) {
            case "NUMERIC", "DECIMAL" -> "NUMERIC(" + size + ", " + digits + ")";
            case "TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE" -> "TIMESTAMP(9)";
            case "TIMESTAMP WITH TIME ZONE" -> "TIMESTAMP(9) WITH TIME ZONE";
            case "TIME", "TIME WITHOUT TIME ZONE" -> "TIME(9)";
            case "CHARACTER", "CHAR", "ENUM" -> "CHARACTER VARYING";
            case "BINARY" -> "BINARY VARYING";
            default -> type.startsWith("ENUM(") ? "CHARACTER VARYING" : typeName;
        };
    }

    @Override
    public @Nullable FailureKind kind(int vendorCode) {
        return switch (vendorCode) {
            case 90131, 50200 -> FailureKind.RETRYABLE; // concurrent update, lock timeout
            case 90100 -> FailureKind.THROTTLED; // no disk space
            case 90022, 90096 -> FailureKind.FATAL; // function not found, not enough rights
            default -> null;
        };
    }

    /** {@code Unique index or primary key violation: "I ON T(V) VALUES ( 's3' )"}: names up to the values. */
    @Override
    public @Nullable String safeMessage(String sqlState, int vendorCode, String firstLine) {
        if (!sqlState.startsWith("23") && !sqlState.startsWith("42")) {
            return null;
        }
        int values = firstLine.indexOf(" VALUES ");
        return values < 0 ? firstLine : firstLine.substring(0, values);
    }
}
