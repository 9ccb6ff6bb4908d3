package io.connectorkit.jdbc;

import io.connectorkit.sink.Extractor;
import java.io.Serializable;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Some columns of Flink's rows as the payload of a JDBC sink. */
final class JdbcRowWriter implements Extractor<RowData, Object[]> {

    private static final long serialVersionUID = 1L;

    /** A value as Flink holds it, as a value of Java's own. */
    @FunctionalInterface
    private interface Conversion extends Serializable {
        Object of(Object internal);
    }

    private final RowData.FieldGetter[] getters;
    private final Conversion[] conversions;

    private JdbcRowWriter(RowData.FieldGetter[] getters, Conversion[] conversions) {
        this.getters = getters;
        this.conversions = conversions;
    }

    /**
     * A writer of {@code columns} of rows of {@code type}.
     *
     * @throws IllegalArgumentException naming all columns of types that no column of a database has
     */
    static JdbcRowWriter of(RowType type, List<String> columns) {
        List<String> problems = new ArrayList<>();
        RowData.FieldGetter[] getters = new RowData.FieldGetter[columns.size()];
        Conversion[] conversions = new Conversion[getters.length];
        for (int i = 0; i < getters.length; i++) {
            int index = type.getFieldIndex(columns.get(i));
            LogicalType columnType = type.getTypeAt(index);
            Conversion conversion = conversion(columnType);
            if (conversion == null) {
                problems.add("column '" + columns.get(i)
                        + "' must be of a type that databases have (no MAP, ROW or MULTISET), got "
                        + columnType.asSummaryString());
            } else {
                conversions[i] = conversion;
            }
            getters[i] = RowData.createFieldGetter(columnType, index);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return new JdbcRowWriter(getters, conversions);
    }

    @Override
    public Object[] extract(RowData row) {
        @Nullable Object[] payload = new Object[getters.length];
        for (int i = 0; i < payload.length; i++) {
            Object value = getters[i].getFieldOrNull(row);
            payload[i] = value == null ? null : conversions[i].of(value);
        }
        return payload;
    }

    private static @Nullable Conversion conversion(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> Object::toString;
            case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE, BINARY, VARBINARY -> value -> value;
            case DECIMAL -> value -> ((DecimalData) value).toBigDecimal();
            case DATE -> value -> LocalDate.ofEpochDay((Integer) value);
            case TIME_WITHOUT_TIME_ZONE -> value -> LocalTime.ofNanoOfDay((Integer) value * 1_000_000L);
            case TIMESTAMP_WITHOUT_TIME_ZONE -> value -> ((TimestampData) value).toLocalDateTime();
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> value -> ((TimestampData) value).toInstant();
            case ARRAY -> array(((ArrayType) type).getElementType());
            default -> null;
        };
    }

    private static @Nullable Conversion array(LogicalType element) {
        Conversion conversion = conversion(element);
        if (conversion == null) {
            return null;
        }
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(element);
        return value -> {
            ArrayData array = (ArrayData) value;
            @Nullable Object[] converted = new Object[array.size()];
            for (int i = 0; i < converted.length; i++) {
                Object one = getter.getElementOrNull(array, i);
                converted[i] = one == null ? null : conversion.of(one);
            }
            return Objects.requireNonNull(converted);
        };
    }
}
