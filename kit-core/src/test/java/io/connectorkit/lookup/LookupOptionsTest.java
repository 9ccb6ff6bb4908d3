package io.connectorkit.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.failure.RetryPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LookupOptionsTest {

    @Test
    void allProblemsAreReportedAtOnce() {
        assertThatThrownBy(() -> new LookupOptions(
                        -1,
                        Duration.ZERO,
                        Duration.ofMillis(-1),
                        0,
                        0,
                        Duration.ofSeconds(9),
                        RetryPolicy.never(),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        """
                        lookup.cache.max-entries must be at least 0, got -1
                        lookup.cache.hit-ttl must be between PT0.001S and PT876000H, got PT0S
                        lookup.cache.miss-ttl must be between PT0S and PT876000H, got PT-0.001S
                        lookup.batch.max-entries must be at least 1, got 0
                        lookup.in-flight must be at least 1, got 0
                        lookup.timeout must be at least lookup.request-timeout (PT3S), got PT2S; raise it or lower lookup.request-timeout
                        lookup.batch.linger must be less than lookup.timeout (PT2S), got PT9S""");
    }

    @Test
    void aWindowThatTheOperatorCannotHoldIsRefused() {
        assertThatThrownBy(() -> LookupOptions.defaults().withWindow(100_000, 10))
                .hasMessage(
                        "lookup.batch.max-entries x lookup.in-flight must be at most 500000 (the operator holds twice"
                                + " as many records), got 100000 x 10 = 1000000; lower one of the two");
    }

    @Test
    void theCapacityHoldsTwiceWhatMayBeInFlight() {
        assertThat(LookupOptions.defaults().withWindow(50, 3).capacity()).isEqualTo(300);
    }

    @Test
    void foreverIsRefusedInsteadOfOverflowing() {
        assertThatThrownBy(
                        () -> LookupOptions.defaults().withCache(1, Duration.ofSeconds(Long.MAX_VALUE), Duration.ZERO))
                .hasMessageStartingWith("lookup.cache.hit-ttl must be between PT0.001S and PT876000H, got ");
    }
}
