package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.ChangeKey;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LanesTest {

    private final Lanes lanes = new Lanes(1_000);

    @Test
    void aLaneIsTakenOnceUntilItIsLeftAndItsNeighboursDoNotCare() {
        SplittableRandom random = new SplittableRandom(1);
        Set<Integer> taken = new HashSet<>();
        for (int step = 0; step < 100_000; step++) {
            int lane = lanes.of(ChangeKey.of(random.nextInt(200)));
            if (random.nextBoolean()) {
                assertThat(lanes.take(lane)).as("step %d", step).isEqualTo(taken.add(lane) ? 0 : 1);
            } else if (taken.remove(lane)) {
                assertThat(lanes.leave(lane)).isZero();
            }
        }
    }

    @Test
    void aLaneThatOthersWaitForStaysTaken() {
        int lane = lanes.of(ChangeKey.of("a"));
        lanes.take(lane);
        lanes.markCrowded(lane);
        assertThat(lanes.crowdedBit(lane)).isEqualTo(1);
        assertThat(lanes.leave(lane)).isEqualTo(1);
        assertThat(lanes.take(lane)).isEqualTo(1);
        lanes.unmarkCrowded(lane);
        assertThat(lanes.crowdedBit(lane)).isZero();
        assertThat(lanes.take(lane)).isEqualTo(1);
        assertThat(lanes.leave(lane)).isZero();
        assertThat(lanes.take(lane)).isZero();
    }

    @Test
    void fewKeysMeetByChance() {
        assertThat(meetings(i -> ChangeKey.of((long) i))).isLessThan(40);
        assertThat(meetings(i -> ChangeKey.of("customer-" + i))).isLessThan(40);
        assertThat(meetings(i -> ChangeKey.of((long) (i / 20), (long) (i % 20))))
                .isLessThan(40);
        assertThat(meetings(i -> ChangeKey.of("order-" + i / 7, (long) (i % 7))))
                .isLessThan(40);
    }

    /** How many of 1,000 keys find their lane taken by another. */
    private static int meetings(java.util.function.IntFunction<ChangeKey> keys) {
        Lanes lanes = new Lanes(1_000);
        int meetings = 0;
        for (int i = 0; i < 1_000; i++) {
            meetings += lanes.take(lanes.of(keys.apply(i * 37)));
        }
        return meetings;
    }
}
