package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyTableTest {

    @Test
    void agreesWithAHashMapOverRandomAddsAndRemoves() {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Slots<Object> slots = new Slots<>();
            KeyTable<Object> table = new KeyTable<>(slots);
            Map<ChangeKey, Integer> expected = new HashMap<>();
            for (int step = 0; step < 20_000; step++) {
                ChangeKey key = ChangeKey.of(random.nextInt(500));
                int held = expected.getOrDefault(key, Slots.NONE);
                assertThat(table.find(key, key.hashCode()))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(held);
                if (held == Slots.NONE) {
                    int slot = slots.take(new Change.Delete<>(key, null), 1, 0);
                    slots.hash(slot, key.hashCode());
                    table.add(slot);
                    expected.put(key, slot);
                } else if (random.nextInt(4) == 0) {
                    int other = slots.take(new Change.Delete<>(key, null), 1, 0);
                    slots.hash(other, key.hashCode());
                    table.replace(held, other);
                    slots.giveBack(held);
                    expected.put(key, other);
                } else {
                    table.remove(held);
                    slots.giveBack(held);
                    expected.remove(key);
                }
                assertThat(table.size()).isEqualTo(expected.size());
            }
        }
    }
}
