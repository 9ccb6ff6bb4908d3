package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcReloadTest {

    @ParameterizedTest
    @CsvSource({
        // Time, days, now, first, next. A time without a zone is that of the machine; across a change of clocks too.
        "10:15, 1, 2026-03-28T10:00+01:00[Europe/Berlin], 2026-03-28T10:15+01:00[Europe/Berlin],"
                + " 2026-03-29T10:15+02:00[Europe/Berlin]",
        "10:15, 3, 2026-03-28T10:15+01:00[Europe/Berlin], 2026-03-29T10:15+02:00[Europe/Berlin],"
                + " 2026-04-01T10:15+02:00[Europe/Berlin]",
        "10:15Z, 1, 2026-03-28T10:00+01:00[Europe/Berlin], 2026-03-28T10:15Z, 2026-03-29T10:15Z",
        "00:30+07:00, 2, 2026-03-28T18:00Z, 2026-03-30T00:30+07:00, 2026-04-01T00:30+07:00"
    })
    void aTimeOfDayComesNextAndThenEverySoManyDays(
            String time, int days, ZonedDateTime now, ZonedDateTime first, ZonedDateTime next) {
        JdbcReload reload = JdbcReload.at(time, days);
        assertThat(reload.first(now)).isEqualTo(first);
        assertThat(reload.next(first, first.plusSeconds(1))).isEqualTo(next);
    }

    @Test
    void aReadingThatTookLongerThanTheDaysBetweenIsNotMadeUpFor() {
        ZonedDateTime due = ZonedDateTime.parse("2026-03-28T10:15Z");
        assertThat(JdbcReload.at("10:15Z", 1).next(due, due.plusDays(2).plusHours(1)))
                .isEqualTo("2026-03-31T10:15Z");
    }

    @Test
    void anIntervalCountsFromTheEndOfTheLastReading() {
        ZonedDateTime now = ZonedDateTime.parse("2026-03-28T10:00Z");
        JdbcReload reload = JdbcReload.every(Duration.ofMinutes(5));
        assertThat(reload.first(now)).isEqualTo(now.plusMinutes(5));
        assertThat(reload.next(now, now.plusMinutes(7))).isEqualTo(now.plusMinutes(12));
    }

    @Test
    void refusesWhatIsNoTime() {
        assertThatThrownBy(() -> JdbcReload.at("noon", 1))
                .hasMessage("lookup.full-cache.timed-reload.iso-time must be a time such as 10:15, 10:15Z or"
                        + " 10:15+07:00, got 'noon'");
        assertThatThrownBy(() -> JdbcReload.at("10:15", 0))
                .hasMessage("lookup.full-cache.timed-reload.interval-in-days must be at least 1, got 0");
        assertThatThrownBy(() -> JdbcReload.every(Duration.ZERO))
                .hasMessage("reload interval must be at least 1 ms, got PT0S");
    }
}
