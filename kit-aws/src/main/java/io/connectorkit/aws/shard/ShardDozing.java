package io.connectorkit.aws.shard;

import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Lets the shards of a reader sleep longer once none of them has had a record for a while, so that many idle shards cost
 * next to nothing; the first record of any wakes all.
 */
final class ShardDozing {

    /** Without a record for so long, a reader is idle. */
    static final long IDLE_MILLIS = 30_000;

    /** An idle reader asks for all its shards together once in so long: a request costs about 1.5 ms of CPU. */
    static final long SPACING_MILLIS = 200;

    private final Clock clock;
    private final RandomGenerator random;
    private final long usualMillis;
    private final Set<ShardPacer<?>> open = ConcurrentHashMap.newKeySet();
    private volatile long lastRecordMillis;

    ShardDozing(ShardSourceOptions options, Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
        this.usualMillis = options.maxPollDelay().toMillis();
        this.lastRecordMillis = clock.millis();
    }

    void opened(ShardPacer<?> pacer) {
        open.add(pacer);
    }

    void closed(ShardPacer<?> pacer) {
        open.remove(pacer);
    }

    /** The longest pause of a shard now. */
    long longestPauseMillis() {
        return isIdle() ? Math.max(usualMillis, open.size() * SPACING_MILLIS) : usualMillis;
    }

    private boolean isIdle() {
        return clock.millis() - lastRecordMillis >= IDLE_MILLIS;
    }

    /** A shard has had a record. */
    void recordSeen() {
        boolean wasIdle = isIdle();
        lastRecordMillis = clock.millis();
        if (wasIdle) {
            open.forEach(pacer -> pacer.wake(random.nextLong(usualMillis)));
        }
    }
}
