package io.connectorkit.aws.shard;

import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a job stops to read; a job that stops somewhere is bounded.
 *
 * @param time for {@link Kind#TIMESTAMP} only
 */
public record StopPosition(Kind kind, @Nullable Instant time) implements Serializable {

    /** Nowhere: the job is unbounded. */
    public static final StopPosition NEVER = new StopPosition(Kind.NEVER, null);

    /** Behind what was written when the job first started; of what was written while it read, some may be read too. */
    public static final StopPosition LATEST = new StopPosition(Kind.LATEST, null);

    /** What a stop is relative to. */
    public enum Kind {
        NEVER,
        LATEST,
        TIMESTAMP
    }

    public StopPosition {
        Objects.requireNonNull(kind, "kind");
        if ((kind == Kind.TIMESTAMP) != (time != null)) {
            throw new IllegalArgumentException("time must be set for TIMESTAMP only, got " + kind);
        }
    }

    /** Before the first record that was created at {@code time}. */
    public static StopPosition at(Instant time) {
        return new StopPosition(Kind.TIMESTAMP, Objects.requireNonNull(time, "time"));
    }

    boolean isBounded() {
        return kind != Kind.NEVER;
    }

    /** When reading may stop, for a job that first started at {@code startMillis}; null for never. */
    @Nullable
    Instant resolve(long startMillis) {
        return kind == Kind.LATEST ? Instant.ofEpochMilli(startMillis) : time;
    }
}
