package io.connectorkit.aws.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request for records.
 *
 * @param nextIterator where to go on; null at the end of a closed shard
 * @param millisBehindLatest how far the end of this page is behind the end of the shard; 0 when it has caught up
 * @param bytes what the service counts of this page; 0 when it does not count
 * @param restMillis how long the shard rests before its next request, whatever its pace
 * @param misplaced records that belong to another shard, and were left out
 */
public record ShardPage<R>(
        List<ShardRecord<R>> records,
        @Nullable String nextIterator,
        long millisBehindLatest,
        long bytes,
        long restMillis,
        long misplaced) {

    /** A page without misplaced records. */
    public ShardPage(
            List<ShardRecord<R>> records,
            @Nullable String nextIterator,
            long millisBehindLatest,
            long bytes,
            long restMillis) {
        this(records, nextIterator, millisBehindLatest, bytes, restMillis, 0);
    }

    /** A page that needs no rest. */
    public ShardPage(List<ShardRecord<R>> records, @Nullable String nextIterator, long millisBehindLatest, long bytes) {
        this(records, nextIterator, millisBehindLatest, bytes, 0);
    }

    /** A page that is not counted in bytes. */
    public ShardPage(List<ShardRecord<R>> records, @Nullable String nextIterator, long millisBehindLatest) {
        this(records, nextIterator, millisBehindLatest, 0, 0);
    }
}
