package io.connectorkit.mongodb;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/**
 * Writes one SQL value as BSON. Integers up to 32 bits are int32, DECIMAL is Decimal128, DATE and TIMESTAMP are dates
 * (milliseconds, UTC; finer digits are cut), TIME is text, rows and maps are documents; NULL is null.
 */
@FunctionalInterface
interface RowWriter extends Serializable {

    /** A time of day as text: fixed width, so that its order is that of time. */
    DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    /** {@code value} is in Flink's internal form and not null. */
    BsonValue write(Object value);

    /** Writes whole rows of {@code type}. */
    static RowWriter row(RowType type) {
        int fields = type.getFieldCount();
        String[] names = type.getFieldNames().toArray(new String[0]);
        RowData.FieldGetter[] getters = new RowData.FieldGetter[fields];
        RowWriter[] writers = new RowWriter[fields];
        for (int i = 0; i < fields; i++) {
            getters[i] = RowData.createFieldGetter(type.getTypeAt(i), i);
            writers[i] = of(type.getTypeAt(i), names[i]);
        }
        return row -> {
            BsonDocument document = new BsonDocument();
            for (int i = 0; i < writers.length; i++) {
                document.put(names[i], writers[i].orNull(getters[i].getFieldOrNull((RowData) row)));
            }
            return document;
        };
    }

    private BsonValue orNull(@Nullable Object value) {
        return value == null ? BsonNull.VALUE : write(value);
    }

    /** Writes values of {@code type}; refused for types that BSON has no form of, with the column's name. */
    static RowWriter of(LogicalType type, String column) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> value -> new BsonString(value.toString());
            case BOOLEAN -> value -> BsonBoolean.valueOf((Boolean) value);
            case BINARY, VARBINARY -> value -> new BsonBinary((byte[]) value);
            case TINYINT, SMALLINT, INTEGER -> value -> new BsonInt32(((Number) value).intValue());
            case BIGINT -> value -> new BsonInt64((Long) value);
            case FLOAT -> value -> new BsonDouble(Double.parseDouble(value.toString()));
            case DOUBLE -> value -> new BsonDouble((Double) value);
            case DECIMAL -> value -> decimal(((DecimalData) value).toBigDecimal(), column);
            case DATE -> value -> new BsonDateTime((Integer) value * 86_400_000L);
            case TIME_WITHOUT_TIME_ZONE ->
                value -> new BsonString(TIME.format(LocalTime.ofNanoOfDay((Integer) value * 1_000_000L)));
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                value -> new BsonDateTime(((TimestampData) value).getMillisecond());
            case ARRAY -> array(((ArrayType) type).getElementType(), column);
            case MAP -> map((MapType) type, column);
            case ROW -> row((RowType) type);
            default -> throw unsupported(type, column);
        };
    }

    static IllegalArgumentException unsupported(LogicalType type, String column) {
        return new IllegalArgumentException("column '" + column
                + "' must be of a type that BSON has (strings, numbers, BOOLEAN, BYTES, DATE, TIME, TIMESTAMP, ARRAY, ROW,"
                + " MAP with string keys), got " + type.asSummaryString());
    }

    private static BsonValue decimal(BigDecimal value, String column) {
        try {
            return new BsonDecimal128(new Decimal128(value));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "column '" + column + "' must hold at most 34 digits (Decimal128), got " + value.precision());
        }
    }

    private static RowWriter array(LogicalType element, String column) {
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(element);
        RowWriter writer = of(element, column);
        return value -> {
            ArrayData array = (ArrayData) value;
            List<BsonValue> elements = new ArrayList<>(array.size());
            for (int i = 0; i < array.size(); i++) {
                elements.add(writer.orNull(getter.getElementOrNull(array, i)));
            }
            return new BsonArray(elements);
        };
    }

    private static RowWriter map(MapType type, String column) {
        if (!type.getKeyType().is(LogicalTypeFamily.CHARACTER_STRING)) {
            throw unsupported(type, column);
        }
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(type.getValueType());
        RowWriter writer = of(type.getValueType(), column);
        return value -> {
            MapData map = (MapData) value;
            ArrayData keys = map.keyArray();
            ArrayData values = map.valueArray();
            BsonDocument document = new BsonDocument();
            for (int i = 0; i < map.size(); i++) {
                if (keys.isNullAt(i)) {
                    throw new IllegalArgumentException("column '" + column + "' must not have NULL as a key of a map");
                }
                document.put(keys.getString(i).toString(), writer.orNull(getter.getElementOrNull(values, i)));
            }
            return document;
        };
    }

    /** Whether {@code type} is one of {@code roots}. */
    static boolean is(LogicalType type, LogicalTypeRoot... roots) {
        return List.of(roots).contains(Objects.requireNonNull(type).getTypeRoot());
    }
}
