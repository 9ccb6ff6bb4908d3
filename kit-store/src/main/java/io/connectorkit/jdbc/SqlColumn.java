package io.connectorkit.jdbc;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A column as JDBC's metadata describes it, and how Java values become its parameters.
 *
 * @param name exact
 * @param type as the database calls it
 * @param cast type to cast parameters to, where the statement needs one
 * @param jdbcType of {@link java.sql.Types}
 * @param kind how values travel
 */
record SqlColumn(
        String name,
        String type,
        String cast,
        int jdbcType,
        Kind kind,
        boolean notNull,
        boolean hasDefault,
        boolean generated)
        implements TargetColumn {

    /** What is handed to the driver. */
    enum Kind {
        WHOLE,
        DECIMAL,
        FLOATING,
        BOOL,
        TEXT,
        BYTES,
        DATE,
        TIME,
        TIMESTAMP,
        INSTANT,
        JSON,
        OTHER
    }

    @Override
    public boolean holdsVersion() {
        return kind == Kind.WHOLE || kind == Kind.DECIMAL || kind == Kind.TEXT;
    }

    @Override
    public boolean holdsTime() {
        return kind == Kind.TIMESTAMP || kind == Kind.INSTANT;
    }

    @Override
    public boolean tombstoneFree() {
        return !notNull;
    }

    /**
     * {@code value} as a parameter.
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
        return switch (kind) {
            case WHOLE -> whole(value);
            case DECIMAL -> decimal(value, "a number");
            case FLOATING -> value instanceof Number number ? number.doubleValue() : floating(value);
            case BOOL -> bool(value);
            case TEXT -> SqlText.text(value, this);
            case JSON -> SqlText.text(value, this).getBytes(StandardCharsets.UTF_8);
            case BYTES -> bytes(value);
            case DATE -> SqlText.date(value, this);
            case TIME -> SqlText.time(value, this);
            case TIMESTAMP -> SqlText.timestamp(value, this);
            case INSTANT -> SqlText.instant(value, this);
            case OTHER -> other(value);
        };
    }

    private Number whole(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        BigDecimal number = decimal(value, "a whole number").stripTrailingZeros();
        if (number.scale() > 0 || number.precision() - number.scale() > 20) {
            throw mismatch("a whole number in its range", value);
        }
        return number.toBigIntegerExact().bitLength() < Long.SIZE ? (Number) number.longValueExact() : number;
    }

    private Double floating(Object value) {
        String text = value.toString();
        try {
            return value instanceof CharSequence
                    ? Double.valueOf(text)
                    : decimal(value, "a number").doubleValue();
        } catch (NumberFormatException e) {
            throw mismatch("a number", value);
        }
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

    /** Numbers pass: MySQL's {@code tinyint(1)} is a boolean by convention only. */
    private Object bool(Object value) {
        if (value instanceof Boolean) {
            return value;
        } else if (value instanceof Number) {
            return whole(value);
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

    private Object other(Object value) {
        if (value instanceof CharSequence) {
            return SqlText.text(value, this);
        }
        return value instanceof Collection<?> elements ? elements.toArray() : value;
    }

    IllegalArgumentException mismatch(String expected, Object value) {
        return new IllegalArgumentException(label() + " must be given " + expected + ", got a value of "
                + value.getClass().getTypeName() + " that is not");
    }
}
