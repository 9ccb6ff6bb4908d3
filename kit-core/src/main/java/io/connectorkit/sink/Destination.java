package io.connectorkit.sink;

import io.connectorkit.change.Change;

/**
 * Where batches go: the one thing a connector implements to become a sink.
 *
 * <p>Opened by a {@link DestinationFactory} on the task manager, one for each subtask. {@link #send} and {@link #sizeOf}
 * are called by the task thread and must not block; a blocking driver goes behind {@link #blocking}.
 *
 * @param <P> the payload it stores
 */
public interface Destination<P> extends AutoCloseable {

    /**
     * Starts sending {@code batch} and returns at once; any thread may then complete {@code completion}, exactly once.
     *
     * <p>Under {@link Ordering#COALESCE} and {@link Ordering#FIFO} no other request in flight has a key of this batch,
     * and the keys of the batch are distinct. An exception thrown here is a failed request of kind RETRYABLE.
     */
    void send(Batch<P> batch, Completion completion);

    /** Bytes that {@code change} adds to a request; called once for each change, so keep it cheap. */
    int sizeOf(Change<P> change);

    /** Releases connections without waiting for requests in flight; called once. */
    @Override
    void close() throws Exception;

    /**
     * Runs a blocking driver on {@code threads} daemon threads: as many as requests may be in flight, so that none
     * waits in a queue with its deadline running.
     */
    static <P> Destination<P> blocking(BlockingDestination<P> driver, int threads, String name) {
        return new BlockingAdapter<>(driver, threads, name);
    }
}
