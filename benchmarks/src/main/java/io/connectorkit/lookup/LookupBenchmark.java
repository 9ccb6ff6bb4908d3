package io.connectorkit.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.connectorkit.benchmarks.contest.Against;
import io.connectorkit.change.ChangeKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One key on its way through the lookup engine, beside the least that could answer it: a bare Caffeine cache for a hit,
 * a future of its own for each key for a miss.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@Against(value = "PLAIN", param = "by")
public class LookupBenchmark {

    private static final int KEYS = 10_000;

    /** Who answers. */
    public enum By {
        PLAIN,
        KIT
    }

    @Param
    public By by;

    private final ChangeKey[] keys = new ChangeKey[KEYS];
    private Cache<ChangeKey, String> plainCache;
    private LookupEngine<ChangeKey, String> cached;
    private LookupEngine<ChangeKey, String> uncached;
    private Store store;
    private int next;

    @Setup
    public void open() {
        plainCache = Caffeine.newBuilder()
                .maximumSize(KEYS)
                .expireAfterWrite(Duration.ofMinutes(5))
                .build();
        store = new Store();
        cached = new LookupEngine<>(
                store, "store", LookupOptions.defaults(), new ThreadTimer("bench"), new SplittableRandom(1));
        uncached = new LookupEngine<>(
                store,
                "store",
                LookupOptions.defaults().withoutCache(),
                new ThreadTimer("bench"),
                new SplittableRandom(1));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < KEYS; i++) {
            keys[i] = ChangeKey.of(random.nextLong());
            plainCache.put(keys[i], "row");
            cached.lookup(keys[i], new Sink(null));
        }
    }

    private ChangeKey next() {
        next = next + 1 == KEYS ? 0 : next + 1;
        return keys[next];
    }

    @Benchmark
    public void hit(Blackhole blackhole) {
        if (by == By.KIT) {
            cached.lookup(next(), new Sink(blackhole));
        } else {
            blackhole.consume(plainCache.getIfPresent(next()));
        }
    }

    @Benchmark
    public void miss(Blackhole blackhole) {
        if (by == By.KIT) {
            uncached.lookup(next(), new Sink(blackhole));
        } else {
            ChangeKey key = next();
            store.fetch(List.of(key)).thenAccept(rows -> blackhole.consume(rows.get(key)));
        }
    }

    /** Answers at once. */
    private static final class Store implements LookupSource<ChangeKey, String> {
        @Override
        public CompletionStage<Map<ChangeKey, String>> fetch(List<ChangeKey> distinctKeys) {
            Map<ChangeKey, String> rows = new HashMap<>();
            distinctKeys.forEach(key -> rows.put(key, "row"));
            return CompletableFuture.completedFuture(rows);
        }

        @Override
        public void close() {}
    }

    private record Sink(Blackhole blackhole) implements LookupEngine.Waiter<String> {
        @Override
        public void found(String value) {
            if (blackhole != null) {
                blackhole.consume(value);
            }
        }

        @Override
        public void failed(LookupException cause) {
            throw new IllegalStateException(cause);
        }
    }
}
