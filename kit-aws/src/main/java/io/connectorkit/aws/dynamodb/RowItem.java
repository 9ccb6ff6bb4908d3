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
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
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

    /** Made once, so that no row asks for types and getters. */
    private record Column(String name, LogicalType type, RowData.FieldGetter getter) implements Serializable {

        static Column[] of(RowType type) {
            Column[] columns = new Column[type.getFieldCount()];
            for (int i = 0; i < columns.length; i++) {
                LogicalType column = type.getTypeAt(i);
                columns[i] = new Column(type.getFieldNames().get(i), column, RowData.createFieldGetter(column, i));
            }
            return columns;
        }

        AttributeValue value(RowData row) {
            return RowItem.value(getter.getFieldOrNull(row), type);
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

    private static Map<String, AttributeValue> nested(RowData row, RowType type) {
        Map<String, AttributeValue> item = new HashMap<>(type.getFieldCount() * 4 / 3 + 1);
        for (Column column : Column.of(type)) {
            item.put(column.name(), column.value(row));
        }
        return item;
    }

    private static AttributeValue value(@Nullable Object value, LogicalType type) {
        if (value == null) {
            return NULL;
        } else if (value instanceof ArrayData array) {
            LogicalType elementType = ((ArrayType) type).getElementType();
            ArrayData.ElementGetter getter = ArrayData.createElementGetter(elementType);
            List<AttributeValue> elements = new ArrayList<>(array.size());
            for (int i = 0; i < array.size(); i++) {
                elements.add(value(getter.getElementOrNull(array, i), elementType));
            }
            return AttributeValue.fromL(elements);
        } else if (value instanceof MapData map) {
            return AttributeValue.fromM(map(map, (MapType) type));
        } else if (value instanceof RowData nested) {
            return AttributeValue.fromM(nested(nested, (RowType) type));
        }
        return DynamoDbItems.value(scalar(value, type.getTypeRoot()));
    }

    private static Map<String, AttributeValue> map(MapData map, MapType type) {
        ArrayData.ElementGetter keys = ArrayData.createElementGetter(type.getKeyType());
        ArrayData.ElementGetter values = ArrayData.createElementGetter(type.getValueType());
        Map<String, AttributeValue> nested = new HashMap<>();
        for (int i = 0; i < map.size(); i++) {
            Object key = keys.getElementOrNull(map.keyArray(), i);
            if (key == null) {
                throw new IllegalArgumentException("keys of a map must not be NULL (DynamoDB)");
            }
            nested.put(key.toString(), value(values.getElementOrNull(map.valueArray(), i), type.getValueType()));
        }
        return nested;
    }

    private static Object scalar(Object value, LogicalTypeRoot root) {
        if (value instanceof StringData text) {
            return text.toString();
        } else if (value instanceof DecimalData decimal) {
            return decimal.toBigDecimal();
        } else if (value instanceof TimestampData time) {
            return root == LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE
                    ? time.toInstant().toString()
                    : time.toLocalDateTime().toString();
        } else if (root == LogicalTypeRoot.DATE) {
            return LocalDate.ofEpochDay((int) value).toString();
        } else if (root == LogicalTypeRoot.TIME_WITHOUT_TIME_ZONE) {
            return LocalTime.ofNanoOfDay((int) value * 1_000_000L).toString();
        }
        return value;
    }
}
