package io.connectorkit.mongodb;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
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
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/**
 * Reads one BSON value as SQL. A number of any type fits every numeric column that can hold its value; a missing field is
 * NULL.
 */
@FunctionalInterface
interface RowReader extends Serializable {

    /** In Flink's internal form; null where the value does not fit the type. {@code value} is not null. */
    @Nullable
    Object read(BsonValue value);

    /** What becomes of a value that does not fit its column. */
    enum Unfit {
        /** Fails the job, with field and id. */
        FAIL,
        /** Reads as NULL. */
        NULL
    }

    /** Reads whole documents as rows of {@code type}. */
    static MongoDocumentMapper<RowData> rows(RowType type, Unfit unfit) {
        Row row = row(type, unfit, "");
        return row::read;
    }

    private static Row row(RowType type, Unfit unfit, String path) {
        List<Column> columns = new ArrayList<>();
        for (RowType.RowField field : type.getFields()) {
            String name = field.getName();
            columns.add(new Column(
                    name, path + name, field.getType().asSummaryString(), of(field.getType(), unfit, path + name)));
        }
        return new Row(columns, unfit);
    }

    /** A field of a document as a column. */
    record Column(String name, String path, String type, RowReader reader) implements Serializable {}

    /** The fields of a document, by name. */
    record Row(List<Column> columns, Unfit unfit) implements Serializable {

        RowData read(BsonDocument document) throws MongoFailure {
            GenericRowData row = new GenericRowData(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                BsonValue value = document.get(columns.get(i).name());
                if (value != null && !(value instanceof BsonNull) && !(value instanceof BsonUndefined)) {
                    row.setField(i, read(columns.get(i), value));
                }
            }
            return row;
        }

        private @Nullable Object read(Column column, BsonValue value) throws MongoFailure {
            Object read;
            try {
                read = column.reader().read(value);
            } catch (UnfitInside e) {
                throw new MongoFailure(e.reason);
            }
            if (read == null && unfit == Unfit.FAIL) {
                throw new MongoFailure(reason(column.path(), column.type(), value));
            }
            return read;
        }
    }

    /** Names the field and both types, never the value. */
    private static String reason(String field, String type, BsonValue value) {
        return "field '" + field + "' must fit " + type + ", got a value of BSON type " + value.getBsonType()
                + " that does not; declare another type, or set 'read.unfit-values' = 'null'";
    }

    /** A value deep inside that does not fit. */
    final class UnfitInside extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        private UnfitInside(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }

