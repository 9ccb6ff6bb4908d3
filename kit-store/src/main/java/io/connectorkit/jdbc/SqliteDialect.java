package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SQLite, 3.24 and newer: one writer at a time, times as ISO text. */
final class SqliteDialect implements SqlDialect {

    /** As SQLite's own date functions write it, and sorted as text. */
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    @Override
    public String urlPrefix() {
        return "jdbc:sqlite:";
    }

    /** Writers of other processes are waited for; a transaction takes its lock before it reads, so it cannot deadlock. */
    @Override
    public Map<String, String> driverProperties(Duration connectTimeout) {
        return Map.of("busy_timeout", Long.toString(connectTimeout.toMillis()), "transaction_mode", "IMMEDIATE");
    }

    @Override
    public String upsert(TargetTable<SqlColumn> table, WriteMode mode) {
        return SqlStatements.onConflict(this, table, mode);
    }

    @Override
    public boolean hasTypes() {
        return false;
    }

    @Override
    public int connections(int inFlight) {
        return 1;
    }

    /** Declared types are free text here; SQLite's own affinity rules, and names of times. */
    @Override
    public SqlColumn.Kind columnKind(int jdbcType, String typeName) {
        String type = typeName.toUpperCase(Locale.ROOT);
        if (type.contains("INT")) {
            return SqlColumn.Kind.WHOLE;
        } else if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT") || type.startsWith("JSON")) {
            return SqlColumn.Kind.TEXT;
        } else if (type.contains("BLOB")) {
            return SqlColumn.Kind.BYTES;
        } else if (type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB")) {
            return SqlColumn.Kind.FLOATING;
        } else if (type.startsWith("TIMESTAMP") || type.startsWith("DATETIME")) {
            return type.contains("ZONE") || type.endsWith("TZ") ? SqlColumn.Kind.INSTANT : SqlColumn.Kind.TIMESTAMP;
        } else if (type.startsWith("DATE")) {
            return SqlColumn.Kind.DATE;
        } else if (type.startsWith("TIME")) {
            return SqlColumn.Kind.TIME;
        } else if (type.startsWith("BOOL")) {
            return SqlColumn.Kind.BOOL;
        }
        return jdbcType == Types.NUMERIC || type.startsWith("DEC") || type.startsWith("NUM")
                ? SqlColumn.Kind.DECIMAL
                : SqlColumn.Kind.OTHER;
    }

    @Override
    public Object driverValue(Object value, SqlColumn column) {
        if (value instanceof LocalDateTime time) {
            return TIMESTAMP.format(time);
        } else if (value instanceof OffsetDateTime time) {
            return TIMESTAMP.format(time) + "Z";
        } else if (value instanceof Boolean bool) {
            return bool ? 1 : 0;
        }
        return value instanceof Temporal ? value.toString() : value;
    }

    /** Primary result codes; extended ones hold more in their upper bytes. */
    @Override
    public @Nullable FailureKind kind(int vendorCode) {
        return switch (vendorCode & 0xff) {
            case 5, 6, 10, 15 -> FailureKind.RETRYABLE; // busy, locked, I/O error, protocol
            case 13 -> FailureKind.THROTTLED; // full
            case 18, 19, 20, 25 -> FailureKind.REJECTED; // too big, constraint, mismatch, range
            case 1, 3, 8, 11, 14, 23, 26 -> FailureKind.FATAL; // SQL, permission, read-only, corrupt, open, auth
            default -> null;
        };
    }

    /** Names of tables and columns only. */
    @Override
    public @Nullable String safeMessage(String sqlState, int vendorCode, String firstLine) {
        return firstLine;
    }
}
