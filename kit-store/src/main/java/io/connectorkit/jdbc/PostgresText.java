package io.connectorkit.jdbc;

import java.lang.reflect.Array;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Java values as text that PostgreSQL casts. Never depends on the time zone of a session or a machine: a local time
 * for a column with a time zone is read as UTC, an instant for one without is written in UTC.
 */
final class PostgresText {

    private PostgresText() {}

    static String of(Object value, PostgresColumn column) {
        if (value instanceof CharSequence chars) {
            return checked(chars.toString(), column);
        } else if (value instanceof Number || value instanceof Boolean || value instanceof UUID) {
            return value.toString();
        } else if (value instanceof Character) {
            return checked(value.toString(), column);
        } else if (value instanceof Enum<?> constant) {
            return constant.name();
        } else if (column.array() && value instanceof Collection<?> elements) {
            return array(elements.toArray(), column);
        } else if (column.array() && value.getClass().isArray() && !(value instanceof byte[])) {
            return array(value, column);
        }
        String time = time(value, column);
        if (time == null) {
            throw column.mismatch("text, a number, a boolean, a UUID or a java.time value", value);
        }
        return time;
    }

    private static @Nullable String time(Object value, PostgresColumn column) {
        boolean zoned = column.baseType().endsWith("tz");
        if (value instanceof Instant
                || value instanceof LocalDate
                || value instanceof LocalTime
                || value instanceof OffsetTime
                || value instanceof Duration) {
            return value.toString();
        } else if (value instanceof LocalDateTime) {
            return zoned ? value + "Z" : value.toString();
        } else if (value instanceof OffsetDateTime time) {
            return time.toInstant().toString();
        } else if (value instanceof ZonedDateTime time) {
            return time.toInstant().toString();
        } else if (value instanceof java.sql.Timestamp time) {
            return zoned ? time.toInstant().toString() : time.toLocalDateTime().toString();
        } else if (value instanceof java.sql.Date || value instanceof java.sql.Time) {
            return value.toString();
        } else if (value instanceof Date date) {
            return date.toInstant().toString();
        }
        return null;
    }

    /** PostgreSQL's array literal: elements quoted, quotes and backslashes escaped, null bare. */
    private static String array(Object elements, PostgresColumn column) {
        StringBuilder literal = new StringBuilder("{");
        int length = Array.getLength(elements);
        for (int i = 0; i < length; i++) {
            literal.append(i == 0 ? "" : ",");
            Object element = Array.get(elements, i);
            if (element == null) {
                literal.append("NULL");
            } else if (element instanceof byte[] bytes) {
                literal.append("\"\\\\x")
                        .append(HexFormat.of().formatHex(bytes))
                        .append('"');
            } else if (element instanceof Collection<?> || element.getClass().isArray()) {
                literal.append(of(element, column));
            } else {
                String text = of(element, column).replace("\\", "\\\\").replace("\"", "\\\"");
                literal.append('"').append(text).append('"');
            }
        }
        return literal.append('}').toString();
    }

    /** Refuses what the server cannot store, and what the driver would silently turn into a question mark. */
    private static String checked(String text, PostgresColumn column) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException(
                        column.label() + " must be given text without NUL characters (PostgreSQL), got one at " + i);
            } else if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    throw new IllegalArgumentException(
                            column.label() + " must be given valid Unicode, got an unpaired surrogate at " + i);
                }
                i++;
            }
        }
        return text;
    }
}
