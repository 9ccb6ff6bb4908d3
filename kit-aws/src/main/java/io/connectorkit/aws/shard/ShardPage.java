package io.connectorkit.aws.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request for records.
 *
 * @param nextIterator where to go on; null at the end of a closed shard
 * @param millisBehindLatest how far the end of this page is behind the end of the shard; 0 when it has caught up
 * @param bytes size of the records as the service counts it
 * @param restMillis how long the shard rests before its next request, to stay within what the service allows
 */
public record ShardPage<R>(
        List<ShardRecord<R>> records,
        @Nullable String nextIterator,
        long millisBehindLatest,
        long bytes,
        long restMillis) {

    /** A page of unknown size that needs no rest. */
    public ShardPage(List<ShardRecord<R>> records, @Nullable String nextIterator, long millisBehindLatest) {
        this(records, nextIterator, millisBehindLatest, 0, 0);
    }
}
