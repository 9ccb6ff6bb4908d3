package io.connectorkit.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void theMedianOfAnOddNumberIsTheMiddleOne() {
        assertThat(Spread.of(5, 1, 9).median()).isEqualTo(5);
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        assertThat(Spread.of(4, 1, 9, 2).median()).isEqualTo(3);
    }

    @Test
    void upToEightMeasurementsSpreadFromTheSmallestToTheLargest() {
        for (int n = 1; n <= 8; n++) {
            Spread spread = Spread.of(IntStream.range(0, n).asDoubleStream().toArray());
            assertThat(spread.low()).isEqualTo(0);
            assertThat(spread.high()).isEqualTo(n - 1);
            assertThat(spread.count()).isEqualTo(n);
        }
    }

    @Test
    void oneOutlierInNineDoesNotWidenTheSpread() {
        Spread spread = Spread.of(1, 2, 3, 4, 5, 6, 7, 8, 1000);

        assertThat(spread.low()).isEqualTo(2);
        assertThat(spread.high()).isEqualTo(8);
        assertThat(spread.min()).isEqualTo(1);
        assertThat(spread.max()).isEqualTo(1000);
    }

    /** The ranks of the sign test, as tables of it have them. */
    @Test
    void largeNumbersCutOffWhatTheSignTestAllows() {
        assertThat(Spread.of(IntStream.rangeClosed(1, 20).asDoubleStream().toArray()))
                .extracting(Spread::low, Spread::high)
                .containsExactly(6.0, 15.0);
        assertThat(Spread.of(IntStream.rangeClosed(1, 100).asDoubleStream().toArray()))
                .extracting(Spread::low, Spread::high)
                .containsExactly(40.0, 61.0);
    }

    @Test
    void theTrueMedianLiesInTheSpreadOfNineteenRunsInTwenty() {
        SplittableRandom random = new SplittableRandom(42);
        long inside = IntStream.range(0, 2_000)
                .mapToObj(run -> Spread.of(random.doubles(15).toArray()))
                .filter(spread -> spread.contains(0.5))
                .count();

        assertThat(inside).isBetween(1_900L, 1_990L);
    }

    @Test
    void givenValuesStayInTheirOrder() {
        double[] values = {3, 1, 2};
        Spread.of(values);

        assertThat(Arrays.equals(values, new double[] {3, 1, 2})).isTrue();
    }

    @Test
    void noMeasurementIsRefused() {
        assertThatThrownBy(Spread::of).hasMessage("a spread must have at least 1 measurement, got 0");
    }
}
