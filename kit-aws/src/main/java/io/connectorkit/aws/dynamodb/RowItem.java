package io.connectorkit.aws.dynamodb;

import io.connectorkit.sink.Extractor;
import java.io.Serializable;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A SQL row as an item, columns as attributes: strings, dates, times and timestamps (ISO 8601) as S, numbers as N, booleans
 * as BOOL, bytes as B, arrays as L, maps with string keys and rows as M. A NULL column is NULL, or left out where that is
 * asked for.
 */
final class RowItem implements Extractor<RowData, Map<String, AttributeValue>> {

    private static final long serialVersionUID = 1L;

    private static final AttributeValue NULL = AttributeValue.fromNul(true);

    private final Column[] columns;
    private final boolean nullsLeftOut;

    /** What a value of one type becomes; made once, so that no row asks for types and getters. */
    private interface Reader extends Serializable {
        AttributeValue read(Object value);

        default AttributeValue orNull(@Nullable Object value) {
            return value == null ? NULL : read(value);
        }
    }

    private record Column(String name, Reader reader, RowData.FieldGetter getter) implements Serializable {

        static Column[] of(RowType type) {
            Column[] columns = new Column[type.getFieldCount()];
            for (int i = 0; i < columns.length; i++) {
                LogicalType column = type.getTypeAt(i);
                columns[i] =
                        new Column(type.getFieldNames().get(i), readerOf(column), RowData.createFieldGetter(column, i));
            }
            return columns;
        }

        AttributeValue value(RowData row) {
            return reader.orNull(getter.getFieldOrNull(row));
        }
    }

    private RowItem(Column[] columns, boolean nullsLeftOut) {
        this.columns = columns;
        this.nullsLeftOut = nullsLeftOut;
    }

    /** The same of these columns only. */
    RowItem only(Predicate<String> wanted) {
        Column[] some =
                Stream.of(columns).filter(column -> wanted.test(column.name())).toArray(Column[]::new);
        return new RowItem(some, nullsLeftOut);
    }

    /** Refuses columns that have no DynamoDB type, with their names. */
    static RowItem of(RowType type, boolean nullsLeftOut) {
        List<String> problems = new ArrayList<>();
        for (RowType.RowField column : type.getFields()) {
            if (!isKnown(column.getType())) {
                problems.add("column '" + column.getName()
                        + "' must be of a type that DynamoDB has (string, number, boolean, bytes, date, time, timestamp,"
                        + " array, row, or map with string keys), got "
                        + column.getType().asSummaryString());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return new RowItem(Column.of(type), nullsLeftOut);
    }

    private static boolean isKnown(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case ARRAY -> isKnown(((ArrayType) type).getElementType());
            case MAP ->
                ((MapType) type).getKeyType().is(LogicalTypeFamily.CHARACTER_STRING)
                        && isKnown(((MapType) type).getValueType());
            case ROW -> type.getChildren().stream().allMatch(RowItem::isKnown);
            case CHAR,
                    VARCHAR,
                    BOOLEAN,
                    BINARY,
                    VARBINARY,
                    DECIMAL,
                    TINYINT,
                    SMALLINT,
                    INTEGER,
                    BIGINT,
                    FLOAT,
                    DOUBLE,
                    DATE,
                    TIME_WITHOUT_TIME_ZONE,
                    TIMESTAMP_WITHOUT_TIME_ZONE,
                    TIMESTAMP_WITH_LOCAL_TIME_ZONE -> true;
            default -> false;
        };
    }

    @Override
    public Map<String, AttributeValue> extract(RowData row) {
        Map<String, AttributeValue> item = new HashMap<>((columns.length + 2) * 4 / 3 + 1);
        for (Column column : columns) {
            AttributeValue value = column.value(row);
            if (!nullsLeftOut || value != NULL) {
                item.put(column.name(), value);
            }
        }
        return item;
    }

    private static Reader readerOf(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case ARRAY -> list(((ArrayType) type).getElementType());
            case MAP -> map((MapType) type);
            case ROW -> nested((RowType) type);
            case CHAR, VARCHAR -> text -> AttributeValue.fromS(text.toString());
            case DECIMAL -> decimal -> DynamoDbItems.value(((DecimalData) decimal).toBigDecimal());
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                time -> AttributeValue.fromS(((TimestampData) time).toInstant().toString());
            case TIMESTAMP_WITHOUT_TIME_ZONE ->
                time -> AttributeValue.fromS(
                        ((TimestampData) time).toLocalDateTime().toString());
            case DATE ->
                day -> AttributeValue.fromS(LocalDate.ofEpochDay((int) day).toString());
            case TIME_WITHOUT_TIME_ZONE ->
                millis -> AttributeValue.fromS(
                        LocalTime.ofNanoOfDay((int) millis * 1_000_000L).toString());
            default -> DynamoDbItems::value;
        };
    }

    private static Reader nested(RowType type) {
        Column[] columns = Column.of(type);
        return row -> {
            Map<String, AttributeValue> nested = new HashMap<>(columns.length * 4 / 3 + 1);
            for (Column column : columns) {
                nested.put(column.name(), column.value((RowData) row));
            }
            return AttributeValue.fromM(nested);
        };
    }

    private static Reader list(LogicalType elementType) {
        Reader reader = readerOf(elementType);
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(elementType);
        return value -> {
            ArrayData array = (ArrayData) value;
            List<AttributeValue> elements = new ArrayList<>(array.size());
            for (int i = 0; i < array.size(); i++) {
                elements.add(reader.orNull(getter.getElementOrNull(array, i)));
            }
            return AttributeValue.fromL(elements);
        };
    }

    private static Reader map(MapType type) {
        Reader reader = readerOf(type.getValueType());
        ArrayData.ElementGetter keys = ArrayData.createElementGetter(type.getKeyType());
        ArrayData.ElementGetter values = ArrayData.createElementGetter(type.getValueType());
        return value -> {
            MapData map = (MapData) value;
            ArrayData mapKeys = map.keyArray();
            ArrayData mapValues = map.valueArray();
            Map<String, AttributeValue> nested = new HashMap<>();
            for (int i = 0; i < map.size(); i++) {
                Object key = keys.getElementOrNull(mapKeys, i);
                if (key == null) {
                    throw new IllegalArgumentException("keys of a map must not be NULL (DynamoDB)");
                }
                nested.put(key.toString(), reader.orNull(values.getElementOrNull(mapValues, i)));
            }
            return AttributeValue.fromM(nested);
        };
    }
}
