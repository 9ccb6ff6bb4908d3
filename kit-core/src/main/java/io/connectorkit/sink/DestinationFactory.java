package io.connectorkit.sink;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Opens a {@link Destination} on the task manager and says what the write path may assume of it.
 *
 * @param <P> the payload it stores
 */
public interface DestinationFactory<P> extends Serializable {

    /**
     * Opens the destination for one subtask and checks what can be checked now: an unreachable host, a missing table or
     * wrong credentials fail here, with the option's name.
     */
    Destination<P> open(DestinationContext context) throws Exception;

    /** What the user calls it, for messages: {@code Elasticsearch index 'orders'}. No secrets. */
    String name();

    /** In which order it needs the changes of a key. */
    Ordering ordering();

    /**
     * Whether a request given up at its deadline may still be applied later without harm: the store guards each write
     * by version, or appends, where it is one more repeat. If not, a request past its deadline fails the job instead of
     * being sent again.
     */
    boolean guarded();

    /** Joins changes of a key that wait for one in flight; null to send each alone. Only under {@link Ordering#FIFO}. */
    default @Nullable Join<P> join() {
        return null;
    }

    /** Turns payloads into bytes for dead letters; null if the destination has none. */
    default @Nullable PayloadCodec<P> payloadCodec() {
        return null;
    }
}
