package io.connectorkit.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ContestTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final List<String> events = new ArrayList<>();
    private long nowNanos;
    private double slowness = 1;

    /** Each rival takes as many seconds as it says it handles thousands, times how slow the machine is in that lap. */
    private final Stopwatch stopwatch = rival -> {
        long before = nowNanos;
        long records = rival.run();
        return new Lap(records, nowNanos - before, 2 * (nowNanos - before), 10 * records);
    };

    private final Session session = session(false);

    private Session session(boolean quick) {
        Progress progress = new Progress(new PrintStream(printed, true, StandardCharsets.UTF_8), () -> nowNanos);
        return new Session("test", quick, stopwatch, progress);
    }

    private Rival taking(String name, double seconds) {
        return () -> {
            events.add(name);
            nowNanos += (long) (seconds * slowness * TimeUnit.SECONDS.toNanos(1));
            return 1000;
        };
    }

    @Test
    void rivalsTakeTurnsAndEachRoundBeginsWithAnother() throws Exception {
        session.contest("c", "rows")
                .rival("a", taking("a", 1))
                .rival("b", taking("b", 1))
                .rounds(3)
                .run();

        // The first two are the warm-up.
        assertThat(events).containsExactly("b", "a", "a", "b", "b", "a", "a", "b");
    }

    @Test
    void aDisturbedRoundDoesNotTouchTheRatio() throws Exception {
        double[] machine = {1, 1, 8, 1, 3, 20};
        int[] lap = {0};
        Preparation disturb = () -> slowness = machine[lap[0]++ / 2];
        Standing standing = session.contest("c", "rows")
                .rival("raw", disturb, taking("raw", 1))
                .rival("kit", disturb, taking("kit", 0.5))
                .rounds(5)
                .run();

        Spread ratio = standing.rows().get(1).throughputRatio();
        assertThat(ratio.median()).isEqualTo(2, within(1e-9));
        assertThat(ratio.low()).isEqualTo(2, within(1e-9));
        assertThat(ratio.high()).isEqualTo(2, within(1e-9));
        assertThat(standing.rows().get(1).perSecond().median()).isEqualTo(1000 / 0.5 / 3, within(1e-6));
    }

    @Test
    void warmUpRoundsDoNotCount() throws Exception {
        int[] runs = {0};
        Standing standing = session.contest("c", "rows")
                .rival("raw", taking("raw", 1))
                .rival("kit", () -> taking("kit", runs[0]++ == 0 ? 100 : 1).run())
                .rounds(2)
                .run();

        assertThat(standing.rows().get(1).throughputRatio().min()).isEqualTo(1, within(1e-9));
    }

    @Test
    void cpuAndBytesAreCountedForEachRecord() throws Exception {
        Standing standing = session.contest("c", "rows")
                .rival("raw", taking("raw", 2))
                .rival("kit", taking("kit", 1))
                .rounds(1)
                .run();

        Standing.Row kit = standing.rows().get(1);
        assertThat(kit.cpuNanos().median()).isEqualTo(2e9 / 1000, within(1e-6));
        assertThat(kit.bytes().median()).isEqualTo(10);
        assertThat(kit.cpuRatio().median()).isEqualTo(0.5, within(1e-9));
        assertThat(kit.bytesRatio().median()).isEqualTo(1);
    }

    @Test
    void preparationsAreNotTimed() throws Exception {
        Standing standing = session.contest("c", "rows")
                .rival("raw", () -> nowNanos += TimeUnit.HOURS.toNanos(1), taking("raw", 1))
                .rival("kit", taking("kit", 1))
                .rounds(1)
                .run();

        assertThat(standing.rows().get(0).perSecond().median()).isEqualTo(1000, within(1e-6));
    }

    @Test
    void theBaselineIsTheFirstRivalUnlessNamed() throws Exception {
        Contest contest = session.contest("c", "rows")
                .rival("raw", taking("raw", 1))
                .rival("kit", taking("kit", 2))
                .rounds(1);

        assertThat(contest.run().rows().get(1).throughputRatio().median()).isEqualTo(0.5, within(1e-9));
        assertThat(contest.baseline("kit").run().rows().get(0).throughputRatio().median())
                .isEqualTo(2, within(1e-9));
    }

    @Test
    void barsAreJudgedByTheMedianRatio() throws Exception {
        Standing standing = session.contest("c", "rows")
                .rival("raw", taking("raw", 1))
                .rival("official", taking("official", 4))
                .rival("kit", taking("kit", 1.25))
                .bar("kit", 0.9, "promise 1")
                .bar("kit", "official", 2, "promise 2")
                .cpuBar("kit", 1.3, "promise 3")
                .rounds(1)
                .run();

        assertThat(standing.bars()).extracting(Bar.Verdict::kept).containsExactly(false, true, true);
        assertThat(standing.bars().get(0)).hasToString("MISSED: c: kit to raw, rows/s 0.80, at least 0.90 (promise 1)");
        assertThat(standing.bars().get(1).value()).isEqualTo(3.2, within(1e-9));
    }

    @Test
    void theFloorIsTakenOffCpuAndBytesOfTheOthers() throws Exception {
        Standing standing = session.contest("c", "rows")
                .rival("making", taking("making", 1))
                .rival("stock", taking("stock", 3))
                .rival("kit", taking("kit", 2))
                .baseline("stock")
                .floor("making")
                .cpuBar("kit", 0.5, "promise 1")
                .bytesBar("kit", 0.25, "promise 2")
                .rounds(1)
                .run();

        assertThat(standing.rows().get(2).cpuRatio().median()).isEqualTo(0.5, within(1e-9));
        assertThat(standing.rows().get(2).throughputRatio().median()).isEqualTo(1.5, within(1e-9));
        assertThat(standing.rows().get(0).cpuNanos().median()).isEqualTo(2e9 / 1000, within(1e-6));
        assertThat(standing.bars()).extracting(Bar.Verdict::kept).containsExactly(true, true);
        assertThat(standing.ratios()).extracting(Ratio::what).noneMatch(what -> what.contains("making"));
    }

    @Test
    void aRivalThatHandlesAnotherNumberIsAnError() {
        Contest contest =
                session.contest("c", "rows").rival("raw", taking("raw", 1)).rival("kit", () -> 999);

        assertThatThrownBy(contest::run)
                .hasMessage("rival 'raw' of contest 'c' must handle as many rows as the others, 999, got 1000");
    }

    @Test
    void aRivalThatHandlesNothingIsAnError() {
        Contest contest = session.contest("c", "rows").rival("a", () -> 0).rival("b", () -> 0);

        assertThatThrownBy(contest::run).hasMessage("rival 'b' of contest 'c' must handle at least 1, got 0");
    }

    @Test
    void aContestWithoutItsRivalsIsRefusedWithEverythingThatIsMissing() {
        Contest contest = session.contest("c", "rows")
                .rival("kit", () -> 1)
                .baseline("raw")
                .bar("kitt", 0.9, "promise 1");

        assertThatThrownBy(contest::run)
                .hasMessage("contest 'c' must have at least 2 rivals, got [kit]"
                        + "; and a rival as its baseline, got 'raw' (rivals: [kit])"
                        + "; and a rival as the rival of a bar, got 'kitt' (rivals: [kit])"
                        + "; and a rival as what a bar compares with, got 'raw' (rivals: [kit])");
        assertThatThrownBy(() -> contest.rival("kit", () -> 1))
                .hasMessage("contest 'c' must have each rival once, got 'kit' twice");
        assertThatThrownBy(() -> contest.rounds(0)).hasMessage("rounds must be at least 1, got 0");
    }

    @Test
    void progressSaysHowLongItWillStillTake() throws Exception {
        session.contest("c", "rows")
                .rival("a", taking("a", 30))
                .rival("b", taking("b", 30))
                .rounds(2)
                .run();

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("  warm-up, b: 33.3 rows/s; about 2 min 30 s left")
                .contains("  round 2 of 2, b: 33.3 rows/s; about 30 s left")
                .contains("  round 2 of 2, a: 33.3 rows/s" + System.lineSeparator());
    }

    @Test
    void aQuickSessionMakesFewerRoundsAndLessWork() throws Exception {
        Session quick = session(true);
        quick.contest("c", "rows")
                .rival("a", taking("a", 1))
                .rival("b", taking("b", 1))
                .rounds(9)
                .run();

        assertThat(events).hasSize(8);
        assertThat(quick.scaled(5_000)).isEqualTo(500);
        assertThat(session.scaled(5_000)).isEqualTo(5_000);
    }

    @Test
    void figuresAndSkipsAreKept() {
        session.figure("records/s per shard", 41_000, "records/s", Bar.atLeast(34_000, "promise 4"));
        session.figure("CPU of an idle source", 0.01, "cores");
        session.skip("official connector", "no artifact for Flink 2.3");

        Findings findings = session.findings();
        assertThat(findings.verdicts()).singleElement().satisfies(verdict -> assertThat(verdict.kept())
                .isTrue());
        assertThat(findings.figures()).hasSize(2);
        assertThat(findings.skips())
                .containsExactly(new Findings.Skip("test", "official connector", "no artifact for Flink 2.3"));
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("skipped: official connector (no artifact for Flink 2.3)");
    }
}