    /** Reads values of {@code type}; refused for types that BSON has no form of. */
    static RowReader of(LogicalType type, Unfit unfit, String field) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> RowReader::text;
            case BOOLEAN -> value -> value.isBoolean() ? value.asBoolean().getValue() : null;
            case BINARY, VARBINARY ->
                value -> value.isBinary() ? value.asBinary().getData() : null;
            case TINYINT ->
                value ->
                        whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE) instanceof Long number ? number.byteValue() : null;
            case SMALLINT ->
                value -> whole(value, Short.MIN_VALUE, Short.MAX_VALUE) instanceof Long number
                        ? number.shortValue()
                        : null;
            case INTEGER ->
                value -> whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE) instanceof Long number
                        ? number.intValue()
                        : null;
            case BIGINT -> value -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> value -> floating(value) instanceof Double number ? number.floatValue() : null;
            case DOUBLE -> RowReader::floating;
            case DECIMAL -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                int scale = LogicalTypeChecks.getScale(type);
                yield value -> decimal(value, precision, scale);
            }
            case DATE ->
                value -> value.isDateTime()
                        ? (int) Math.floorDiv(value.asDateTime().getValue(), 86_400_000L)
                        : null;
            case TIME_WITHOUT_TIME_ZONE -> RowReader::time;
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> RowReader::timestamp;
            case ARRAY -> array(((ArrayType) type).getElementType(), unfit, field);
            case MAP -> map((MapType) type, unfit, field);
            case ROW -> {
                Row row = row((RowType) type, unfit, field + ".");
                yield value -> value.isDocument() ? nested(row, value.asDocument()) : null;
            }
            default -> throw RowWriter.unsupported(type, field);
        };
    }

    private static RowData nested(Row row, BsonDocument document) {
        try {
            return row.read(document);
        } catch (MongoFailure e) {
            throw new UnfitInside(String.valueOf(e.getMessage()));
        }
    }

    /** Text as it is, an ObjectId as its digits, a document or an array as relaxed JSON. */
    private static @Nullable Object text(BsonValue value) {
        if (value.isString()) {
            return StringData.fromString(value.asString().getValue());
        } else if (value.isObjectId()) {
            return StringData.fromString(value.asObjectId().getValue().toHexString());
        } else if (value.isDocument()) {
            return StringData.fromString(json(value.asDocument()));
        } else if (value.isArray()) {
            // Only documents can be written as JSON: the array is cut out of one.
            String json = json(new BsonDocument("a", value));
            return StringData.fromString(json.substring(json.indexOf('['), json.lastIndexOf(']') + 1));
        }
        return null;
    }

    private static String json(BsonDocument document) {
        return document.toJson(
                JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build());
    }

    /** The exact value of a number; null for other types, NaN and infinities. */
    private static @Nullable BigDecimal number(BsonValue value) {
        try {
            return switch (value.getBsonType()) {
                case INT32, INT64 -> BigDecimal.valueOf(value.asNumber().longValue());
                case DOUBLE -> new BigDecimal(Double.toString(value.asDouble().getValue()));
                case DECIMAL128 -> value.asDecimal128().getValue().bigDecimalValue();
                default -> null;
            };
        } catch (ArithmeticException | NumberFormatException e) {
            // Decimal128 has a negative zero, which BigDecimal has not.
            boolean zero = value.isDecimal128()
                    && !value.asDecimal128().getValue().isNaN()
                    && !value.asDecimal128().getValue().isInfinite();
            return zero ? BigDecimal.ZERO : null;
        }
    }

    private static @Nullable Object whole(BsonValue value, long lowest, long highest) {
        BigDecimal number = number(value);
        if (number == null || number.precision() - (long) number.scale() > 20) {
            return null;
        }
        try {
            long whole = number.longValueExact();
            return whole < lowest || whole > highest ? null : whole;
        } catch (ArithmeticException e) {
            return null;
        }
    }

    private static @Nullable Object floating(BsonValue value) {
        if (value.isDouble()) {
            return value.asDouble().getValue();
        }
        if (value.isDecimal128()
                && (value.asDecimal128().getValue().isNaN()
                        || value.asDecimal128().getValue().isInfinite())) {
            return value.asDecimal128().getValue().isNaN()
                    ? Double.NaN
                    : value.asDecimal128().getValue().isNegative()
                            ? Double.NEGATIVE_INFINITY
                            : Double.POSITIVE_INFINITY;
        }
        BigDecimal number = number(value);
        return number == null ? null : number.doubleValue();
    }

    /** Digits behind the scale are rounded, as a cast does. */
    private static @Nullable Object decimal(BsonValue value, int precision, int scale) {
        BigDecimal number = number(value);
        return number == null || number.precision() - (long) number.scale() > precision
                ? null
                : DecimalData.fromBigDecimal(number, precision, scale);
    }

    private static @Nullable Object time(BsonValue value) {
        if (!value.isString()) {
            return null;
        }
        try {
            return (int) (LocalTime.parse(value.asString().getValue()).toNanoOfDay() / 1_000_000);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable Object timestamp(BsonValue value) {
        if (value.isDateTime()) {
            return TimestampData.fromEpochMillis(value.asDateTime().getValue());
        }
        return value.isTimestamp()
                ? TimestampData.fromEpochMillis(value.asTimestamp().getTime() * 1_000L)
                : null;
    }

    private static RowReader array(LogicalType element, Unfit unfit, String field) {
        RowReader reader = of(element, unfit, field + "[]");
        String type = element.asSummaryString();
        return value -> {
            if (!value.isArray()) {
                return null;
            }
            Object[] elements = new Object[value.asArray().size()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = element(reader, value.asArray().get(i), unfit, field + "[]", type);
            }
            return new GenericArrayData(elements);
        };
    }

    private static RowReader map(MapType type, Unfit unfit, String field) {
        if (!type.getKeyType().is(LogicalTypeFamily.CHARACTER_STRING)) {
            throw RowWriter.unsupported(type, field);
        }
        RowReader reader = of(type.getValueType(), unfit, field + "[]");
        String valueType = type.getValueType().asSummaryString();
        return value -> {
            if (!value.isDocument()) {
                return null;
            }
            Map<StringData, @Nullable Object> map = new HashMap<>();
            value.asDocument()
                    .forEach((name, entry) -> map.put(
                            StringData.fromString(name), element(reader, entry, unfit, field + "[]", valueType)));
            return new GenericMapData(map);
        };
    }

    private static @Nullable Object element(RowReader reader, BsonValue value, Unfit unfit, String field, String type) {
        if (value.isNull() || value instanceof BsonUndefined) {
            return null;
        }
        Object read = reader.read(value);
        if (read == null && unfit == Unfit.FAIL) {
            throw new UnfitInside(reason(field, type, value));
        }
        return read;
    }
}
