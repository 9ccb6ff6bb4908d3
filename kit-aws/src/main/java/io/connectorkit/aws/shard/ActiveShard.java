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
    private ShardSplit split;
    /** Of the last record emitted since {@link #split}. */
    private @Nullable String sequenceNumber;

    private @Nullable Instant dropBefore;
    private final long dropBeforeMillis;
    private final long cutMillis;
    private @Nullable SourceOutput<T> output;
    private long timestamp;

    ActiveShard(ShardPacer<R> pacer, ShardSplit split, ShardDeserializer<R, T> deserializer) {
        this.pacer = pacer;
        this.split = split;
        this.deserializer = deserializer;
        this.dropBefore = split.dropBefore();
        this.dropBeforeMillis = dropBefore == null ? Long.MIN_VALUE : dropBefore.toEpochMilli();
        this.cutMillis = split.stop() == null ? Long.MAX_VALUE : split.stop().cutMillis();
    }

    void open(SourceOutput<T> output) {
        this.output = output;
    }

    /** How far the shard was emitted. */
    ShardSplit split() {
        if (sequenceNumber != null) {
            split = split.at(ShardPosition.after(sequenceNumber), dropBefore);
            sequenceNumber = null;
        }
        return split;
    }

    String shardId() {
        return split.shardId();
    }

    /** Whether the job stops before this record. */
    boolean isBeyondStop(ShardRecord<R> record) {
        return record.createdMillis() >= cutMillis;
    }

    /** Whether the record was emitted, and not one from before the start. */
    boolean emit(ShardRecord<R> record) {
        boolean wanted = dropBefore == null || record.createdMillis() >= dropBeforeMillis;
        if (wanted) {
            timestamp = record.createdMillis();
            try {
                deserializer.deserialize(record.value(), this);
            } catch (Exception e) {
                throw new IllegalStateException(
                        "the record at sequence number " + record.sequenceNumber() + " of shard '" + split.shardId()
                                + "' of stream '" + split.stream() + "' could not be deserialized: "
                                + e.getClass().getName(),
                        e);
            }
            dropBefore = null;
        }
        sequenceNumber = record.sequenceNumber();
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
                        "the gap in shard '" + split.shardId() + "' of stream '" + split.stream()
                                + "' could not be turned into an element: "
                                + e.getClass().getName(),
                        e);
            }
        }
        // From here on the gap is behind: a restore does not meet it again.
        split = split().at(ShardPosition.trimHorizon(), dropBefore);
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
