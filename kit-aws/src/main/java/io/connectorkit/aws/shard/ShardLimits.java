package io.connectorkit.aws.shard;

import java.time.Duration;

/**
 * What a service bounds and promises.
 *
 * @param maxPageRecords most records in an answer
 * @param minPollInterval shortest time between two requests for one shard; zero when there is no bound
 * @param timeMargin how much earlier than it happened a record may seem to have been created, rounding and the
 *     difference of clocks together; {@link ShardPosition.Kind#SINCE} is moved back by it
 * @param bytesPerSecond what may be read of one shard; a larger page is followed by a pause. 0 when there is no bound
 * @param waits whether a request waits for records, so that the next one may follow at once
 * @param endsAreExact whether the end of a shard is told only after its last record, and an empty answer means that
 *     there is nothing more
 * @param retention how long a record is kept
 */
public record ShardLimits(
        int maxPageRecords,
        Duration minPollInterval,
        Duration timeMargin,
        long bytesPerSecond,
        boolean waits,
        boolean endsAreExact,
        Duration retention) {

    /** The least that any service keeps records for. */
    private static final Duration ONE_DAY = Duration.ofHours(24);

    /** Without a bound in bytes, for a service that answers at once and may tell an end early. */
    public ShardLimits(int maxPageRecords, Duration minPollInterval, Duration timeMargin) {
        this(maxPageRecords, minPollInterval, timeMargin, 0, false, false, ONE_DAY);
    }

    /** With a retention of 24 hours. */
    public ShardLimits(
            int maxPageRecords,
            Duration minPollInterval,
            Duration timeMargin,
            long bytesPerSecond,
            boolean waits,
            boolean endsAreExact) {
        this(maxPageRecords, minPollInterval, timeMargin, bytesPerSecond, waits, endsAreExact, ONE_DAY);
    }

    public ShardLimits withRetention(Duration retention) {
        return retention.equals(this.retention)
                ? this
                : new ShardLimits(
                        maxPageRecords, minPollInterval, timeMargin, bytesPerSecond, waits, endsAreExact, retention);
    }
}
