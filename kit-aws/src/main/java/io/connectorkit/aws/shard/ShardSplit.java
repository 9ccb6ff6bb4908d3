package io.connectorkit.aws.shard;

import java.time.Instant;
import org.apache.flink.api.connector.source.SourceSplit;
import org.jspecify.annotations.Nullable;

/**
 * A shard and how far it was read.
 *
 * @param stream durable name of the stream
 * @param dropBefore records created earlier are dropped; null once one was not
 * @param stop where reading stops; null in an unbounded job
 * @param ended whether it was read to its end: kept until a completed checkpoint knows it
 */
record ShardSplit(
        String stream,
        String shardId,
        ShardPosition position,
        @Nullable Instant dropBefore,
        @Nullable ShardStop stop,
        boolean ended)
        implements SourceSplit {

    static ShardSplit at(String stream, String shardId, ShardPosition position) {
        return new ShardSplit(stream, shardId, position, position.time(), null, false);
    }

    ShardSplit at(ShardPosition position, @Nullable Instant dropBefore) {
        return new ShardSplit(stream, shardId, position, dropBefore, stop, ended);
    }

    ShardSplit withStop(@Nullable ShardStop stop) {
        return new ShardSplit(stream, shardId, position, dropBefore, stop, ended);
    }

    /** The same split in the form that is kept: see {@link ShardPosition#durable()}. */
    ShardSplit durable() {
        return at(position.durable(), dropBefore);
    }

    /** Read to its end. */
    ShardSplit end() {
        return new ShardSplit(stream, shardId, position.durable(), null, stop, true);
    }

    @Override
    public String splitId() {
        return shardId;
    }
}
