package io.connectorkit.benchmarks.contest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The results as pages: Markdown for repositories, one HTML file with its plots inside for people. */
final class Report {

    static final String HTML = "report.html";
    static final String MARKDOWN = "summary.md";

    private static final String STYLE =
            """
            body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
            table{border-collapse:collapse;margin:.8rem 0;font-variant-numeric:tabular-nums}
            th,td{border-bottom:1px solid #ddd;padding:.25rem .7rem;text-align:right;white-space:nowrap}
            th:first-child,td:first-child{text-align:left;white-space:normal}
            h2{margin-top:2.2rem}.bad{color:#a00;font-weight:600}.note{color:#555}
            svg{max-width:100%;height:auto}
            """;

    private Report() {}

    static void write(Results results, Path folder) throws IOException {
        Files.writeString(folder.resolve(MARKDOWN), markdown(results));
        Files.writeString(folder.resolve(HTML), html(results));
    }

    static String markdown(Results results) {
        MarkdownPage page = new MarkdownPage();
        fill(results, page);
        return page.toString();
    }

    static String html(Results results) {
        HtmlPage page = new HtmlPage("Benchmarks, " + results.date(), STYLE);
        fill(results, page);
        return page.toString();
    }

    private static void fill(Results results, Page page) {
        page.heading(1, "Benchmarks of " + results.date());
        page.text("`" + results.command() + "` on " + results.machine() + ".");
        if (results.quick()) {
            page.text("A quick run: it shows that everything works and measures nothing.");
        }
        page.text("Read ratios, not times. A spread in brackets is where the median of another run should lie: with up"
                + " to eight rounds the smallest and the largest. CPU and bytes are those of the JVM that holds the"
                + " rivals; servers run in processes of their own unless said otherwise.");
        verdicts(results, page);
        results.findings().standings().forEach(standing -> standing(standing, page));
        figures(results, page);
        maps(results, page);
        curves(results, page);
        scores(results, page);
        skips(results, page);
    }

    private static void verdicts(Results results, Page page) {
        List<Bar.Verdict> verdicts = results.verdicts();
        if (verdicts.isEmpty()) {
            return;
        }
        page.heading(2, "Bars");
        page.table(
                List.of("what", "measured", "bar", "", "from"),
                verdicts.stream()
                        .map(verdict -> List.of(
                                verdict.what(),
                                Text.number(verdict.value()),
                                (verdict.bar().least() ? "at least " : "at most ")
                                        + Text.number(verdict.bar().bound()),
                                verdict.kept() ? "kept" : "MISSED",
                                verdict.bar().promise()))
                        .toList());
    }

    private static void standing(Standing standing, Page page) {
        page.heading(2, standing.title());
        page.text("`dev/bench " + standing.benchmark() + "`: " + Text.count(standing.records()) + " " + standing.unit()
                + " a lap, ratios to " + standing.baseline() + ".");
        standing.notes().forEach(page::text);
        page.table(
                List.of("", standing.unit() + "/s", "ratio", "CPU ns each", "ratio", "bytes each", "ratio"),
                standing.rows().stream()
                        .map(row -> List.of(
                                row.rival(),
                                Text.spread(row.perSecond()),
                                Text.spread(row.throughputRatio()),
                                Text.spread(row.cpuNanos()),
                                Text.spread(row.cpuRatio()),
                                Text.spread(row.bytes()),
                                Text.spread(row.bytesRatio())))
                        .toList());
        page.plot(Plots.bars(standing));
    }

    private static void figures(Results results, Page page) {
        List<Findings.Figure> figures = results.findings().figures();
        if (figures.isEmpty()) {
            return;
        }
        page.heading(2, "Figures");
        page.table(
                List.of("what", "value", "unit", "command"),
                figures.stream()
                        .map(figure -> List.of(
                                figure.title(),
                                Text.number(figure.value()),
                                figure.unit(),
                                "dev/bench " + figure.benchmark()))
                        .toList());
    }

    private static void maps(Results results, Page page) {
        if (!results.findings().maps().isEmpty()) {
            page.heading(2, "Tuning maps");
        }
        for (HeatMap.Drawn map : results.findings().maps()) {
            page.text(map.title() + ", " + map.unit()
                    + (map.path().isEmpty() ? "" : "; the line is the adaptive window's way") + " (`dev/bench "
                    + map.benchmark() + "`)");
            List<String> heads = new ArrayList<>(List.of(map.y() + " \\ " + map.x()));
            map.xs().forEach(x -> heads.add(Text.count(x)));
            List<List<String>> rows = new ArrayList<>();
            for (int i = 0; i < map.ys().size(); i++) {
                List<String> row = new ArrayList<>(List.of(Text.count(map.ys().get(i))));
                map.rows().get(i).forEach(value -> row.add(value == null ? "" : Text.number(value)));
                rows.add(row);
            }
            page.table(heads, rows);
            page.plot(Plots.heatMap(map));
        }
    }

    private static void curves(Results results, Page page) {
        if (!results.findings().curves().isEmpty()) {
            page.heading(2, "Growth");
        }
        for (Growth.Curve curve : results.findings().curves()) {
            page.text(curve.title() + ", " + curve.y() + " (`dev/bench " + curve.benchmark() + "`)");
            page.table(
                    List.of(curve.x(), "", curve.y()),
                    curve.lines().stream()
                            .flatMap(line -> line.points().stream()
                                    .map(point -> List.of(Text.count(point.x()), line.name(), Text.spread(point.y()))))
                            .toList());
            page.plot(Plots.curve(curve));
        }
    }

    private static void scores(Results results, Page page) {
        if (!results.scores().isEmpty()) {
            page.heading(2, "Hot paths (JMH)");
            page.table(
                    List.of("benchmark", "CPU ns/op", "bytes/op"),
                    results.scores().stream()
                            .map(score -> List.of(
                                    score.benchmark() + (score.params().isEmpty() ? "" : " " + score.params()),
                                    Text.spread(score.cpuNanos()),
                                    Text.spread(score.bytes())))
                            .toList());
        }
        if (!results.jmhRatios().isEmpty()) {
            page.heading(2, "Hot paths, ratios");
            page.table(
                    List.of("what", "ratio"),
                    results.jmhRatios().stream()
                            .map(ratio -> List.of(ratio.what(), Text.spread(ratio.spread())))
                            .toList());
        }
    }

    private static void skips(Results results, Page page) {
        Findings findings = results.findings();
        if (!findings.skips().isEmpty() || !findings.failures().isEmpty()) {
            page.heading(2, "Not measured");
            findings.skips().forEach(skip -> page.text(skip.benchmark() + ": " + skip.rival() + ": " + skip.reason()));
            findings.failures().forEach(failure -> page.text(failure.benchmark() + " FAILED: " + failure.message()));
        }
    }
}
