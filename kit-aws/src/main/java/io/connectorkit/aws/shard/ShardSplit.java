package io.connectorkit.aws.shard;

import java.time.Instant;
import org.apache.flink.api.connector.source.SourceSplit;
import org.jspecify.annotations.Nullable;

/**
 * A shard and how far it was read.
 *
 * @param stream durable name of the stream
 * @param dropBefore records created earlier are dropped; null once one was not
 * @param stopAt what was written by then ends the reading; null to read to the end of the shard
 * @param readUpTo everything that was written before it has been read; null when nothing is known
 * @param ended whether it was read to its end: kept until a completed checkpoint knows it
 */
record ShardSplit(
        String stream,
        String shardId,
        ShardPosition position,
        @Nullable Instant dropBefore,
        @Nullable Instant stopAt,
        @Nullable Instant readUpTo,
        boolean ended)
        implements SourceSplit {

    ShardSplit(String stream, String shardId, ShardPosition position, @Nullable Instant dropBefore, boolean ended) {
        this(stream, shardId, position, dropBefore, null, null, ended);
    }

    static ShardSplit at(String stream, String shardId, ShardPosition position) {
        return new ShardSplit(stream, shardId, position, position.time(), false);
    }

    /** The same split in the form that is kept: see {@link ShardPosition#durable()}. */
    ShardSplit durable() {
        return new ShardSplit(stream, shardId, position.durable(), dropBefore, stopAt, readUpTo, ended);
    }

    /** The same shard from another place on. */
    ShardSplit at(ShardPosition position, @Nullable Instant dropBefore) {
        return new ShardSplit(stream, shardId, position, dropBefore, stopAt, readUpTo, ended);
    }

    ShardSplit stoppingAt(@Nullable Instant time) {
        return new ShardSplit(stream, shardId, position, dropBefore, time, readUpTo, ended);
    }

    /** The same place, where everything that was written before {@code time} has been read, or longer ago if known so. */
    ShardSplit readAtLeastTo(@Nullable Instant time) {
        boolean newer = time != null && (readUpTo == null || time.isAfter(readUpTo));
        return newer ? new ShardSplit(stream, shardId, position, dropBefore, stopAt, time, ended) : this;
    }

    @Override
    public String splitId() {
        return shardId;
    }
}
