package io.connectorkit.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random schedules of asks, answers, failures and time: every lookup is answered exactly once, and rightly. */
class LookupEnginePropertyTest {

    private static final int SEEDS = 400;

    @Test
    void everyLookupIsAnsweredExactlyOnceWhateverTheSourceDoes() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                run(seed);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void run(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LookupOptions options = LookupOptions.defaults()
                .withWindow(1 + random.nextInt(5), 1 + random.nextInt(4))
                .withLinger(Duration.ofMillis(random.nextInt(4)))
                .withCache(
                        random.nextInt(20),
                        Duration.ofMillis(1 + random.nextInt(300)),
                        Duration.ofMillis(random.nextInt(50)))
                .withRetry(new RetryPolicy(1000, Duration.ofMillis(1), Duration.ofMillis(1 + random.nextInt(50))))
                .withTimeouts(Duration.ofMillis(50), Duration.ofDays(1));
        ManualTimer timer = new ManualTimer();
        ScriptedSource source = new ScriptedSource();
        LookupEngine<String, String> engine = new LookupEngine<>(source, "test", options, timer, random.split());
        List<Heard> waiting = new ArrayList<>();
        List<@Nullable String> expected = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    String key = (random.nextInt(4) == 0 ? "no" : "k") + random.nextInt(30);
                    Heard heard = new Heard();
                    waiting.add(heard);
                    expected.add(ScriptedSource.rows(List.of(key)).get(key));
                    engine.lookup(key, heard);
                }
                case 4 -> timer.advanceNanos(random.nextLong(20_000_000));
                default -> respond(source, random);
            }
            check(source, engine, options);
        }
        // From here on the source is well.
        for (int i = 0; i < 2_000 && waiting.stream().anyMatch(heard -> !heard.answered()); i++) {
            if (source.open.isEmpty()) {
                timer.advanceMillis(1);
            } else {
                source.answer();
            }
        }
        for (int i = 0; i < waiting.size(); i++) {
            assertThat(waiting.get(i).row()).as("lookup %d", i).isEqualTo(expected.get(i));
        }
        assertThat(engine.inFlight()).isZero();
        LookupStats stats = engine.stats();
        assertThat(stats.hits.sum() + stats.misses.sum()).isEqualTo(waiting.size());
    }

    private static void respond(ScriptedSource source, SplittableRandom random) {
        if (source.open.isEmpty()) {
            return;
        }
        // Answers come in any order.
        source.open.add(0, source.open.remove(random.nextInt(source.open.size())));
        switch (random.nextInt(6)) {
            case 0 -> source.fail(new IOException("reset"));
            case 1 -> source.fail(new LookupException(FailureKind.THROTTLED, "slow down", null));
            case 2 -> {
                if (source.open.get(0).keys().size() > 1) {
                    source.fail(new LookupException(FailureKind.REJECTED, "too large", null));
                }
            }
            default -> source.answer();
        }
    }

    private static void check(ScriptedSource source, LookupEngine<?, ?> engine, LookupOptions options) {
        assertThat(engine.inFlight()).isLessThanOrEqualTo(options.inFlight());
        for (List<String> keys : source.requests) {
            assertThat(keys).hasSizeBetween(1, options.batchEntries());
            assertThat(new HashSet<>(keys)).hasSameSizeAs(keys);
        }
        source.requests.clear();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noWakeUpIsLostBetweenThreads(long seed) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        LookupOptions options = LookupOptions.defaults()
                .withWindow(7, 3)
                .withLinger(Duration.ofNanos(50_000))
                .withCache(50, Duration.ofMillis(1), Duration.ofMillis(1))
                .withRetry(new RetryPolicy(1000, Duration.ofMillis(1), Duration.ofMillis(2)));
        FlakySource source = new FlakySource(threads, options.inFlight(), seed);
        int lookups = 60_000;
        CountDownLatch left = new CountDownLatch(lookups);
        List<Heard> all = new ArrayList<>();
        try (LookupEngine<String, String> engine = new LookupEngine<>(
                source, "test", options, new ThreadTimer("test-timer"), new SplittableRandom(seed))) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < lookups; i++) {
                Heard heard = new Heard();
                all.add(heard);
                engine.lookup("k" + random.nextInt(500), new LookupEngine.Waiter<>() {
                    @Override
                    public void found(String value) {
                        heard.found(value);
                        left.countDown();
                    }

                    @Override
                    public void failed(LookupException cause) {
                        heard.failed(cause);
                        left.countDown();
                    }
                });
            }
            assertThat(left.await(60, TimeUnit.SECONDS))
                    .as("seed %d, %d left", seed, left.getCount())
                    .isTrue();
        } finally {
            threads.shutdownNow();
        }
        assertThat(all).allSatisfy(heard -> assertThat(heard.row()).startsWith("row-k"));
        assertThat(source.problems).isEmpty();
    }

    /** Answers on other threads, fails now and then, and watches that no key is in flight twice. */
    private static final class FlakySource implements LookupSource<String, String> {

        private final ExecutorService threads;
        private final int bound;
        private final SplittableRandom random;
        private final Set<String> inFlight = new HashSet<>();
        private int requests;
        final List<String> problems = new ArrayList<>();

        FlakySource(ExecutorService threads, int bound, long seed) {
            this.threads = threads;
            this.bound = bound;
            this.random = new SplittableRandom(seed);
        }

        @Override
        public CompletionStage<Map<String, String>> fetch(List<String> keys) {
            CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();
            int luck;
            synchronized (this) {
                luck = random.nextInt(20);
                requests++;
                if (requests > bound) {
                    problems.add(requests + " requests in flight");
                }
                for (String key : keys) {
                    if (!inFlight.add(key)) {
                        problems.add(key + " in flight twice");
                    }
                }
            }
            if (luck == 0) {
                left(keys);
                return CompletableFuture.completedFuture(ScriptedSource.rows(keys));
            }
            threads.execute(() -> {
                left(keys);
                if (luck < 3) {
                    answer.completeExceptionally(new IOException("reset"));
                } else {
                    answer.complete(ScriptedSource.rows(keys));
                }
            });
            return answer;
        }

        private synchronized void left(List<String> keys) {
            requests--;
            keys.forEach(inFlight::remove);
        }

        @Override
        public void close() {}
    }
}
