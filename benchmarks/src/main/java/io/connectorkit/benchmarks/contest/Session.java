package io.connectorkit.benchmarks.contest;

import java.util.ArrayList;
import java.util.List;

/** One run of one {@link Throughput}: holds its contests and keeps what they found. */
public final class Session {

    private static final int QUICK_SHARE = 10;

    private final String benchmark;
    private final boolean quick;
    private final Stopwatch stopwatch;
    private final Progress progress;
    private final List<Standing> standings = new ArrayList<>();
    private final List<Findings.Figure> figures = new ArrayList<>();
    private final List<Findings.Skip> skips = new ArrayList<>();
    private final List<Growth> growths = new ArrayList<>();
    private final List<HeatMap> maps = new ArrayList<>();

    Session(String benchmark, boolean quick, Stopwatch stopwatch, Progress progress) {
        this.benchmark = benchmark;
        this.quick = quick;
        this.stopwatch = stopwatch;
        this.progress = progress;
    }

    /** Whether this run is to see that everything works, not to measure. */
    public boolean quick() {
        return quick;
    }

    /** {@code full}, or a tenth of it in a quick run: for numbers of records. */
    public int scaled(int full) {
        return quick ? Math.max(1, full / QUICK_SHARE) : full;
    }

    /** A contest; {@code unit} is what is counted, in the plural: rows, documents, records. */
    public Contest contest(String title, String unit) {
        return new Contest(this, title, unit);
    }

    /** What a record costs as {@code x} grows. */
    public Growth growth(String title, String x) {
        Growth growth = new Growth(this, title, x);
        growths.add(growth);
        progress.line("\n" + title);
        return growth;
    }

    /** Values in {@code unit} over two knobs. */
    public HeatMap heatMap(String title, String x, String y, String unit) {
        HeatMap map = new HeatMap(benchmark, title, x, y, unit);
        maps.add(map);
        return map;
    }

    /** A single number, measured by the benchmark itself. */
    public void figure(String title, double value, String unit) {
        figures.add(new Findings.Figure(benchmark, title, value, unit, null));
        progress.line("  " + title + ": " + Text.number(value) + " " + unit);
    }

    /** A single number with the bound it has to keep. */
    public void figure(String title, double value, String unit, Bar bar) {
        Bar.Verdict verdict = Bar.Verdict.of(title, bar, value);
        figures.add(new Findings.Figure(benchmark, title, value, unit, verdict));
        progress.line("  " + title + ": " + Text.number(value) + " " + unit + "; " + verdict);
    }

    /** Says, and keeps in the results, that a rival did not take part. */
    public void skip(String rival, String reason) {
        skips.add(new Findings.Skip(benchmark, rival, reason));
        progress.line("  skipped: " + rival + " (" + reason + ")");
    }

    /** A line between those of the contests. */
    public void say(String line) {
        progress.line("  " + line);
    }

    String benchmark() {
        return benchmark;
    }

    Stopwatch stopwatch() {
        return stopwatch;
    }

    Progress progress() {
        return progress;
    }

    void record(Standing standing) {
        standings.add(standing);
        for (Standing.Row row : standing.rows()) {
            progress.line("  " + row.rival() + ": " + Text.spread(row.perSecond()) + " " + standing.unit() + "/s"
                    + (row.rival().equals(standing.baseline())
                            ? ""
                            : ", " + Text.spread(row.throughputRatio()) + " of " + standing.baseline() + ", CPU "
                                    + Text.spread(row.cpuRatio())));
        }
        standing.bars().forEach(verdict -> progress.line("  " + verdict));
    }

    Findings findings() {
        return new Findings(
                List.copyOf(standings),
                List.copyOf(figures),
                List.copyOf(skips),
                List.of(),
                growths.stream().flatMap(growth -> growth.curves().stream()).toList(),
                maps.stream().map(HeatMap::drawn).toList());
    }
}
