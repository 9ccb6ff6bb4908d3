package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.connectorkit.sink.Extractor;
import java.io.IOException;
import java.io.Serializable;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Writes a row as a JSON document: ROW and MAP as objects, dates and times in ISO-8601 to the nanosecond (TIMESTAMP_LTZ
 * in UTC), DECIMAL as a number of all its digits, bytes in base64.
 */
final class RowDocument implements Extractor<RowData, byte[]> {

    private static final long serialVersionUID = 1L;

    private static final JsonFactory JSON =
            new JsonFactory().configure(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN, true);

    /** Writes a value that is not NULL. */
    @FunctionalInterface
    private interface Writer extends Serializable {
        void write(JsonGenerator json, Object value) throws IOException;
    }

    private final Fields fields;

    private RowDocument(Fields fields) {
        this.fields = fields;
    }

    /**
     * A writer of rows of {@code type}.
     *
     * @param withNulls whether a NULL is written; if not its field is left out, and so left alone by an update
     */
    static RowDocument of(RowType type, boolean withNulls) {
        List<String> problems = new ArrayList<>();
        Fields fields = Fields.of(problems, "", type, withNulls);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return new RowDocument(fields);
    }

    @Override
    public byte[] extract(RowData row) throws IOException {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(512)) {
            try (JsonGenerator json = JSON.createGenerator(bytes)) {
                fields.write(json, row);
            }
            return bytes.toByteArray();
        }
    }

    /** The fields of a ROW. */
    private record Fields(String[] names, RowData.FieldGetter[] getters, Writer[] writers, boolean withNulls)
            implements Serializable {

        static Fields of(List<String> problems, String path, RowType type, boolean withNulls) {
            int count = type.getFieldCount();
            RowData.FieldGetter[] getters = new RowData.FieldGetter[count];
            Writer[] writers = new Writer[count];
            for (int i = 0; i < count; i++) {
                LogicalType field = type.getTypeAt(i);
                getters[i] = RowData.createFieldGetter(field, i);
                writers[i] = writer(problems, path + type.getFieldNames().get(i), field);
            }
            return new Fields(type.getFieldNames().toArray(String[]::new), getters, writers, withNulls);
        }

        void write(JsonGenerator json, RowData row) throws IOException {
            json.writeStartObject();
            for (int i = 0; i < names.length; i++) {
                Object value = getters[i].getFieldOrNull(row);
                if (value != null) {
                    json.writeFieldName(names[i]);
                    writers[i].write(json, value);
                } else if (withNulls) {
                    json.writeNullField(names[i]);
                }
            }
            json.writeEndObject();
        }
    }

    private static Writer writer(List<String> problems, String path, LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> (json, value) -> json.writeBoolean((Boolean) value);
            case TINYINT, SMALLINT, INTEGER, BIGINT, INTERVAL_DAY_TIME, INTERVAL_YEAR_MONTH ->
                (json, value) -> json.writeNumber(((Number) value).longValue());
            case FLOAT -> (json, value) -> json.writeNumber((float) finite(path, (Float) value));
            case DOUBLE -> (json, value) -> json.writeNumber(finite(path, (Double) value));
            case DECIMAL -> (json, value) -> json.writeNumber(((DecimalData) value).toBigDecimal());
            case DATE ->
                (json, value) ->
                        json.writeString(LocalDate.ofEpochDay((Integer) value).toString());
            case TIME_WITHOUT_TIME_ZONE ->
                (json, value) -> json.writeString(
                        DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay((Integer) value * 1_000_000L)));
            case TIMESTAMP_WITHOUT_TIME_ZONE ->
                (json, value) -> json.writeString(
                        DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(((TimestampData) value).toLocalDateTime()));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                (json, value) ->
                        json.writeString(((TimestampData) value).toInstant().toString());
            case CHAR, VARCHAR -> (json, value) -> json.writeString(value.toString());
            case BINARY, VARBINARY -> (json, value) -> json.writeBinary((byte[]) value);
            default -> nested(problems, path, type);
        };
    }

    private static Writer nested(List<String> problems, String path, LogicalType type) {
        if (type instanceof RowType row) {
            Fields fields = Fields.of(problems, path + ".", row, true);
            return (json, value) -> fields.write(json, (RowData) value);
        } else if (type instanceof ArrayType array) {
            Writer element = writer(problems, path + "[]", array.getElementType());
            ArrayData.ElementGetter getter = ArrayData.createElementGetter(array.getElementType());
            return (json, value) -> array(json, (ArrayData) value, getter, element);
        } else if (type instanceof MapType map) {
            return map(problems, path, map.getKeyType(), map.getValueType());
        } else if (type instanceof MultisetType multiset) {
            return map(problems, path, multiset.getElementType(), new IntType(false));
        }
        problems.add("column '" + path + "' must be of a type that JSON has, got " + type.asSummaryString());
        return (json, value) -> json.writeNull();
    }

    private static void array(JsonGenerator json, ArrayData array, ArrayData.ElementGetter getter, Writer element)
            throws IOException {
        json.writeStartArray();
        for (int i = 0; i < array.size(); i++) {
            Object value = getter.getElementOrNull(array, i);
            if (value == null) {
                json.writeNull();
            } else {
                element.write(json, value);
            }
        }
        json.writeEndArray();
    }

    private static Writer map(List<String> problems, String path, LogicalType keyType, LogicalType valueType) {
        switch (keyType.getTypeRoot()) {
            case CHAR, VARCHAR, BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT -> {}
            default ->
                problems.add("column '" + path + "' must have strings, integers or booleans as keys of its map, got "
                        + keyType.asSummaryString());
        }
        ArrayData.ElementGetter keys = ArrayData.createElementGetter(keyType);
        ArrayData.ElementGetter values = ArrayData.createElementGetter(valueType);
        Writer writer = writer(problems, path + "{}", valueType);
        return (json, value) -> {
            MapData map = (MapData) value;
            json.writeStartObject();
            for (int i = 0; i < map.size(); i++) {
                Object key = keys.getElementOrNull(map.keyArray(), i);
                if (key == null) {
                    throw new IllegalArgumentException("column '" + path + "' must not have NULL as a key of its map");
                }
                json.writeFieldName(key.toString());
                Object held = values.getElementOrNull(map.valueArray(), i);
                if (held == null) {
                    json.writeNull();
                } else {
                    writer.write(json, held);
                }
            }
            json.writeEndObject();
        };
    }

    private static double finite(String path, double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new IllegalArgumentException("column '" + path + "' must be a finite number, got " + number);
        }
        return number;
    }
}
