package io.connectorkit.jdbc;

import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Rows of a query as Flink's rows. A local time is UTC wherever an instant is wanted. */
final class JdbcRowReader implements JdbcLookupMapper<RowData> {

    private static final long serialVersionUID = 1L;

    /** Reads one column of the current row; null for a NULL. */
    @FunctionalInterface
    private interface Field extends Serializable {
        @Nullable
        Object read(ResultSet row, int position) throws SQLException;
    }

    /** Of SQL Server and Oracle. */
    private static final int DATETIMEOFFSET = -155;

    private static final int TIMESTAMP_TZ = -101;
    private static final int TIMESTAMP_LTZ = -102;

    private final Field[] fields;
    private final int[] positions;

    private JdbcRowReader(Field[] fields, int[] positions) {
        this.fields = fields;
        this.positions = positions;
    }

    /**
     * A reader of {@code produced} from queries that select {@code selected}.
     *
     * @throws IllegalArgumentException naming all columns of types that no column of a database has
     */
    static JdbcRowReader of(RowType produced, List<String> selected, Dialect dialect) {
        List<String> problems = new ArrayList<>();
        Field[] fields = new Field[produced.getFieldCount()];
        int[] positions = new int[fields.length];
        for (int i = 0; i < fields.length; i++) {
            String name = produced.getFieldNames().get(i);
            Field field = field(produced.getTypeAt(i), dialect.hasTypes());
            if (field == null) {
                problems.add(
                        "column '" + name + "' must be of a type that databases have (no MAP, ROW or MULTISET), got "
                                + produced.getTypeAt(i).asSummaryString());
            } else {
                fields[i] = field;
            }
            positions[i] = selected.indexOf(name) + 1;
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return new JdbcRowReader(fields, positions);
    }

    @Override
    public RowData map(ResultSet row) throws SQLException {
        GenericRowData data = new GenericRowData(fields.length);
        for (int i = 0; i < fields.length; i++) {
            data.setField(i, fields[i].read(row, positions[i]));
        }
        return data;
    }

    private static @Nullable Field field(LogicalType type, boolean timesAreTimes) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR ->
                (row, at) -> {
                    String text = row.getString(at);
                    return text == null ? null : StringData.fromString(text);
                };
            case BOOLEAN -> (row, at) -> orNull(row, row.getBoolean(at));
            case TINYINT -> (row, at) -> orNull(row, row.getByte(at));
            case SMALLINT -> (row, at) -> orNull(row, row.getShort(at));
            case INTEGER -> (row, at) -> orNull(row, row.getInt(at));
            case BIGINT -> (row, at) -> orNull(row, row.getLong(at));
            case FLOAT -> (row, at) -> orNull(row, row.getFloat(at));
            case DOUBLE -> (row, at) -> orNull(row, row.getDouble(at));
            case BINARY, VARBINARY -> (row, at) -> row.getBytes(at);
            case DECIMAL -> {
                DecimalType decimal = (DecimalType) type;
                yield (row, at) -> decimal(row.getBigDecimal(at), decimal);
            }
            case DATE, TIME_WITHOUT_TIME_ZONE, TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                timesAreTimes
                        ? (row, at) -> internal(temporal(row, at), type)
                        : (row, at) -> internal(row.getString(at), type);
            case ARRAY -> {
                LogicalType element = ((ArrayType) type).getElementType();
                yield field(element, timesAreTimes) == null ? null : (row, at) -> array(row.getArray(at), element);
            }
            default -> null;
        };
    }

    /**
     * Never by way of {@link Timestamp}, which is in the zone of this machine, unless the driver has nothing else: the
     * type of the column says what to ask for.
     */
    private static @Nullable Object temporal(ResultSet row, int at) throws SQLException {
        String type = row.getMetaData().getColumnTypeName(at).toLowerCase(Locale.ROOT);
        Class<?> asked =
                switch (row.getMetaData().getColumnType(at)) {
                    case Types.DATE ->
                        type.equals("date") || type.equals("year") ? LocalDate.class : LocalDateTime.class;
                    case Types.TIME -> LocalTime.class;
                    case Types.TIME_WITH_TIMEZONE -> OffsetTime.class;
                    case Types.TIMESTAMP -> type.equals("timestamptz") ? OffsetDateTime.class : LocalDateTime.class;
                    case Types.TIMESTAMP_WITH_TIMEZONE, DATETIMEOFFSET, TIMESTAMP_TZ, TIMESTAMP_LTZ ->
                        OffsetDateTime.class;
                    default -> String.class;
                };
        return asked == String.class ? row.getString(at) : row.getObject(at, asked);
    }

    private static @Nullable Object orNull(ResultSet row, Object value) throws SQLException {
        return row.wasNull() ? null : value;
    }

    private static @Nullable DecimalData decimal(@Nullable BigDecimal value, DecimalType type) throws SQLException {
        if (value == null) {
            return null;
        }
        DecimalData data = DecimalData.fromBigDecimal(value, type.getPrecision(), type.getScale());
        if (data == null) {
            throw new SQLException("a number of " + value.precision() + " digits must fit " + type, "22003");
        }
        return data;
    }

    private static @Nullable Object array(@Nullable Array array, LogicalType element) throws SQLException {
        if (array == null) {
            return null;
        }
        Object[] values = (Object[]) array.getArray();
        array.free();
        Object[] converted = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            converted[i] = internal(values[i], element);
        }
        return new GenericArrayData(converted);
    }

    /** {@code value} of a driver as Flink holds it. */
    private static @Nullable Object internal(@Nullable Object value, LogicalType type) throws SQLException {
        if (value == null) {
            return null;
        }
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> StringData.fromString(value.toString());
            case BOOLEAN, BINARY, VARBINARY -> value;
            case TINYINT -> ((Number) value).byteValue();
            case SMALLINT -> ((Number) value).shortValue();
            case INTEGER -> ((Number) value).intValue();
            case BIGINT -> ((Number) value).longValue();
            case FLOAT -> ((Number) value).floatValue();
            case DOUBLE -> ((Number) value).doubleValue();
            case DECIMAL -> decimal(new BigDecimal(value.toString()), (DecimalType) type);
            case DATE -> (int) local(value).toLocalDate().toEpochDay();
            case TIME_WITHOUT_TIME_ZONE -> (int) (time(value).toNanoOfDay() / 1_000_000);
            case TIMESTAMP_WITHOUT_TIME_ZONE -> TimestampData.fromLocalDateTime(local(value));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> TimestampData.fromInstant(instant(value));
            case ARRAY -> {
                LogicalType element = ((ArrayType) type).getElementType();
                Object[] nested = (Object[]) value;
                Object[] converted = new Object[nested.length];
                for (int i = 0; i < nested.length; i++) {
                    converted[i] = internal(nested[i], element);
                }
                yield new GenericArrayData(converted);
            }
            default -> throw new SQLException("no value of type " + type + " can be read", "0A000");
        };
    }

    private static LocalDateTime local(Object value) throws SQLException {
        if (value instanceof LocalDateTime time) {
            return time;
        } else if (value instanceof Timestamp time) {
            return time.toLocalDateTime();
        } else if (value instanceof java.sql.Date date) {
            return date.toLocalDate().atStartOfDay();
        } else if (value instanceof LocalDate date) {
            return date.atStartOfDay();
        } else if (value instanceof OffsetDateTime time) {
            return time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
        } else if (value instanceof String text) {
            String iso = text.replace(' ', 'T');
            return iso.indexOf('T') < 0
                    ? LocalDate.parse(iso).atStartOfDay()
                    : LocalDateTime.parse(iso.endsWith("Z") ? iso.substring(0, iso.length() - 1) : iso);
        }
        throw unexpected(value);
    }

    private static Instant instant(Object value) throws SQLException {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        } else if (value instanceof Instant time) {
            return time;
        }
        return local(value).toInstant(ZoneOffset.UTC);
    }

    private static LocalTime time(Object value) throws SQLException {
        if (value instanceof LocalTime time) {
            return time;
        } else if (value instanceof java.sql.Time time) {
            return Instant.ofEpochMilli(time.getTime())
                    .atZone(java.time.ZoneId.systemDefault())
                    .toLocalTime();
        } else if (value instanceof OffsetTime time) {
            return time.withOffsetSameInstant(ZoneOffset.UTC).toLocalTime();
        } else if (value instanceof String text) {
            return LocalTime.parse(text);
        }
        return local(value).toLocalTime();
    }

    private static SQLException unexpected(Object value) {
        return new SQLException(
                "a time must come as a date, time or timestamp, got "
                        + value.getClass().getName(),
                "0A000");
    }
}
