package io.connectorkit.failure;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A second opinion on failures: says of some what they mean for the changes that failed, and nothing of the others.
 *
 * <p>Every connector tells the failures of its store apart by itself. A job that knows better composes its own rules in
 * front: {@code FailureClassifier.of(QuotaException.class, THROTTLED).or(...)}. Nothing here can make a failed change
 * count as written.
 */
@FunctionalInterface
public interface FailureClassifier extends Serializable {

    /** What {@code cause} means; null leaves it to the next classifier, and in the end to the connector. */
    @Nullable
    FailureKind classify(Throwable cause);

    /** This one, and {@code next} for what it says nothing of. */
    default FailureClassifier or(FailureClassifier next) {
        Objects.requireNonNull(next, "next");
        return cause -> {
            FailureKind kind = classify(cause);
            return kind == null ? next.classify(cause) : kind;
        };
    }

    /** Says nothing of any failure. */
    static FailureClassifier none() {
        return cause -> null;
    }

    /** {@code kind} for failures that are a {@code type} or were caused by one. */
    static FailureClassifier of(Class<? extends Throwable> type, FailureKind kind) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(kind, "kind");
        return cause -> {
            // A chain of causes may be a ring: look at a bounded part of it.
            Throwable link = cause;
            for (int depth = 0; link != null && depth < 20; depth++) {
                if (type.isInstance(link)) {
                    return kind;
                }
                link = link.getCause();
            }
            return null;
        };
    }
}
