package io.connectorkit.lookup;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Where rows are looked up: the one thing a connector implements to be joined with a stream.
 *
 * <p>Opened by a {@link LookupSourceFactory} on the task manager, one for each subtask. A source only reads: retries,
 * batching and caching are done for it.
 *
 * @param <K> the key; equal keys must be {@code equals}, as {@link io.connectorkit.change.ChangeKey} is
 * @param <V> what is found under a key
 */
public interface LookupSource<K, V> extends AutoCloseable {

    /**
     * Starts reading {@code distinctKeys} and returns at once; the answer has the rows that exist, keys without a row
     * are left out of it.
     *
     * <p>Called by the task thread, the timer thread and the threads that complete answers, several calls at a time up
     * to {@code lookup.in-flight}. Failures are told apart by {@link LookupException}; any other exception counts as
     * RETRYABLE, any {@link Error} as FATAL. An answer with a key that was not asked for is FATAL. A request past
     * {@code lookup.request-timeout} is given up and its late answer ignored, but not cancelled: bound the driver's own
     * timeouts by {@link LookupContext#options()}.
     */
    CompletionStage<Map<K, V>> fetch(List<K> distinctKeys);

    /** Releases connections without waiting for requests in flight; called once. */
    @Override
    void close() throws Exception;

    /**
     * Runs a blocking driver on {@code threads} daemon threads: as many as requests may be in flight, so that none
     * waits in a queue with its deadline running.
     */
    static <K, V> LookupSource<K, V> blocking(BlockingLookupSource<K, V> driver, int threads, String name) {
        return new BlockingLookupAdapter<>(driver, threads, name);
    }
}
