package io.connectorkit.benchmarks.contest;

import static io.connectorkit.benchmarks.contest.Comparison.Change.BETTER;
import static io.connectorkit.benchmarks.contest.Comparison.Change.SAME;
import static io.connectorkit.benchmarks.contest.Comparison.Change.WORSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

    @Test
    void lessThroughputBeyondBothSpreadsIsWorse() {
        Spread before = Spread.of(0.90, 0.95, 1.00);

        assertThat(Comparison.change(before, Spread.of(0.7, 0.8, 0.85), false)).isEqualTo(WORSE);
        assertThat(Comparison.change(before, Spread.of(1.1, 1.2, 1.3), false)).isEqualTo(BETTER);
    }

    @Test
    void moreCostBeyondBothSpreadsIsWorse() {
        Spread before = Spread.of(0.90, 0.95, 1.00);

        assertThat(Comparison.change(before, Spread.of(1.1, 1.2, 1.3), true)).isEqualTo(WORSE);
        assertThat(Comparison.change(before, Spread.of(0.7, 0.8, 0.85), true)).isEqualTo(BETTER);
    }

    @Test
    void aMedianWithinEitherSpreadIsNoChange() {
        assertThat(Comparison.change(Spread.of(0.5, 0.95, 1.4), Spread.of(0.60, 0.61, 0.62), false))
                .isEqualTo(SAME);
        assertThat(Comparison.change(Spread.of(0.60, 0.61, 0.62), Spread.of(0.5, 0.95, 1.4), false))
                .isEqualTo(SAME);
    }

    @Test
    void aHairIsNoChangeHoweverNarrowTheSpreads() {
        assertThat(Comparison.change(Spread.of(1, 1, 1), Spread.of(1.029, 1.029, 1.029), true))
                .isEqualTo(SAME);
        assertThat(Comparison.change(Spread.of(1, 1, 1), Spread.of(1.031, 1.031, 1.031), true))
                .isEqualTo(WORSE);
    }

    @Test
    void aRegressionIsNamedAndTimesAloneAreNone() {
        Results old = results(standing(0.9, 0.95, 1.0, 100_000), Spread.of(0.5));
        Results slowMachine = results(standing(0.9, 0.94, 1.0, 1_000), Spread.of(0.5));
        Results regression = results(standing(0.5, 0.55, 0.6, 100_000), Spread.of(0.5));

        assertThat(Comparison.of(old, slowMachine).hasRegression()).isFalse();
        Comparison comparison = Comparison.of(old, regression);
        assertThat(comparison.hasRegression()).isTrue();
        assertThat(comparison.toString())
                .contains("Worse beyond both spreads: Upserts: insert: kit to raw, rows/s: 0.95 (0.90-1.00) -> 0.55"
                        + " (0.50-0.60)")
                .endsWith("4 ratios compared, 1 regression; 75 % of the new medians lie within the old spread");
    }

    @Test
    void jmhRatiosAreCompared() {
        Results old = results(standing(0.9, 0.95, 1.0, 1), Spread.of(0.5, 0.51, 0.52));
        Results worse = results(standing(0.9, 0.95, 1.0, 1), Spread.of(0.6, 0.61, 0.62));

        assertThat(Comparison.of(old, worse).hasRegression()).isTrue();
        assertThat(Comparison.of(worse, old).hasRegression()).isFalse();
    }

    @Test
    void whatOnlyOneRunHasIsNamed() {
        Results all = results(standing(1, 1, 1, 1), Spread.of(1));
        Results less =
                new Results(all.date(), all.machine(), "", false, all.findings(), List.of(), List.of(), List.of());

        assertThat(Comparison.of(all, less).toString()).contains("Only in the old run: Writer: KEYED to STOCK, CPU");
        assertThat(Comparison.of(less, all).toString()).contains("Only in the new run: Writer: KEYED to STOCK, CPU");
        assertThat(Comparison.of(all, less).hasRegression()).isFalse();
    }

    @Test
    void resultsReadAsTheyWereWritten(@TempDir Path folder) throws Exception {
        Results results = results(standing(0.9, 0.95, 1.0, 100), Spread.of(0.5));
        results.write(folder);

        assertThat(Results.read(folder)).isEqualTo(results);
        assertThat(Results.read(folder.resolve(Results.FILE))).isEqualTo(results);
    }

    @Test
    void reportsHoldTablesPlotsAndMissedBars(@TempDir Path folder) throws Exception {
        Results results = results(standing(0.9, 0.95, 1.0, 100_000), Spread.of(0.5));
        Report.write(results, folder);

        assertThat(folder.resolve(Report.MARKDOWN))
                .content()
                .contains("| kit | 100,000 | 0.95 (0.90-1.00) |")
                .contains("| insert | 0.95 | at least 0.99 | MISSED | promise 6 &lt; 7 |".replace("&lt;", "<"))
                .contains("| Writer: KEYED to STOCK, CPU | 0.50 |")
                .contains("| 100 | 5,000 | 20,000 |", "| 500 |  | 31,000 |")
                .contains("| 100,000 | kit | 40.0 |")
                .contains("Upserts: official: no artifact");
        assertThat(folder.resolve(Report.HTML))
                .content()
                .contains("<td class='bad'>MISSED</td><td>promise 6 &lt; 7</td>")
                .contains("<svg")
                .contains("rows/s")
                .doesNotContain("<script")
                .doesNotContain("src=");
    }

    @Test
    void aWayStandsStillWhereItsPlaceDoesNotChange() {
        HeatMap.Drawn map = new HeatMap("b", "t", "x", "y", "u")
                .step(1, 100)
                .step(2, 100)
                .step(2, 100)
                .step(1, 100)
                .drawn();

        assertThat(map.path()).containsExactly(List.of(1, 100), List.of(2, 100), List.of(1, 100));
    }

    @Test
    void aWayIsDrawnBetweenTheSettingsOfTheMap() {
        assertThat(HeatMapDrawing.position(List.of(1, 4, 16), 4)).isEqualTo(1);
        assertThat(HeatMapDrawing.position(List.of(1, 4, 16), 8)).isEqualTo(1.5, within(1e-9));
        assertThat(HeatMapDrawing.position(List.of(1, 4, 16), 99)).isEqualTo(2);
        assertThat(HeatMapDrawing.position(List.of(2, 4), 1)).isEqualTo(0);
    }

    private static Results results(Standing standing, Spread jmh) {
        Findings findings = new Findings(
                List.of(standing),
                List.of(new Findings.Figure("Upserts", "idle", 0.5, "cores", null)),
                List.of(new Findings.Skip("Upserts", "official", "no artifact")),
                List.of(),
                List.of(new Growth.Curve(
                        "Upserts",
                        "Buffer: CPU",
                        "keys",
                        "ns each",
                        List.of(new Growth.Line(
                                "kit",
                                List.of(
                                        new Growth.Point(1_000, Spread.of(20)),
                                        new Growth.Point(100_000, Spread.of(40))))))),
                List.of(new HeatMap("Upserts", "PostgreSQL: goodput", "in flight", "batch", "rows/s")
                        .cell(1, 100, 5_000)
                        .cell(4, 100, 20_000)
                        .cell(4, 500, 31_000)
                        .step(1, 100)
                        .step(2, 100)
                        .step(2, 100)
                        .drawn()));
        return new Results(
                "2026-11-23",
                new Machine(2, 23, "17 (17.0.15+6)", "Linux amd64"),
                "dev/bench",
                false,
                findings,
                List.of(new JmhScore("Writer.write", Map.of("keys", "ZIPF"), jmh, jmh)),
                List.of(new Ratio("Writer: KEYED to STOCK, CPU", true, jmh)),
                List.of());
    }

    private static Standing standing(double low, double median, double high, double rate) {
        Spread ratio = Spread.of(low, median, high);
        Spread one = Spread.of(1);
        Spread perSecond = Spread.of(rate);
        return new Standing(
                "Upserts",
                "insert",
                "rows",
                "raw",
                "",
                1000,
                List.of("4 connections"),
                Arrays.asList(
                        new Standing.Row("raw", perSecond, one, one, one, one, one),
                        new Standing.Row("kit", perSecond, one, one, ratio, one, one)),
                List.of(Bar.Verdict.of("insert", Bar.atLeast(0.99, "promise 6 < 7"), median)));
    }
}
