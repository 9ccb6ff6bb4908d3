package io.connectorkit.aws.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the enumerator keeps in a checkpoint.
 *
 * @param stream the stream's durable name; null before the first listing
 * @param startMillis when the job first started without state
 * @param listedMillis when the last listing was taken; 0 when nothing is known
 */
record EnumeratorState(@Nullable String stream, long startMillis, long listedMillis, List<ShardGraph.Kept> shards) {
    EnumeratorState {
        shards = List.copyOf(shards);
    }
}
