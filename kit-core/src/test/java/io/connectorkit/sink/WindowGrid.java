package io.connectorkit.sink;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Every static setting of a grid over one trace: what the adaptive window is held against. */
public final class WindowGrid {

    private static final List<Integer> BATCHES = List.of(12, 18, 25, 50, 100);
    private static final List<Integer> IN_FLIGHT = List.of(1, 2, 3, 4, 6, 8, 12, 16, 24, 32);

    private final List<Static> runs = new ArrayList<>();

    private record Static(int batch, int inFlight, WindowRun run, long p99) {}

    /** The best of the grid in one span of the trace. */
    public record Best(int batch, int inFlight, double goodput, long p99FlushMillis) {
        @Override
        public String toString() {
            return batch + " x " + inFlight;
        }
    }

    private WindowGrid() {}

    public static WindowGrid of(WindowTrace trace, long seed) throws Exception {
        WindowGrid grid = new WindowGrid();
        for (int batch : BATCHES) {
            for (int inFlight : IN_FLIGHT) {
                WindowRun run = WindowRun.fixed(trace, seed, batch, inFlight);
                grid.runs.add(new Static(batch, inFlight, run, WindowRun.p99(run.flushMillis())));
            }
        }
        return grid;
    }

    /** Highest goodput once the span has settled, among settings whose p99 flush over the trace is within a bound. */
    public Best best(WindowTrace.Span span, long mostFlushMillis) {
        return runs.stream()
                .filter(run -> run.p99 <= mostFlushMillis)
                .map(run -> new Best(
                        run.batch, run.inFlight, run.run.goodput(span.settledSecond(), span.toSecond()), run.p99))
                .max(Comparator.comparingDouble(Best::goodput))
                .orElseThrow();
    }
}
