package io.connectorkit.benchmarks.window;

import io.connectorkit.sink.WindowGrid;
import io.connectorkit.sink.WindowRun;
import io.connectorkit.sink.WindowTrace;
import java.util.ArrayList;
import java.util.List;

/** Everything run over one trace: the grid once, the adaptive window and Flink's strategy with each of the seeds. */
record WindowComparison(WindowTrace trace, WindowGrid grid, List<WindowRun> adaptive, List<WindowRun> stock) {

    static final int SEEDS = 5;

    static WindowComparison of(WindowTrace trace) throws Exception {
        List<WindowRun> adaptive = new ArrayList<>();
        List<WindowRun> stock = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            adaptive.add(WindowRun.adaptive(trace, seed, WindowRun.BUDGET));
            stock.add(WindowRun.stock(trace, seed));
        }
        return new WindowComparison(trace, WindowGrid.of(trace, 1), adaptive, stock);
    }

    WindowGrid.Best best(WindowTrace.Span span) {
        return grid.best(span, Long.MAX_VALUE);
    }

    WindowGrid.Best bestWithinBudget(WindowTrace.Span span) {
        return grid.best(span, WindowRun.BUDGET.toMillis());
    }

    /** What the adaptive window is held against: of the slow service only settings that keep the budget, as in the tests. */
    WindowGrid.Best bar(WindowTrace.Span span) {
        return trace.name().equals("slow") ? bestWithinBudget(span) : best(span);
    }

    /** The lowest share of a goodput that any run has once the span has settled. */
    static double worstShare(List<WindowRun> runs, WindowTrace.Span span, double goodput) {
        return runs.stream()
                        .mapToDouble(run -> run.goodput(span.settledSecond(), span.toSecond()))
                        .min()
                        .orElseThrow()
                / goodput;
    }

    /** The longest any run takes to 90 % of a goodput. */
    static int slowestSeconds(List<WindowRun> runs, WindowTrace.Span span, double goodput) {
        return runs.stream()
                .mapToInt(run -> run.secondsUntil(0.9 * goodput, span.fromSecond(), span.toSecond()))
                .max()
                .orElseThrow();
    }

    static double meanGoodput(List<WindowRun> runs, WindowTrace trace) {
        return runs.stream()
                .mapToDouble(run -> run.goodput(0, trace.seconds()))
                .average()
                .orElseThrow();
    }

    static List<Long> flushMillis(List<WindowRun> runs) {
        return runs.stream().flatMap(run -> run.flushMillis().stream()).sorted().toList();
    }
}
