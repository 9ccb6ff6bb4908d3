package io.connectorkit.aws.shard;

import java.time.Duration;

/**
 * What a service bounds.
 *
 * @param maxPageRecords most records in an answer
 * @param minPollInterval shortest time between two requests for one shard; zero when there is no bound
 * @param timeMargin how much earlier than it happened a record may seem to have been created, rounding and the
 *     difference of clocks together; {@link ShardPosition.Kind#SINCE} is moved back by it
 * @param retention how long a record is kept
 */
public record ShardLimits(int maxPageRecords, Duration minPollInterval, Duration timeMargin, Duration retention) {

    /** Of a service that keeps records for 24 hours. */
    public ShardLimits(int maxPageRecords, Duration minPollInterval, Duration timeMargin) {
        this(maxPageRecords, minPollInterval, timeMargin, Duration.ofHours(24));
    }
}
