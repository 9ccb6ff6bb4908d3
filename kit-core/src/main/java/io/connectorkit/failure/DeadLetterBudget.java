package io.connectorkit.failure;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * How many dead letters are normal: above it the sink fails, because then not the records are bad but the job or its
 * destination is.
 *
 * <p>Counted for each subtask. {@code atLeast} keeps a handful of bad records at the start of a job from being a flood.
 *
 * @param share most dead letters as a part of all changes, 0 to 1
 * @param window time over which they are counted; at least 1 s
 * @param atLeast dead letters within the window that are always allowed
 */
public record DeadLetterBudget(double share, Duration window, long atLeast) implements Serializable {

    public DeadLetterBudget {
        Objects.requireNonNull(window, "window");
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("sink.dead-letters.share must be between 0 and 1, got " + share);
        }
        if (window.toMillis() < 1000) {
            throw new IllegalArgumentException("sink.dead-letters.window must be at least 1 s, got " + window);
        }
        if (atLeast < 0) {
            throw new IllegalArgumentException("sink.dead-letters.at-least must be at least 0, got " + atLeast);
        }
    }

    /** At most {@code share} of all changes within {@code window}, and 100 in any case. */
    public static DeadLetterBudget of(double share, Duration window) {
        return new DeadLetterBudget(share, window, 100);
    }

    /** Any number of dead letters. */
    public static DeadLetterBudget unlimited() {
        return of(1, Duration.ofMinutes(10));
    }

    public DeadLetterBudget withAtLeast(long atLeast) {
        return new DeadLetterBudget(share, window, atLeast);
    }
}
