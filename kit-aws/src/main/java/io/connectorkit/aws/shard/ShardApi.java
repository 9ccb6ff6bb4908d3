package io.connectorkit.aws.shard;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One service of shards, as the {@link ShardSource} needs it. Opened once for the enumerator and once for each reader;
 * its methods may be called from any thread.
 */
public interface ShardApi<R> extends AutoCloseable {

    /** Opens an API where it is used. */
    @FunctionalInterface
    interface Factory<R> extends Serializable {
        ShardApi<R> open();
    }

    /**
     * The durable name of the stream to read, found and checked. Blocks.
     *
     * @param restored the name kept in restored state: kept, or refused when the options name another stream
     */
    String resolveStream(@Nullable String restored) throws Exception;

    /** All shards of the stream that the service still knows. Blocks. */
    List<Shard> listShards(String stream) throws Exception;

    /**
     * What a job without state reads before the stream, in parts: closed shards without parents. No shard of the stream
     * is read before every part was, and downstream sees the parts first. Called once, before the scan of any part and
     * after the listing from which the stream is then read. Blocks.
     */
    default List<Shard> snapshotParts(String stream) throws Exception {
        return List.of();
    }

    /** About how many records a snapshot has, for people; 0 when it is not known. Blocks. */
    default long snapshotRecords(String stream) throws Exception {
        return 0;
    }

    /**
     * An iterator at a position. A service that cannot position by time answers
     * {@link ShardPosition.Kind#SINCE} with the first record: the reader drops what is older.
     */
    CompletableFuture<String> iterator(String stream, String shardId, ShardPosition position);

    /**
     * Whether records behind a position may have been trimmed, where everything before {@code readUpTo} was read; for
     * services that go on with what is there and say nothing. False where {@link #iterator} tells it.
     */
    default CompletableFuture<Boolean> mayBeTrimmed(
            String stream, String shardId, ShardPosition position, Instant readUpTo) {
        return CompletableFuture.completedFuture(false);
    }

    /** At most {@code limit} records from an iterator. The future may complete on any thread. */
    CompletableFuture<ShardPage<R>> records(String stream, String shardId, String iterator, int limit);

    /** Nothing more of a shard is read here: what is held for it can go. */
    default void leave(String shardId) {}

    /** What a failure of one of the above means. */
    ShardFault fault(Throwable failure);

    /** One line for people about a failure. */
    String text(Throwable failure);

    ShardLimits limits();

    @Override
    void close();
}
