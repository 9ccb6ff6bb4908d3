package io.connectorkit.table;

import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Extractor;
import java.math.BigDecimal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/**
 * Reads a column of a row as a {@link ChangeVersion}: integers and decimals as they are, strings as digits (sequence
 * numbers), timestamps as nanoseconds since 1970, whatever their precision.
 */
final class RowVersion {

    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

    private RowVersion() {}

    static Extractor<RowData, ChangeVersion> of(RowType rowType, int index) {
        LogicalType type = rowType.getTypeAt(index);
        String name = rowType.getFieldNames().get(index);
        Extractor<RowData, ChangeVersion> version = reader(type, index);
        if (version == null) {
            throw new IllegalArgumentException(
                    "sink.version-column must be an integer, DECIMAL(p, 0), digits in a string"
                            + " or a timestamp, got '" + name + "' of type " + type.asSummaryString());
        }
        return row -> {
            if (row.isNullAt(index)) {
                throw new IllegalArgumentException("version column '" + name + "' must not be NULL");
            }
            return version.extract(row);
        };
    }

    private static @Nullable Extractor<RowData, ChangeVersion> reader(LogicalType type, int index) {
        return switch (type.getTypeRoot()) {
            case TINYINT -> row -> ChangeVersion.of(row.getByte(index));
            case SMALLINT -> row -> ChangeVersion.of(row.getShort(index));
            case INTEGER -> row -> ChangeVersion.of(row.getInt(index));
            case BIGINT -> row -> ChangeVersion.of(row.getLong(index));
            case CHAR, VARCHAR -> row -> ChangeVersion.of(row.getString(index).toString());
            case DECIMAL -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                int scale = LogicalTypeChecks.getScale(type);
                yield scale != 0
                        ? null
                        : row -> ChangeVersion.of(row.getDecimal(index, precision, 0)
                                .toBigDecimal()
                                .toPlainString());
            }
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield row -> nanos(row.getTimestamp(index, precision));
            }
            default -> null;
        };
    }

    private static ChangeVersion nanos(TimestampData time) {
        long millis = time.getMillisecond();
        // Exact beyond the year 2262, where nanoseconds leave 64 bits.
        return millis >= 0 && millis < Long.MAX_VALUE / 1_000_000 - 1
                ? ChangeVersion.of(millis * 1_000_000 + time.getNanoOfMillisecond())
                : ChangeVersion.of(BigDecimal.valueOf(millis)
                        .movePointLeft(3)
                        .multiply(NANOS)
                        .add(BigDecimal.valueOf(time.getNanoOfMillisecond()))
                        .toBigInteger()
                        .toString());
    }
}
