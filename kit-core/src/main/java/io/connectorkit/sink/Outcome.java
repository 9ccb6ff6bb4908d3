package io.connectorkit.sink;

import io.connectorkit.failure.FailureKind;
import java.util.Objects;

/** What became of one change of a batch. */
public sealed interface Outcome {

    /** The destination holds the change. */
    static Outcome delivered() {
        return Settled.DELIVERED;
    }

    /** The guard refused the change: the destination holds a newer one. A success, counted apart. */
    static Outcome stale() {
        return Settled.STALE;
    }

    /** The change may be tried again. */
    static Outcome retry(Throwable cause) {
        return new Failed(FailureKind.RETRYABLE, cause);
    }

    /** The change may be tried again, and the destination asks for less load. */
    static Outcome throttled(Throwable cause) {
        return new Failed(FailureKind.THROTTLED, cause);
    }

    /** The destination will never accept this change. */
    static Outcome rejected(Throwable cause) {
        return new Failed(FailureKind.REJECTED, cause);
    }

    /** Outcomes without a cause. */
    enum Settled implements Outcome {
        DELIVERED,
        STALE
    }

    /** The change was not applied. */
    record Failed(FailureKind kind, Throwable cause) implements Outcome {
        public Failed {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(cause, "cause");
        }
    }
}
