package io.connectorkit.tck;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A lookup source with faults that a real one has on a bad day: requests refused as too many, connections that break
 * before or after the answer, answers that never come. Seeded.
 */
final class LookupFaults<K, V> implements LookupSourceFactory<K, V> {

    private static final long serialVersionUID = 1L;

    private final LookupSourceFactory<K, V> source;
    private final long seed;

    LookupFaults(LookupSourceFactory<K, V> source, long seed) {
        this.source = source;
        this.seed = seed;
    }

    @Override
    public LookupSource<K, V> open(LookupContext context) throws Exception {
        LookupSource<K, V> opened = source.open(context);
        SplittableRandom random = new SplittableRandom(seed);
        return new LookupSource<>() {
            @Override
            public CompletionStage<Map<K, V>> fetch(List<K> keys) {
                int dice;
                synchronized (random) {
                    dice = random.nextInt(100);
                }
                if (dice < 10) {
                    return failed(FailureKind.THROTTLED, "too many requests");
                } else if (dice < 20) {
                    return failed(FailureKind.RETRYABLE, "connection refused");
                } else if (dice < 30) {
                    // Read, and lost on the way back.
                    return opened.fetch(keys).thenCompose(rows -> failed(FailureKind.RETRYABLE, "connection reset"));
                } else if (dice < 35) {
                    return opened.fetch(keys).thenCompose(rows -> new CompletableFuture<>());
                }
                return opened.fetch(keys);
            }

            private CompletionStage<Map<K, V>> failed(FailureKind kind, String message) {
                return CompletableFuture.failedFuture(new LookupException(kind, message, null));
            }

            @Override
            public void close() throws Exception {
                opened.close();
            }
        };
    }

    @Override
    public String name() {
        return source.name();
    }
}
