package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.flink.table.types.logical.utils.LogicalTypeUtils;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON document as a row: what {@link RowDocument} wrote, and what Elasticsearch takes for the same (numbers in
 * strings, dates in milliseconds, one value for an array of one).
 */
final class DocumentRow implements ElasticsearchLookupMapper<RowData> {

    private static final long serialVersionUID = 1L;

    /** Reads a value that is not null. */
    @FunctionalInterface
    private interface Reader extends Serializable {
        Object read(JsonNode value) throws IOException;
    }

    private final String[] names;
    private final Reader[] readers;

    private DocumentRow(String[] names, Reader[] readers) {
        this.names = names;
        this.readers = readers;
    }

    static DocumentRow of(RowType type) {
        List<String> problems = new ArrayList<>();
        DocumentRow row = of(problems, "", type);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return row;
    }

    private static DocumentRow of(List<String> problems, String path, RowType type) {
        Reader[] readers = new Reader[type.getFieldCount()];
        for (int i = 0; i < readers.length; i++) {
            String column = path + type.getFieldNames().get(i);
            Reader reader = reader(problems, column, type.getTypeAt(i));
            readers[i] = value -> {
                try {
                    return reader.read(value);
                } catch (RuntimeException e) {
                    // Whatever a parser throws; its message may quote the value.
                    throw new UnreadableColumn(column, type);
                }
            };
        }
        return new DocumentRow(type.getFieldNames().toArray(String[]::new), readers);
    }

    /** A value is not of its column's type; says which column, and nothing of the value. */
    static final class UnreadableColumn extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableColumn(String column, RowType type) {
            super("field '" + column + "' cannot be read as the type of its column in " + type.asSummaryString());
        }
    }

    /**
     * The fields that Elasticsearch is to send; empty for all. All, where one is a DECIMAL: what Elasticsearch picks from
     * a document it writes anew, with numbers as doubles.
     */
    static List<String> sourceFields(RowType type) {
        return holdsDecimal(type) ? List.of() : type.getFieldNames();
    }

    private static boolean holdsDecimal(LogicalType type) {
        return type.is(LogicalTypeRoot.DECIMAL) || type.getChildren().stream().anyMatch(DocumentRow::holdsDecimal);
    }

    @Override
    public RowData map(String id, JsonNode source) throws IOException {
        GenericRowData row = new GenericRowData(names.length);
        for (int i = 0; i < names.length; i++) {
            row.setField(i, orNull(source.get(names[i]), readers[i]));
        }
        return row;
    }

    private static @Nullable Object orNull(@Nullable JsonNode value, Reader reader) throws IOException {
        return value == null || value.isNull() ? null : reader.read(value);
    }

    private static Reader reader(List<String> problems, String path, LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> value -> bool(value);
            case TINYINT -> value -> number(value).byteValueExact();
            case SMALLINT -> value -> number(value).shortValueExact();
            case INTEGER, INTERVAL_YEAR_MONTH -> value -> number(value).intValueExact();
            case BIGINT, INTERVAL_DAY_TIME -> value -> number(value).longValueExact();
            case FLOAT -> value -> number(value).floatValue();
            case DOUBLE -> value -> number(value).doubleValue();
            case DECIMAL -> decimal(type);
            case DATE ->
                value -> (int) LocalDate.parse(text(value).substring(0, 10)).toEpochDay();
            case TIME_WITHOUT_TIME_ZONE ->
                value -> (int) (LocalTime.parse(text(value)).toNanoOfDay() / 1_000_000);
            case TIMESTAMP_WITHOUT_TIME_ZONE -> value -> TimestampData.fromLocalDateTime(time(value));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                value -> TimestampData.fromInstant(time(value).toInstant(ZoneOffset.UTC));
            case CHAR, VARCHAR ->
                value -> StringData.fromString(value.isValueNode() ? value.asText() : value.toString());
            case BINARY, VARBINARY -> value -> value.binaryValue();
            default -> nested(problems, path, type);
        };
    }

    private static Reader nested(List<String> problems, String path, LogicalType type) {
        if (type instanceof RowType row) {
            DocumentRow fields = of(problems, path + ".", row);
            return value -> fields.map("", object(value));
        } else if (type instanceof ArrayType array) {
            Reader element = reader(problems, path + "[]", array.getElementType());
            Class<?> held = LogicalTypeUtils.toInternalConversionClass(array.getElementType());
            return value -> array(value, element, held);
        } else if (type instanceof MapType map && isText(map.getKeyType())) {
            Reader element = reader(problems, path + "{}", map.getValueType());
            return value -> map(object(value), element);
        }
        problems.add(
                "column '" + path + "' must be of a type that can be read from JSON, got " + type.asSummaryString());
        return value -> value;
    }

    private static boolean isText(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> true;
            default -> false;
        };
    }

    /** Typed, for Flink casts the array of its elements. */
    private static Object array(JsonNode value, Reader element, Class<?> held) throws IOException {
        int size = value.isArray() ? value.size() : 1;
        @Nullable Object[] elements = (Object[]) Array.newInstance(held, size);
        for (int i = 0; i < size; i++) {
            elements[i] = orNull(value.isArray() ? value.get(i) : value, element);
        }
        return new GenericArrayData(elements);
    }

    private static Object map(JsonNode value, Reader element) throws IOException {
        Map<StringData, @Nullable Object> entries = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            entries.put(StringData.fromString(entry.getKey()), orNull(entry.getValue(), element));
        }
        return new GenericMapData(entries);
    }

    private static Reader decimal(LogicalType type) {
        int precision = LogicalTypeChecks.getPrecision(type);
        int scale = LogicalTypeChecks.getScale(type);
        return value -> {
            DecimalData decimal = DecimalData.fromBigDecimal(number(value), precision, scale);
            if (decimal == null) {
                throw new ArithmeticException("overflow");
            }
            return decimal;
        };
    }

    private static JsonNode object(JsonNode value) {
        if (!value.isObject()) {
            throw new IllegalArgumentException("not an object");
        }
        return value;
    }

    private static boolean bool(JsonNode value) {
        String text = value.asText();
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("not a boolean");
        }
        return Boolean.parseBoolean(text);
    }

    private static BigDecimal number(JsonNode value) {
        return value.isNumber() ? value.decimalValue() : new BigDecimal(text(value));
    }

    private static String text(JsonNode value) {
        if (!value.isTextual()) {
            throw new IllegalArgumentException("not a string");
        }
        return value.textValue();
    }

    /** In UTC. */
    private static LocalDateTime time(JsonNode value) {
        if (value.isNumber()) {
            return LocalDateTime.ofInstant(Instant.ofEpochMilli(number(value).longValueExact()), ZoneOffset.UTC);
        }
        String text = text(value);
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text).atStartOfDay();
        }
        TemporalAccessor time =
                DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
        return time instanceof OffsetDateTime offset
                ? offset.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
                : (LocalDateTime) time;
    }
}
