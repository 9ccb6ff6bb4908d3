package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import java.sql.Types;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Oracle, 12.1 and newer. An empty text is null there. */
final class OracleDialect implements SqlDialect {

    private static final MergeText MERGE =
            new MergeText("target", source -> "(SELECT " + source.selected(false) + " FROM DUAL) source", true, "");

    /** {@code oracle.jdbc.OracleTypes}: TIMESTAMPTZ, TIMESTAMPLTZ, BINARY_FLOAT, BINARY_DOUBLE. */
    private static final int TIMESTAMP_TZ = -101;

    private static final int TIMESTAMP_LTZ = -102;
    private static final int BINARY_FLOAT = 100;
    private static final int BINARY_DOUBLE = 101;

    @Override
    public String urlPrefix() {
        return "jdbc:oracle:";
    }

    @Override
    public Map<String, String> driverProperties(Duration connectTimeout) {
        String millis = Long.toString(connectTimeout.toMillis());
        return Map.of("oracle.net.CONNECT_TIMEOUT", millis, "oracle.net.OUTBOUND_CONNECT_TIMEOUT", millis);
    }

    @Override
    public String upsert(TargetTable<SqlColumn> table, WriteMode mode) {
        return MERGE.upsert(this, table, mode);
    }

    @Override
    public SqlColumn.Kind columnKind(int jdbcType, String typeName) {
        return switch (jdbcType) {
            case TIMESTAMP_TZ, TIMESTAMP_LTZ -> SqlColumn.Kind.INSTANT;
            case BINARY_FLOAT, BINARY_DOUBLE -> SqlColumn.Kind.FLOATING;
            // Oracle's DATE has a time.
            case Types.DATE -> SqlColumn.Kind.TIMESTAMP;
            default -> SqlDialect.super.columnKind(jdbcType, typeName);
        };
    }

    @Override
    public String limit(long rows, boolean ordered) {
        return " FETCH FIRST " + rows + " ROWS ONLY";
    }

    @Override
    public @Nullable FailureKind kind(int vendorCode) {
        return switch (vendorCode) {
            // Deadlock, busy, cannot serialize, lock timeout, cancelled; killed, shutdown, starting, lost.
            case 60, 54, 8177, 30006, 1013, 28, 1012, 1033, 1034, 1089, 3113, 3114, 12514, 12541, 17002, 17008 ->
                FailureKind.RETRYABLE;
            case 1653, 1654, 1688, 1691, 30036, 18, 20, 1536 -> FailureKind.THROTTLED; // no space, too many sessions
            case 1, 1400, 1407, 1438, 1722, 1461, 2290, 2291, 2292, 12899, 1841, 1843, 1847, 1858, 1861, 932, 2449 ->
                FailureKind.REJECTED;
            case 904, 942, 1031, 1017, 28000, 28001 -> FailureKind.FATAL;
            default -> null;
        };
    }

    /** {@code ORA-00001: unique constraint (S.C) violated}: the codes below name objects only. */
    @Override
    public @Nullable String safeMessage(String sqlState, int vendorCode, String firstLine) {
        return switch (vendorCode) {
            case 1, 54, 60, 904, 942, 1017, 1031, 1400, 1407, 1438, 2290, 2291, 2292, 8177, 12899 -> firstLine;
            default -> null;
        };
    }
}
