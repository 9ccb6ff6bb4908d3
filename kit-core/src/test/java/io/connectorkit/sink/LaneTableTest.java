package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LaneTableTest {

    @Test
    void agreesWithAHashMapOverRandomAddsAndRemoves() {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            LaneTable table = new LaneTable();
            Map<Integer, Integer> expected = new HashMap<>();
            for (int step = 1; step < 20_000; step++) {
                // Few homes in the table: long probes, over its end too.
                int lane = random.nextInt(500) << random.nextInt(8);
                Integer held = expected.get(lane);
                assertThat(table.find(lane))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(held == null ? Slots.NONE : held);
                if (held == null) {
                    table.add(lane, step);
                    expected.put(lane, step);
                } else if (random.nextInt(4) == 0) {
                    table.remove(lane);
                    table.add(lane, step);
                    expected.put(lane, step);
                } else {
                    table.remove(lane);
                    expected.remove(lane);
                }
                assertThat(table.size()).isEqualTo(expected.size());
            }
        }
    }
}
