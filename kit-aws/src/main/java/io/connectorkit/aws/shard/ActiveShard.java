package io.connectorkit.aws.shard;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.flink.api.connector.source.SourceOutput;
import org.jspecify.annotations.Nullable;

/** A shard as the task thread sees it: how far it was emitted, and what it owes while it is paused. */
final class ActiveShard<R, T> {

    final ShardPacer<R> pacer;
    final Queue<ShardInbox.Delivery<R>> parked = new ArrayDeque<>();

    @Nullable
    SourceOutput<T> output;

    boolean paused;

    private final ShardSplit start;
    private final long wantedBeforeMillis;
    private @Nullable Instant dropBefore;
    private @Nullable String sequenceNumber;
    private long createdMillis;

    /** {@code wantedBefore}: records created then or later are passed over; null for none. */
    ActiveShard(ShardPacer<R> pacer, ShardSplit start, @Nullable Instant wantedBefore) {
        this.pacer = pacer;
        this.start = start;
        this.dropBefore = start.dropBefore();
        this.wantedBeforeMillis = wantedBefore == null ? Long.MAX_VALUE : wantedBefore.toEpochMilli();
    }

    String id() {
        return start.shardId();
    }

    String stream() {
        return start.stream();
    }

    boolean wants(ShardRecord<R> record) {
        Instant drop = dropBefore;
        return (drop == null || record.createdMillis() >= drop.toEpochMilli())
                && record.createdMillis() < wantedBeforeMillis;
    }

    /** The record was emitted, or passed over. */
    void passed(ShardRecord<R> record, boolean wanted) {
        sequenceNumber = record.sequenceNumber();
        createdMillis = record.createdMillis();
        if (wanted) {
            dropBefore = null;
        }
    }

    /** What is kept of it now. */
    ShardSplit split(boolean ended) {
        String last = sequenceNumber;
        Instant upTo = pacer.emittedUpTo();
        if (upTo == null) {
            upTo = last == null ? start.readUpTo() : Instant.ofEpochMilli(createdMillis);
        }
        return new ShardSplit(
                start.stream(),
                start.shardId(),
                last == null ? start.position().durable() : ShardPosition.after(last),
                ended ? null : dropBefore,
                start.stopAt(),
                upTo,
                ended);
    }
}
