package io.connectorkit.aws.shard;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A place in a shard from which reading starts.
 *
 * @param kind what the place is relative to
 * @param sequenceNumber of the last record read, for {@link Kind#AFTER} only
 * @param time for {@link Kind#LATEST} (when reading was asked for) and {@link Kind#SINCE}
 */
public record ShardPosition(Kind kind, @Nullable String sequenceNumber, @Nullable Instant time) {

    /** What a position is relative to. */
    public enum Kind {
        /** The oldest record still there, when the job starts: nothing has been promised yet. */
        OLDEST,
        /** The first record of the shard: one that was trimmed unread is a gap. */
        TRIM_HORIZON,
        /** The end of the shard as it is now. Never kept in state: {@link ShardPosition#durable()} is. */
        LATEST,
        /** The first record created at a time or after it. */
        SINCE,
        /** The record after a sequence number. */
        AFTER
    }

    public ShardPosition {
        Objects.requireNonNull(kind, "kind");
        if ((kind == Kind.AFTER) != (sequenceNumber != null)) {
            throw new IllegalArgumentException("sequenceNumber must be set for AFTER only, got " + kind);
        }
        if ((kind == Kind.LATEST || kind == Kind.SINCE) != (time != null)) {
            throw new IllegalArgumentException("time must be set for LATEST and SINCE only, got " + kind);
        }
    }

    public static ShardPosition oldest() {
        return new ShardPosition(Kind.OLDEST, null, null);
    }

    public static ShardPosition trimHorizon() {
        return new ShardPosition(Kind.TRIM_HORIZON, null, null);
    }

    /** The end of the shard; {@code since} is what it becomes once it is kept. */
    public static ShardPosition latest(Instant since) {
        return new ShardPosition(Kind.LATEST, null, since);
    }

    public static ShardPosition since(Instant time) {
        return new ShardPosition(Kind.SINCE, null, time);
    }

    public static ShardPosition after(String sequenceNumber) {
        return new ShardPosition(Kind.AFTER, sequenceNumber, null);
    }

    /** The same place in a form that still means it later: LATEST becomes SINCE, OLDEST becomes TRIM_HORIZON. */
    public ShardPosition durable() {
        if (kind == Kind.LATEST) {
            return since(Objects.requireNonNull(time));
        }
        return kind == Kind.OLDEST ? trimHorizon() : this;
    }

    /** For people, such as {@code after sequence number 42}. */
    @Override
    public String toString() {
        return switch (kind) {
            case OLDEST -> "oldest record";
            case TRIM_HORIZON -> "first record";
            case LATEST -> "latest";
            case SINCE -> "first record since " + time;
            case AFTER -> "after sequence number " + sequenceNumber;
        };
    }
}
