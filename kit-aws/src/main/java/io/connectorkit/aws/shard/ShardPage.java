package io.connectorkit.aws.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request for records.
 *
 * @param nextIterator where to go on; null at the end of a closed shard
 * @param millisBehindLatest how far the end of this page is behind the end of the shard; 0 when it has caught up
 * @param bytes what the service counts of this page; 0 when it does not count
 */
public record ShardPage<R>(
        List<ShardRecord<R>> records, @Nullable String nextIterator, long millisBehindLatest, long bytes) {

    /** A page that is not counted in bytes. */
    public ShardPage(List<ShardRecord<R>> records, @Nullable String nextIterator, long millisBehindLatest) {
        this(records, nextIterator, millisBehindLatest, 0);
    }
}
