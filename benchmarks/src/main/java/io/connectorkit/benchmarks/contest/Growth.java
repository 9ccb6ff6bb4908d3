package io.connectorkit.benchmarks.contest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What one record costs as something grows: measured point by point, drawn as a curve of CPU time and one of bytes. */
public final class Growth {

    private static final int LAPS = 5;
    private static final int QUICK_LAPS = 1;
    private static final long LAP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Session session;
    private final String title;
    private final String x;
    private final Map<String, List<Measured>> lines = new LinkedHashMap<>();

    private record Measured(double x, List<Lap> laps) {}

    /**
     * One plot.
     *
     * @param x what grows
     * @param y what is measured
     */
    public record Curve(String benchmark, String title, String x, String y, List<Line> lines) {}

    /** The points of one subject. */
    public record Line(String name, List<Point> points) {}

    /** One measurement. */
    public record Point(double x, Spread y) {}

    Growth(Session session, String title, String x) {
        this.session = session;
        this.title = title;
        this.x = x;
    }

    /**
     * Runs {@code work} to warm up and then in five measured laps, with {@code value} of what grows. Work of less than
     * half a second is repeated within its lap: the CPU time of a process comes in ticks of 10 ms.
     */
    public Growth measure(String line, double value, Rival work) throws Exception {
        long times = session.quick() ? 1 : repeats(session.stopwatch().time(work));
        List<Lap> laps = new ArrayList<>();
        for (int i = session.quick() ? 0 : -1; i < (session.quick() ? QUICK_LAPS : LAPS); i++) {
            Lap lap = session.stopwatch().time(() -> repeated(work, times));
            // The lap before the first warms up.
            if (i >= 0) {
                laps.add(lap);
            }
        }
        lines.computeIfAbsent(line, name -> new ArrayList<>()).add(new Measured(value, laps));
        session.say(line + ", " + Text.count(value) + " " + x + ": "
                + Text.spread(spread(laps, Lap::cpuNanosEach)) + " ns CPU, "
                + Text.spread(spread(laps, Lap::bytesEach)) + " bytes");
        return this;
    }

    private static long repeats(Lap first) {
        return Math.max(1, LAP_NANOS / first.wallNanos());
    }

    private static long repeated(Rival work, long times) throws Exception {
        long records = 0;
        for (long i = 0; i < times; i++) {
            records += work.run();
        }
        return records;
    }

    List<Curve> curves() {
        return List.of(curve("CPU", "ns each", Lap::cpuNanosEach), curve("allocation", "bytes each", Lap::bytesEach));
    }

    private Curve curve(String what, String unit, ToDoubleFunction<Lap> measure) {
        List<Line> drawn = new ArrayList<>();
        lines.forEach((name, points) -> drawn.add(new Line(
                name,
                points.stream()
                        .map(point -> new Point(point.x, spread(point.laps, measure)))
                        .toList())));
        return new Curve(session.benchmark(), title + ": " + what, x, unit, drawn);
    }

    private static Spread spread(List<Lap> laps, ToDoubleFunction<Lap> measure) {
        return Spread.of(laps.stream().mapToDouble(measure).toArray());
    }
}
