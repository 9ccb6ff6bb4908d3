package io.connectorkit.aws.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the enumerator keeps in a checkpoint.
 *
 * @param stream the stream's durable name; null before the first listing
 * @param startMillis when the job first started without state
 */
record EnumeratorState(@Nullable String stream, long startMillis, List<ShardGraph.Kept> shards) {
    EnumeratorState {
        shards = List.copyOf(shards);
    }
}
