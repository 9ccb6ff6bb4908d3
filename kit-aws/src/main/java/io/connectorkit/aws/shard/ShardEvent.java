package io.connectorkit.aws.shard;

import java.time.Instant;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;
import org.jspecify.annotations.Nullable;

/** What readers and the enumerator tell each other. */
sealed interface ShardEvent extends SourceEvent {

    /**
     * Reader: all records of the shard were emitted.
     *
     * @param upTo when the last one was created, or a time before which the shard's children have none; null when
     *     nothing is known
     */
    record Ended(String shardId, @Nullable Instant upTo) implements ShardEvent {}

    /**
     * Reader, once at its start after a restore: what it was given back by the checkpoint. The records before an end
     * named here belong to that checkpoint.
     */
    record Restored(List<String> reading, List<Ended> ended) implements ShardEvent {
        public Restored {
            reading = List.copyOf(reading);
            ended = List.copyOf(ended);
        }
    }

    /** Enumerator: a completed checkpoint knows these ends, so the reader need not keep them. */
    record EndsKept(List<String> shardIds) implements ShardEvent {
        public EndsKept {
            shardIds = List.copyOf(shardIds);
        }
    }
}
