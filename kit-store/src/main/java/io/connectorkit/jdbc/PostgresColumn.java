package io.connectorkit.jdbc;

import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A column as the database describes it, and how Java values are sent to it.
 *
 * @param name exact
 * @param cast type that sent values are cast to: without a length, since a cast to varchar(3) cuts silently where an
 *     assignment fails; with a precision, so that keys are compared as they are stored
 * @param baseType internal type name; of the base type when the column has a domain
 * @param array whether it holds arrays
 * @param notNull whether it refuses null
 * @param defaultExpression SQL, null for none
 * @param generated whether only the database may write it
 */
record PostgresColumn(
        String name,
        String cast,
        String baseType,
        boolean array,
        boolean notNull,
        @Nullable String defaultExpression,
        boolean generated)
        implements TargetColumn {

    private static final Set<String> VERSION_TYPES = Set.of("int4", "int8", "numeric", "text", "varchar");
    private static final Set<String> TIME_TYPES = Set.of("timestamp", "timestamptz");

    /** How a column's values travel: binary where the driver can, else as text that the server casts. */
    enum Wire {
        INT8("int8[]", Long.class),
        FLOAT8("float8[]", Double.class),
        BOOL("bool[]", Boolean.class),
        BYTEA("bytea[]", byte[].class),
        TEXT("text[]", String.class);

        final String arrayType;
        final Class<?> element;

        Wire(String arrayType, Class<?> element) {
            this.arrayType = arrayType;
            this.element = element;
        }
    }

    Wire wire() {
        return switch (baseType) {
            case "int2", "int4", "int8" -> Wire.INT8;
            case "float4", "float8" -> Wire.FLOAT8;
            case "bool" -> Wire.BOOL;
            case "bytea" -> Wire.BYTEA;
            default -> Wire.TEXT;
        };
    }

    /**
     * {@code value} as an element of the wire's array.
     *
     * @throws IllegalArgumentException when the column can never hold it; the message does not quote it
     */
    @Nullable
    Object convert(@Nullable Object value) {
        if (value == null) {
            if (notNull) {
                throw new IllegalArgumentException(label() + " must not be null");
            }
            return null;
        }
        return switch (wire()) {
            case INT8 -> whole(value);
            case FLOAT8 -> floating(value);
            case BOOL -> bool(value);
            case BYTEA -> bytes(value);
            case TEXT -> text(value);
        };
    }

    private Long whole(Object value) {
        long number;
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            number = ((Number) value).longValue();
        } else {
            try {
                number = decimal(value, "a whole number").longValueExact();
            } catch (ArithmeticException e) {
                throw mismatch("a whole number in its range", value);
            }
        }
        boolean fits =
                switch (baseType) {
                    case "int2" -> number == (short) number;
                    case "int4" -> number == (int) number;
                    default -> true;
                };
        if (!fits) {
            throw mismatch("a whole number in its range", value);
        }
        return value instanceof Long same ? same : (Long) number;
    }

    private Double floating(Object value) {
        return value instanceof Number number
                ? (Double) number.doubleValue()
                : (Double) decimal(value, "a number").doubleValue();
    }

    private BigDecimal decimal(Object value, String expected) {
        if (value instanceof BigDecimal number) {
            return number;
        } else if (value instanceof Number || value instanceof CharSequence) {
            try {
                return new BigDecimal(value.toString());
            } catch (NumberFormatException e) {
                throw mismatch(expected, value);
            }
        }
        throw mismatch(expected, value);
    }

    private Boolean bool(Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        } else if (value instanceof CharSequence) {
            String text = value.toString();
            if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                return Boolean.valueOf(text);
            }
        }
        throw mismatch("true or false", value);
    }

    private byte[] bytes(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        throw mismatch("a byte[]", value);
    }

    private String text(Object value) {
        String text = PostgresText.of(value, this);
        if (baseType.equals("numeric") && value instanceof CharSequence && !text.equalsIgnoreCase("NaN")) {
            decimal(text, "a number");
        }
        return text;
    }

    IllegalArgumentException mismatch(String expected, Object value) {
        return new IllegalArgumentException(label() + " must be given " + expected + ", got a value of "
                + value.getClass().getTypeName() + " that is not");
    }

    @Override
    public String type() {
        return cast;
    }

    @Override
    public boolean hasDefault() {
        return defaultExpression != null;
    }

    @Override
    public boolean holdsVersion() {
        return VERSION_TYPES.contains(baseType);
    }

    @Override
    public boolean holdsTime() {
        return TIME_TYPES.contains(baseType);
    }

    @Override
    public boolean tombstoneFree() {
        return !notNull || defaultExpression != null;
    }
}
