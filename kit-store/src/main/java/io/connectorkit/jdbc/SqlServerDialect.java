package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Microsoft SQL Server 2012 and newer, and Azure SQL. */
final class SqlServerDialect implements SqlDialect {

    /** HOLDLOCK, or two MERGEs of one new key both insert. */
    private static final MergeText MERGE =
            new MergeText("WITH (HOLDLOCK) AS target", source -> source.values(false), false, ";");

    /** {@code microsoft.sql.Types.DATETIMEOFFSET}. */
    private static final int DATETIMEOFFSET = -155;

    @Override
    public String urlPrefix() {
        return "jdbc:sqlserver:";
    }

    @Override
    public Map<String, String> driverProperties(Duration connectTimeout) {
        String seconds =
                Long.toString(Math.max(1, connectTimeout.plusMillis(999).toSeconds()));
        return Map.of("loginTimeout", seconds, "applicationName", "connector-kit");
    }

    @Override
    public String quoted(String name) {
        return "[" + name.replace("]", "]]") + "]";
    }

    @Override
    public String upsert(TargetTable<SqlColumn> table, WriteMode mode) {
        return MERGE.upsert(this, table, mode);
    }

    @Override
    public SqlColumn.Kind columnKind(int jdbcType, String typeName) {
        return jdbcType == DATETIMEOFFSET ? SqlColumn.Kind.INSTANT : SqlDialect.super.columnKind(jdbcType, typeName);
    }

    @Override
    public String limit(long rows, boolean ordered) {
        return (ordered ? "" : " ORDER BY (SELECT NULL)") + " OFFSET 0 ROWS FETCH NEXT " + rows + " ROWS ONLY";
    }

    @Override
    public boolean comparesTextExactly() {
        return false;
    }

    @Override
    public @Nullable FailureKind kind(int vendorCode) {
        return switch (vendorCode) {
            case 1205, 1222, 3960, 40197, 40613 -> FailureKind.RETRYABLE; // deadlock, lock timeout, snapshot, failover
            case 1105, 9002, 10928, 10929, 40501, 49918 -> FailureKind.THROTTLED; // disk or log full, Azure's limits
            case 515, 547, 2601, 2627, 2628, 8152, 241, 242, 245, 295, 8114, 8115 -> FailureKind.REJECTED;
            case 207, 208, 229, 230, 4060, 18456 -> FailureKind.FATAL;
            default -> null;
        };
    }

    /** 2601, 2627 and 2628 quote values after a sentence of names. */
    @Override
    public @Nullable String safeMessage(String sqlState, int vendorCode, String firstLine) {
        return switch (vendorCode) {
            case 2601, 2627, 2628 -> firstLine.substring(0, Math.max(0, firstLine.indexOf(". ")));
            case 207, 208, 229, 230, 515, 547, 1205, 1222, 8152 -> firstLine;
            default -> null;
        };
    }
}
