package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The adaptive window over simulated services in virtual time: real writer, real Flink strategy, same trace and seed. */
class AdaptiveWindowTest {

    private static final long[] SEEDS = {1, 2, 3};
    private static final long BUDGET = WindowRun.BUDGET.toMillis();

    static List<WindowTrace> traces() {
        return WindowTrace.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void comesWithinATenthOfTheBestStaticSettingIn30Seconds(WindowTrace trace) throws Exception {
        WindowGrid grid = WindowGrid.of(trace, SEEDS[0]);
        // On the slow service the fastest settings make a checkpoint wait 17 s: only those within the budget count.
        long bound = trace.name().equals("slow") ? BUDGET : Long.MAX_VALUE;
        for (long seed : SEEDS) {
            WindowRun run = WindowRun.adaptive(trace, seed, WindowRun.BUDGET);
            for (WindowTrace.Span span : trace.spans()) {
                WindowGrid.Best best = grid.best(span, bound);
                assertThat(run.goodput(span.settledSecond(), span.toSecond()))
                        .as("changes/s of '%s' in %s, seed %d; best is %s", trace.name(), span, seed, best)
                        .isGreaterThanOrEqualTo(0.9 * best.goodput());
                assertThat(run.secondsUntil(0.9 * best.goodput(), span.fromSecond(), span.toSecond()))
                        .as("seconds to get there in '%s', %s, seed %d; best is %s", trace.name(), span, seed, best)
                        .isLessThanOrEqualTo(30);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void keepsThe99thPercentileOfCheckpointFlushesWithinTheBudget(WindowTrace trace) throws Exception {
        List<Long> flushes = new ArrayList<>();
        for (long seed = 1; seed <= 5; seed++) {
            flushes.addAll(WindowRun.adaptive(trace, seed, WindowRun.BUDGET).flushMillis());
        }
        assertThat(flushes).hasSizeGreaterThan(40);
        assertThat(WindowRun.p99(flushes))
                .as("ms of '%s': %s", trace.name(), flushes)
                .isLessThanOrEqualTo(BUDGET);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void beatsFlinksStrategyInGoodputOrFlushAndLosesInNeither(WindowTrace trace) throws Exception {
        double ours = 0;
        double stock = 0;
        List<Long> ourFlushes = new ArrayList<>();
        List<Long> stockFlushes = new ArrayList<>();
        for (long seed : SEEDS) {
            WindowRun adaptive = WindowRun.adaptive(trace, seed, WindowRun.BUDGET);
            WindowRun aimd = WindowRun.stock(trace, seed);
            ours += adaptive.goodput(0, trace.seconds());
            stock += aimd.goodput(0, trace.seconds());
            ourFlushes.addAll(adaptive.flushMillis());
            stockFlushes.addAll(aimd.flushMillis());
        }
        // Where nothing ever refuses, all in flight that is allowed is a good setting too, but for the flush.
        assertThat(ours).as("changes/s of '%s'", trace.name()).isGreaterThan(0.99 * stock);
        assertThat(ours > 1.2 * stock || WindowRun.p99(ourFlushes) < 0.9 * WindowRun.p99(stockFlushes))
                .as(
                        "'%s': %.0f to %.0f changes/s, p99 flush %d to %d ms",
                        trace.name(), ours, stock, WindowRun.p99(ourFlushes), WindowRun.p99(stockFlushes))
                .isTrue();
    }

    @Test
    void aSlowSourceNeitherGrowsNorShrinksTheWindowAndFullSpeedIsBackAtOnce() throws Exception {
        WindowTrace trace = WindowTrace.steady().withSource(500);
        WindowRun run = WindowRun.adaptive(trace, 1, WindowRun.BUDGET);
        assertThat(run.goodput(10, 90)).isBetween(490.0, 510.0);
        long[] windows = LongStream.of(run.window()).skip(20).distinct().toArray();
        assertThat(windows).as("requests at a time after 20 s").hasSize(1);
    }

    @Test
    void aTighterBudgetHoldsLess() throws Exception {
        Duration budget = Duration.ofMillis(500);
        List<Long> flushes = new ArrayList<>();
        for (long seed : SEEDS) {
            flushes.addAll(
                    WindowRun.adaptive(WindowTrace.steady(), seed, budget).flushMillis());
        }
        assertThat(WindowRun.p99(flushes)).isLessThanOrEqualTo(500);
    }

    @Test
    void theSameSeedGivesTheSameRun() throws Exception {
        for (WindowTrace trace : List.of(WindowTrace.choking(), WindowTrace.throttled())) {
            WindowRun first = WindowRun.adaptive(trace, 7, WindowRun.BUDGET);
            WindowRun second = WindowRun.adaptive(trace, 7, WindowRun.BUDGET);
            assertThat(second.applied()).isEqualTo(first.applied());
            assertThat(second.flushMillis()).isEqualTo(first.flushMillis());
        }
    }
}
