package io.connectorkit.benchmarks.contest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What throughput benchmarks found. */
public record Findings(
        List<Standing> standings,
        List<Figure> figures,
        List<Skip> skips,
        List<Failure> failures,
        List<Growth.Curve> curves,
        List<HeatMap.Drawn> maps) {

    static final Findings NONE = new Findings(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /** A single number. */
    public record Figure(String benchmark, String title, double value, String unit, Bar.@Nullable Verdict verdict) {}

    /** A rival that did not take part. */
    public record Skip(String benchmark, String rival, String reason) {}

    /** A benchmark that did not reach its end. */
    public record Failure(String benchmark, String message) {}

    static Findings failed(String benchmark, String message) {
        return new Findings(
                List.of(), List.of(), List.of(), List.of(new Failure(benchmark, message)), List.of(), List.of());
    }

    Findings and(Findings more) {
        return new Findings(
                joined(standings, more.standings),
                joined(figures, more.figures),
                joined(skips, more.skips),
                joined(failures, more.failures),
                joined(curves, more.curves),
                joined(maps, more.maps));
    }

    List<Bar.Verdict> verdicts() {
        List<Bar.Verdict> verdicts = new ArrayList<>();
        standings.forEach(standing -> verdicts.addAll(standing.bars()));
        for (Figure figure : figures) {
            if (figure.verdict != null) {
                verdicts.add(figure.verdict);
            }
        }
        return verdicts;
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
