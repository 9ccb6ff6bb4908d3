package io.connectorkit.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.examples.demo.Report.Store;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final Comparison EQUAL = new Comparison("PostgreSQL", 90, 0, 0, 0, 0, List.of());

    @Test
    void isGoodWhenTheStoresEqualTheTableAndTheKillsCausedReplays() {
        Report report = report(EQUAL, 2, 2, 200, 17);
        assertThat(report.problems()).isEmpty();
        assertThat(report.verdict()).isEqualTo("OK: both stores equal the table, row by row.");
    }

    @Test
    void namesWhatDiffers() {
        Comparison stale = new Comparison("PostgreSQL", 90, 0, 1, 0, 0, List.of("F1 is stale"));
        assertThat(report(stale, 2, 2, 200, 17).verdict())
                .isEqualTo("FAILED: PostgreSQL does not equal the table: F1 is stale");
    }

    @Test
    void isNotGoodWhenTheRunTestedNothing() {
        assertThat(report(EQUAL, 1, 1, 200, 17).problems()).containsExactly("only 1 of 2 kills happened");
        assertThat(report(EQUAL, 2, 1, 200, 17).problems()).containsExactly("the job restarted 1 times after 2 kills");
        assertThat(report(EQUAL, 2, 2, 200, 0).problems())
                .containsExactly("the kills caused no replay: they have tested nothing");
        assertThat(report(EQUAL, 2, 2, 201, 17).problems())
                .containsExactly("the source emitted 201 changes, the table had 200");
    }

    @Test
    void showsTheNumbersInATable() {
        assertThat(report(EQUAL, 2, 2, 200, 17).lines())
                .contains(
                        "PostgreSQL           90        0        0        0        0        100      12 ms     340 ms")
                .contains("200 changes in 2.0 s. Kills 2, restarts 2, replayed 17.");
    }

    private static Report report(Comparison comparison, int kills, int restarts, long position, long replayed) {
        return new Report(
                DemoOptions.defaults(),
                90,
                200,
                2.0,
                kills,
                restarts,
                position,
                replayed,
                0,
                List.of(new Store(comparison, 217, 3, 12, 340, 10)));
    }
}
