package io.connectorkit.jdbc;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import org.jspecify.annotations.Nullable;

/**
 * When a table that is held in memory is read again: some time after the last time, or at a time of day.
 *
 * @param interval from the end of one reading to the next; null for a time of day
 * @param time of day, for none if there is an interval
 * @param offset of that time; null for the machine's own zone
 * @param days between two readings at that time
 */
record JdbcReload(@Nullable Duration interval, @Nullable LocalTime time, @Nullable ZoneOffset offset, int days)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    static JdbcReload every(Duration interval) {
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException("reload interval must be at least 1 ms, got " + interval);
        }
        return new JdbcReload(interval, null, null, 1);
    }

    /** At {@code isoTime} ({@code 10:15}, {@code 10:15Z}, {@code 10:15+07:00}) of every {@code days}th day. */
    static JdbcReload at(String isoTime, int days) {
        if (days < 1) {
            throw new IllegalArgumentException(
                    "lookup.full-cache.timed-reload.interval-in-days must be at least 1, got " + days);
        }
        try {
            TemporalAccessor parsed = DateTimeFormatter.ISO_TIME.parse(isoTime);
            return new JdbcReload(null, LocalTime.from(parsed), parsed.query(TemporalQueries.offset()), days);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "lookup.full-cache.timed-reload.iso-time must be a time such as 10:15, 10:15Z or 10:15+07:00, got '"
                            + isoTime + "'",
                    e);
        }
    }

    /** The first reading after the one at the start. */
    ZonedDateTime first(ZonedDateTime now) {
        if (interval != null) {
            return now.plus(interval);
        }
        ZonedDateTime there = offset == null ? now : now.withZoneSameInstant(offset);
        ZonedDateTime today = there.with(time == null ? LocalTime.MIDNIGHT : time);
        return today.isAfter(now) ? today : today.plusDays(1);
    }

    /** The reading after the one that was due at {@code last} and has just ended. */
    ZonedDateTime next(ZonedDateTime last, ZonedDateTime now) {
        if (interval != null) {
            return now.plus(interval);
        }
        ZonedDateTime next = last.plusDays(days);
        return next.isAfter(now) ? next : first(now);
    }
}
