package io.connectorkit.sink;

import io.connectorkit.change.Change;

/**
 * A destination whose driver blocks; see {@link Destination#blocking}.
 *
 * @param <P> the payload it stores
 */
public interface BlockingDestination<P> extends AutoCloseable {

    /** Writes {@code batch} on the calling thread and completes {@code completion} exactly once before it returns. */
    void write(Batch<P> batch, Completion completion);

    /** As {@link Destination#sizeOf}; called by the task thread. */
    int sizeOf(Change<P> change);

    /** Releases connections; threads inside {@link #write} are interrupted first. */
    @Override
    void close() throws Exception;
}
