package io.connectorkit.benchmarks.window;

import io.connectorkit.sink.WindowGrid;
import io.connectorkit.sink.WindowRun;
import io.connectorkit.sink.WindowTrace;
import java.util.List;
import java.util.Locale;

/** The two Markdown tables of docs/tuning.md. */
final class WindowTables {

    private WindowTables() {}

    static String of(List<WindowComparison> comparisons) {
        StringBuilder out = new StringBuilder();
        line(
                out,
                "| service, from second | best static: batch x in flight, changes/s (p99 flush) | best within the budget |"
                        + " adaptive, worst of %d seeds | at 90 %% after | Flink's strategy, worst |",
                WindowComparison.SEEDS);
        line(out, "|---|---|---|---|---|---|");
        comparisons.forEach(comparison -> comparison.trace().spans().forEach(span -> goodput(out, comparison, span)));
        line(out, "");
        line(out, "| service | adaptive: changes/s, flush p99 (max) | Flink's strategy: changes/s, flush p99 (max) |");
        line(out, "|---|---|---|");
        comparisons.forEach(comparison -> line(
                out,
                "| %s | %s | %s |",
                comparison.trace().name(),
                whole(comparison.adaptive(), comparison.trace()),
                whole(comparison.stock(), comparison.trace())));
        return out.toString();
    }

    private static void goodput(StringBuilder out, WindowComparison comparison, WindowTrace.Span span) {
        WindowGrid.Best best = comparison.best(span);
        WindowGrid.Best within = comparison.bestWithinBudget(span);
        line(
                out,
                "| %s, %d | %s, %,.0f (%,d ms) | %s, %,.0f | %.1f %% (within the budget: %.1f %%) | %d s | %.1f %% |",
                comparison.trace().name(),
                span.fromSecond(),
                best,
                best.goodput(),
                best.p99FlushMillis(),
                within,
                within.goodput(),
                100 * WindowComparison.worstShare(comparison.adaptive(), span, best.goodput()),
                100 * WindowComparison.worstShare(comparison.adaptive(), span, within.goodput()),
                WindowComparison.slowestSeconds(
                        comparison.adaptive(), span, comparison.bar(span).goodput()),
                100 * WindowComparison.worstShare(comparison.stock(), span, best.goodput()));
    }

    private static String whole(List<WindowRun> runs, WindowTrace trace) {
        List<Long> flushes = WindowComparison.flushMillis(runs);
        return String.format(
                Locale.ROOT,
                "%,.0f, %,d (%,d) ms",
                WindowComparison.meanGoodput(runs, trace),
                WindowRun.p99(flushes),
                flushes.get(flushes.size() - 1));
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
