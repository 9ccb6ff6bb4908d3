package io.connectorkit.aws.shard;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** A shard as the task thread sees it: what it has emitted, which is what is kept. */
final class ActiveShard<R, T> implements Collector<T> {

    final ShardPacer<R> pacer;

    /** Pages put aside while the shard is paused. */
    final Queue<ShardInbox.Delivery<R>> parked = new ArrayDeque<>();

    boolean paused;

    private final ShardDeserializer<R, T> deserializer;
    private final long wantedBeforeMillis;
    private ShardSplit start;
    /** Of the last record passed since {@link #start}. */
    private @Nullable String sequenceNumber;

    private long createdMillis;
    private boolean anyRead;
    /** When its children begin at the earliest, while no record of its own tells. */
    private final @Nullable Instant bornAfter;

    private @Nullable Instant dropBefore;
    private @Nullable SourceOutput<T> output;
    private long timestamp;

    /** {@code wantedBefore}: records created then or later are passed over; null for none. */
    ActiveShard(
            ShardPacer<R> pacer,
            ShardSplit start,
            @Nullable Instant wantedBefore,
            ShardDeserializer<R, T> deserializer) {
        this.pacer = pacer;
        this.start = start;
        this.bornAfter = start.readUpTo();
        this.dropBefore = start.dropBefore();
        this.wantedBeforeMillis = wantedBefore == null ? Long.MAX_VALUE : wantedBefore.toEpochMilli();
        this.deserializer = deserializer;
    }

    void open(SourceOutput<T> output) {
        this.output = output;
    }

    String shardId() {
        return start.shardId();
    }

    /** What is kept of it now. */
    ShardSplit split() {
        Instant upTo = pacer.emittedUpTo();
        if (upTo == null) {
            upTo = sequenceNumber == null ? start.readUpTo() : Instant.ofEpochMilli(createdMillis);
        }
        return split(upTo, false);
    }

    /** What is kept of its end: read up to its last record, behind which its children begin. */
    ShardSplit ended() {
        return split(anyRead ? Instant.ofEpochMilli(createdMillis) : bornAfter, true);
    }

    private ShardSplit split(@Nullable Instant upTo, boolean ended) {
        String last = sequenceNumber;
        return new ShardSplit(
                start.stream(),
                start.shardId(),
                last == null ? start.position().durable() : ShardPosition.after(last),
                ended ? null : dropBefore,
                start.stopAt(),
                upTo,
                ended);
    }

    private boolean wants(ShardRecord<R> record) {
        Instant drop = dropBefore;
        return (drop == null || record.createdMillis() >= drop.toEpochMilli())
                && record.createdMillis() < wantedBeforeMillis;
    }

    /** Whether the record was emitted, and not passed over as one from before the start or behind the stop. */
    boolean emit(ShardRecord<R> record) {
        boolean wanted = wants(record);
        if (wanted) {
            timestamp = record.createdMillis();
            try {
                deserializer.deserialize(record.value(), this);
            } catch (Exception e) {
                throw new IllegalStateException(
                        "the record at sequence number " + record.sequenceNumber() + " of shard '" + start.shardId()
                                + "' of stream '" + start.stream() + "' could not be deserialized: "
                                + e.getClass().getName(),
                        e);
            }
            dropBefore = null;
        }
        sequenceNumber = record.sequenceNumber();
        createdMillis = record.createdMillis();
        anyRead = true;
        return wanted;
    }

    /** Goes on behind the gap, with an element in its place if the job wants one. */
    void pass(ShardGap gap, OnGap onGap) {
        if (onGap == OnGap.EMIT_EVENT) {
            timestamp = gap.seen().toEpochMilli();
            try {
                deserializer.gap(gap, this);
            } catch (Exception e) {
                throw new IllegalStateException(
                        "the gap in shard '" + start.shardId() + "' of stream '" + start.stream()
                                + "' could not be turned into an element: "
                                + e.getClass().getName(),
                        e);
            }
        }
        // From here on the gap is behind: a restore does not meet it again.
        start = split().at(ShardPosition.trimHorizon(), dropBefore).readAtLeastTo(gap.seen());
        sequenceNumber = null;
    }

    @Override
    public void collect(T element) {
        Objects.requireNonNull(output).collect(element, timestamp);
    }

    @Override
    public void close() {
        // Lives as long as the shard is read.
    }
}
