package io.connectorkit.lookup;

import io.connectorkit.failure.FailureKind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A failed lookup, with what it says about trying again. Messages name keys, never rows or secrets. */
public final class LookupException extends Exception {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    /**
     * A failure of kind RETRYABLE and THROTTLED is tried again with back-off; REJECTED (a key the source cannot read)
     * halves the batch until the key at fault stands alone; FATAL fails at once.
     */
    public LookupException(FailureKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    public FailureKind kind() {
        return kind;
    }
}
