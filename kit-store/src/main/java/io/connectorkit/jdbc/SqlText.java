package io.connectorkit.jdbc;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.UUID;

/**
 * Java values as texts and times for a column. Never depends on the time zone of a session or a machine: a local time
 * for a column with a time zone is read as UTC, an instant for one without is written in UTC.
 */
final class SqlText {

    private SqlText() {}

    static String text(Object value, SqlColumn column) {
        if (value instanceof Enum<?> constant) {
            return constant.name();
        } else if (value instanceof CharSequence
                || value instanceof Character
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof UUID
                || value instanceof java.time.temporal.Temporal) {
            return validUnicode(value.toString(), column.label());
        }
        throw column.mismatch("text, a number, a boolean, a UUID or a java.time value", value);
    }

    /** Refuses what a driver would silently turn into a question mark. */
    static String validUnicode(String text, String label) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!isPair(text, i)) {
                    throw new IllegalArgumentException(
                            label + " must be given valid Unicode, got an unpaired surrogate at " + i);
                }
                i++;
            }
        }
        return text;
    }

    static boolean isPair(String text, int high) {
        return Character.isHighSurrogate(text.charAt(high))
                && high + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(high + 1));
    }

    static LocalDate date(Object value, SqlColumn column) {
        if (value instanceof LocalDate date) {
            return date;
        } else if (value instanceof java.sql.Date date) {
            return date.toLocalDate();
        } else if (value instanceof CharSequence text) {
            try {
                return LocalDate.parse(text);
            } catch (DateTimeException e) {
                throw column.mismatch("a date such as 2024-12-31", value);
            }
        }
        return timestamp(value, column).toLocalDate();
    }

    static LocalTime time(Object value, SqlColumn column) {
        if (value instanceof LocalTime time) {
            return time;
        } else if (value instanceof OffsetTime time) {
            return time.withOffsetSameInstant(ZoneOffset.UTC).toLocalTime();
        } else if (value instanceof java.sql.Time time) {
            return time.toLocalTime();
        } else if (value instanceof CharSequence text) {
            try {
                return LocalTime.parse(text);
            } catch (DateTimeException e) {
                throw column.mismatch("a time such as 23:59:59", value);
            }
        }
        throw column.mismatch("a time", value);
    }

    static LocalDateTime timestamp(Object value, SqlColumn column) {
        if (value instanceof LocalDateTime time) {
            return time;
        } else if (value instanceof java.sql.Timestamp time) {
            return time.toLocalDateTime();
        } else if (value instanceof LocalDate date) {
            return date.atStartOfDay();
        } else if (value instanceof CharSequence text && text.toString().indexOf('Z') < 0) {
            try {
                return LocalDateTime.parse(text.toString().replace(' ', 'T'));
            } catch (DateTimeException e) {
                throw column.mismatch("a timestamp such as 2024-12-31T23:59:59", value);
            }
        }
        return instant(value, column).toLocalDateTime();
    }

    static OffsetDateTime instant(Object value, SqlColumn column) {
        if (value instanceof Instant time) {
            return time.atOffset(ZoneOffset.UTC);
        } else if (value instanceof OffsetDateTime time) {
            return time.withOffsetSameInstant(ZoneOffset.UTC);
        } else if (value instanceof ZonedDateTime time) {
            return time.toInstant().atOffset(ZoneOffset.UTC);
        } else if (value instanceof java.sql.Timestamp time) {
            return time.toInstant().atOffset(ZoneOffset.UTC);
        } else if (value instanceof Date time
                && !(value instanceof java.sql.Date)
                && !(value instanceof java.sql.Time)) {
            return time.toInstant().atOffset(ZoneOffset.UTC);
        } else if (value instanceof LocalDateTime time) {
            return time.atOffset(ZoneOffset.UTC);
        } else if (value instanceof CharSequence text) {
            try {
                return OffsetDateTime.parse(text.toString().replace(' ', 'T')).withOffsetSameInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                throw column.mismatch("a timestamp such as 2024-12-31T23:59:59Z", value);
            }
        }
        throw column.mismatch("a java.time value", value);
    }
}
