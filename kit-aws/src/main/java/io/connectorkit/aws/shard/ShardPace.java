package io.connectorkit.aws.shard;

import java.util.random.RandomGenerator;

/** How long one shard waits before its next request, in milliseconds. */
final class ShardPace {

    private final ShardSourceOptions options;
    private final RandomGenerator random;

    private long delayMillis;
    private int failures;
    private int throttles;
    private int expiries;

    ShardPace(ShardSourceOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
    }

    /** After a page: nothing while behind, then the shortest delay, doubled by each empty page up to {@code longest}. */
    synchronized long afterPage(int records, int limit, boolean behind, long longest) {
        failures = 0;
        throttles = 0;
        expiries = 0;
        if (records >= limit || (records > 0 && behind)) {
            delayMillis = 0;
        } else if (records > 0 || delayMillis == 0) {
            delayMillis = options.minPollDelay().toMillis();
        } else {
            delayMillis = Math.min(2 * delayMillis, longest);
        }
        return delayMillis;
    }

    synchronized long afterThrottle() {
        return options.retry().delayMillis(++throttles, random);
    }

    synchronized long afterFailure() {
        return options.retry().delayMillis(++failures, random);
    }

    /** The first renewal goes at once; a service that keeps answering so is not asked in a loop. */
    synchronized long afterExpiry() {
        return ++expiries == 1 ? 0 : options.retry().delayMillis(expiries, random);
    }

    /** Failures in a row, throttles not counted. */
    synchronized int failures() {
        return failures;
    }
}
