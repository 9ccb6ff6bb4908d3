package io.connectorkit.lookup;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jspecify.annotations.Nullable;

/** The kit's lookup engine over a source, without a job: what a contract drives. */
public final class LookupHarness<K, V> implements AutoCloseable {

    private final LookupEngine<K, V> engine;

    private LookupHarness(LookupEngine<K, V> engine) {
        this.engine = engine;
    }

    /** Opens {@code source} as subtask 0 would, with the machine's clock. */
    public static <K, V> LookupHarness<K, V> open(LookupSourceFactory<K, V> source, LookupOptions options)
            throws Exception {
        LookupSource<K, V> opened = source.open(new LookupContext(0, options, new UnregisteredMetricsGroup()));
        return new LookupHarness<>(new LookupEngine<>(
                opened, source.name(), options, new ThreadTimer("lookup-harness"), new SplittableRandom(1)));
    }

    /** The row of {@code key}, null where there is none. */
    public CompletableFuture<@Nullable V> lookup(K key) {
        CompletableFuture<@Nullable V> answer = new CompletableFuture<>();
        engine.lookup(key, new LookupEngine.Waiter<>() {
            @Override
            public void found(@Nullable V value) {
                if (!answer.complete(value)) {
                    throw new AssertionError("key " + key + " was answered twice");
                }
            }

            @Override
            public void failed(LookupException cause) {
                answer.completeExceptionally(cause);
            }
        });
        return answer;
    }

    /** Keys sent to the source so far, once for each attempt. */
    public long keysSent() {
        return engine.stats().requests.sum();
    }

    @Override
    public void close() throws Exception {
        engine.close();
    }
}
