package io.connectorkit.sink;

import io.connectorkit.failure.FailureKind;
import java.util.List;

/**
 * How a destination reports what became of a batch: exactly one call, from any thread.
 *
 * <p>A second call is a bug of the destination and fails the job, as does an outcome that does not cover the batch.
 */
public interface Completion {

    /** Every change was written. */
    void delivered();

    /** One outcome for each change, in batch order. */
    void completed(List<Outcome> outcomes);

    /**
     * The request failed as a whole. RETRYABLE and THROTTLED: all its changes are tried again. REJECTED: the batch is
     * halved until the changes at fault stand alone. FATAL: the job fails.
     */
    void failed(FailureKind kind, Throwable cause);

    /** The destination itself failed in a way it did not foresee: fails the job. */
    default void crashed(Throwable cause) {
        failed(FailureKind.FATAL, cause);
    }
}
