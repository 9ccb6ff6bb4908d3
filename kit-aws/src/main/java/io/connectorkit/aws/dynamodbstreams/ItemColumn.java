package io.connectorkit.aws.dynamodbstreams;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads an attribute as a value of one SQL type; an attribute of another type is refused, never bent. */
@FunctionalInterface
interface ItemColumn extends Serializable {

    /** Never called with an absent or NULL attribute. */
    Object read(AttributeValue value);

    /** Null for an absent or NULL attribute. */
    static @Nullable Object readNullable(ItemColumn column, @Nullable AttributeValue value) {
        return value == null || Boolean.TRUE.equals(value.nul()) ? null : column.read(value);
    }

    /** Refuses types that no attribute has. */
    static ItemColumn of(LogicalType type, String name) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> ItemColumn::text;
            case BOOLEAN -> value -> typed(value, AttributeValue.Type.BOOL).bool();
            case TINYINT -> value -> number(value).byteValueExact();
            case SMALLINT -> value -> number(value).shortValueExact();
            case INTEGER -> value -> number(value).intValueExact();
            case BIGINT -> value -> number(value).longValueExact();
            case FLOAT -> value -> number(value).floatValue();
            case DOUBLE -> value -> number(value).doubleValue();
            case DECIMAL -> decimal((DecimalType) type);
            case BINARY, VARBINARY ->
                value -> typed(value, AttributeValue.Type.B).b().asByteArray();
            case DATE -> value -> (int) time(value, LocalDate::parse).toEpochDay();
            case TIME_WITHOUT_TIME_ZONE ->
                value -> (int) (time(value, LocalTime::parse).toNanoOfDay() / 1_000_000);
            case TIMESTAMP_WITHOUT_TIME_ZONE ->
                value -> TimestampData.fromLocalDateTime(
                        time(value, text -> LocalDateTime.parse(text.replace(' ', 'T'))));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> value -> TimestampData.fromInstant(instant(value));
            case ARRAY -> array(of(((ArrayType) type).getElementType(), name));
            case MAP -> map((MapType) type, name);
            case ROW -> row((RowType) type, name);
            default ->
                throw new IllegalArgumentException("column '" + name
                        + "' must be of a type that an attribute has (STRING, numbers, BOOLEAN, BYTES, DATE, TIME, TIMESTAMP,"
                        + " ARRAY, MAP<STRING, ..>, ROW), got " + type.asSummaryString());
        };
    }

    private static AttributeValue typed(AttributeValue value, AttributeValue.Type type) {
        if (value.type() != type) {
            throw new IllegalArgumentException("must be of type " + type + ", got " + value.type());
        }
        return value;
    }

    /** Numbers and truth values read as their text. */
    private static StringData text(AttributeValue value) {
        return StringData.fromString(
                switch (value.type()) {
                    case S -> value.s();
                    case N -> value.n();
                    case BOOL -> value.bool().toString();
                    default -> throw new IllegalArgumentException("must be of type S, N or BOOL, got " + value.type());
                });
    }

    private static BigDecimal number(AttributeValue value) {
        return new BigDecimal(typed(value, AttributeValue.Type.N).n());
    }

    private static ItemColumn decimal(DecimalType type) {
        int precision = type.getPrecision();
        int scale = type.getScale();
        return value -> {
            BigDecimal number = number(value);
            DecimalData decimal = number.stripTrailingZeros().scale() > scale
                    ? null
                    : DecimalData.fromBigDecimal(number, precision, scale);
            if (decimal == null) {
                throw new IllegalArgumentException("must fit " + type.asSummaryString());
            }
            return decimal;
        };
    }

    /** Parses a text of a time. */
    interface TimeParser<T> {
        T parse(String text);
    }

    private static <T> T time(AttributeValue value, TimeParser<T> parser) {
        try {
            return parser.parse(typed(value, AttributeValue.Type.S).s());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("must be a time as ISO 8601 writes it", e);
        }
    }

    private static Instant instant(AttributeValue value) {
        return time(value, text -> OffsetDateTime.parse(text.replace(' ', 'T')).toInstant());
    }

    private static ItemColumn array(ItemColumn element) {
        return value -> {
            List<AttributeValue> elements =
                    switch (value.type()) {
                        case L -> value.l();
                        case SS ->
                            value.ss().stream().map(AttributeValue::fromS).toList();
                        case NS ->
                            value.ns().stream().map(AttributeValue::fromN).toList();
                        case BS -> value.bs().stream().map(ItemColumn::bytes).toList();
                        default ->
                            throw new IllegalArgumentException("must be of type L, SS, NS or BS, got " + value.type());
                    };
            return new GenericArrayData(
                    elements.stream().map(each -> readNullable(element, each)).toArray());
        };
    }

    private static AttributeValue bytes(SdkBytes bytes) {
        return AttributeValue.fromB(bytes);
    }

    private static ItemColumn map(MapType type, String name) {
        if (!type.getKeyType().is(LogicalTypeRoot.VARCHAR)) {
            throw new IllegalArgumentException(
                    "column '" + name + "' must be a map of STRING keys, got " + type.asSummaryString());
        }
        ItemColumn element = of(type.getValueType(), name);
        return value -> {
            Map<Object, @Nullable Object> map = new HashMap<>();
            typed(value, AttributeValue.Type.M)
                    .m()
                    .forEach((key, each) -> map.put(StringData.fromString(key), readNullable(element, each)));
            return new GenericMapData(map);
        };
    }

    private static ItemColumn row(RowType type, String name) {
        String[] fields = type.getFieldNames().toArray(new String[0]);
        ItemColumn[] columns = new ItemColumn[fields.length];
        for (int i = 0; i < fields.length; i++) {
            columns[i] = of(type.getTypeAt(i), name + "." + fields[i]);
        }
        return value -> {
            Map<String, AttributeValue> map =
                    typed(value, AttributeValue.Type.M).m();
            GenericRowData row = new GenericRowData(fields.length);
            for (int i = 0; i < fields.length; i++) {
                row.setField(i, readNullable(columns[i], map.get(fields[i])));
            }
            return row;
        };
    }
}
