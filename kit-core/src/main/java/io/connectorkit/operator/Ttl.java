package io.connectorkit.operator;

import java.time.Duration;
import org.apache.flink.api.common.state.StateTtlConfig;

/** Bounds of every state TTL, and what Flink is told. */
final class Ttl {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(3650);

    private Ttl() {}

    static Duration checked(String option, Duration ttl) {
        if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(option + " must be between 1 ms and 3650 days, got " + ttl);
        }
        return ttl;
    }

    /** Processing time, counted from the last write, never read once expired; Flink's clean-up in the background. */
    static StateTtlConfig config(Duration ttl) {
        return StateTtlConfig.newBuilder(ttl)
                .updateTtlOnCreateAndWrite()
                .neverReturnExpired()
                .build();
    }
}
