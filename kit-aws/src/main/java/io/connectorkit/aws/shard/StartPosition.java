package io.connectorkit.aws.shard;

import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a job without state starts to read.
 *
 * @param time for {@link Kind#TIMESTAMP} only
 * @param sequenceNumbers of the last record read of each shard, for {@link Kind#SEQUENCE_NUMBERS} only
 */
public record StartPosition(Kind kind, @Nullable Instant time, Map<String, String> sequenceNumbers)
        implements Serializable {

    /** With what is written from now on. */
    public static final StartPosition LATEST = new StartPosition(Kind.LATEST, null, Map.of());

    /** With the oldest record still there. */
    public static final StartPosition TRIM_HORIZON = new StartPosition(Kind.TRIM_HORIZON, null, Map.of());

    /** What a start is relative to. */
    public enum Kind {
        LATEST,
        TRIM_HORIZON,
        TIMESTAMP,
        SEQUENCE_NUMBERS
    }

    public StartPosition {
        Objects.requireNonNull(kind, "kind");
        sequenceNumbers = Map.copyOf(sequenceNumbers);
        if ((kind == Kind.TIMESTAMP) != (time != null)) {
            throw new IllegalArgumentException("time must be set for TIMESTAMP only, got " + kind);
        }
        if ((kind == Kind.SEQUENCE_NUMBERS) == sequenceNumbers.isEmpty()) {
            throw new IllegalArgumentException(
                    "sequenceNumbers must hold at least one shard for SEQUENCE_NUMBERS and none else, got " + kind
                            + " with " + sequenceNumbers.size());
        }
    }

    /** With the first record that was created at {@code time} or after it. */
    public static StartPosition at(Instant time) {
        return new StartPosition(Kind.TIMESTAMP, Objects.requireNonNull(time, "time"), Map.of());
    }

    /**
     * Behind the last records that another reader has read, by shard. Ancestors of the shards named count as read; all
     * other shards are read from their first record.
     */
    public static StartPosition after(Map<String, String> sequenceNumbers) {
        return new StartPosition(Kind.SEQUENCE_NUMBERS, null, sequenceNumbers);
    }

    /** For people, such as {@code TIMESTAMP 2026-01-01T00:00:00Z}. */
    @Override
    public String toString() {
        return switch (kind) {
            case LATEST, TRIM_HORIZON -> kind.name();
            case TIMESTAMP -> kind + " " + time;
            case SEQUENCE_NUMBERS -> kind + " " + sequenceNumbers;
        };
    }
}
