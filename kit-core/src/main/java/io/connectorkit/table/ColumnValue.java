package io.connectorkit.table;

import java.io.Serializable;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Objects;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/** Reads one scalar column of a row as a Java value of its own, which stays what it is when the row is reused. */
@FunctionalInterface
interface ColumnValue extends Serializable {

    /** Null for a NULL. */
    @Nullable
    Object of(RowData row);

    /** The reader of column {@code index}; null where the type is not a scalar that has one canonical value. */
    static @Nullable ColumnValue reader(LogicalType type, int index) {
        ColumnValue value = present(type, index);
        return value == null ? null : row -> row.isNullAt(index) ? null : value.of(row);
    }

    private static @Nullable ColumnValue present(LogicalType type, int index) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> row -> row.getString(index).toString();
            case BOOLEAN -> row -> row.getBoolean(index);
            case BINARY, VARBINARY -> row -> row.getBinary(index);
            case DECIMAL -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                int scale = LogicalTypeChecks.getScale(type);
                yield row -> Objects.requireNonNull(row.getDecimal(index, precision, scale))
                        .toBigDecimal();
            }
            case TINYINT -> row -> (long) row.getByte(index);
            case SMALLINT -> row -> (long) row.getShort(index);
            case INTEGER -> row -> (long) row.getInt(index);
            case BIGINT -> row -> row.getLong(index);
            case FLOAT -> row -> row.getFloat(index);
            case DOUBLE -> row -> row.getDouble(index);
            case DATE -> row -> LocalDate.ofEpochDay(row.getInt(index));
            case TIME_WITHOUT_TIME_ZONE -> row -> LocalTime.ofNanoOfDay(row.getInt(index) * 1_000_000L);
            case TIMESTAMP_WITHOUT_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield row -> row.getTimestamp(index, precision).toLocalDateTime();
            }
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield row -> row.getTimestamp(index, precision).toInstant();
            }
            default -> null;
        };
    }
}
