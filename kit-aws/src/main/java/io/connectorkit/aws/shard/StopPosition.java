package io.connectorkit.aws.shard;

import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where reading stops, which makes the source bounded.
 *
 * @param time for {@link Kind#AT} only
 */
public record StopPosition(Kind kind, @Nullable Instant time) implements Serializable {

    /** What the end is relative to. */
    public enum Kind {
        /** The source is unbounded. */
        NEVER,
        /** The end of each shard when the job first starts; what is written meanwhile may still be read. */
        LATEST,
        /** Before the first record that was created at a time or after it. */
        AT
    }

    public StopPosition {
        Objects.requireNonNull(kind, "kind");
        if ((kind == Kind.AT) != (time != null)) {
            throw new IllegalArgumentException("time must be set for AT only, got " + kind);
        }
    }

    public static StopPosition never() {
        return new StopPosition(Kind.NEVER, null);
    }

    public static StopPosition latest() {
        return new StopPosition(Kind.LATEST, null);
    }

    public static StopPosition at(Instant time) {
        return new StopPosition(Kind.AT, time);
    }

    /**
     * What it means for a shard of a job that first started then; null for never. The service's clock may be off by
     * {@code marginMillis}: LATEST takes rather too much, AT waits as much longer for late records.
     */
    @Nullable
    ShardStop of(long startMillis, long marginMillis) {
        return switch (kind) {
            case NEVER -> null;
            case LATEST -> new ShardStop(startMillis + marginMillis, startMillis);
            case AT -> {
                long at = Objects.requireNonNull(time).toEpochMilli();
                yield new ShardStop(at, at + marginMillis);
            }
        };
    }
}
