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
            SlotPool<Object> pool = new SlotPool<>();
            KeyTable<Object> table = new KeyTable<>(pool);
            Map<ChangeKey, Slot<Object>> expected = new HashMap<>();
            for (int step = 0; step < 20_000; step++) {
                ChangeKey key = ChangeKey.of(random.nextInt(500));
                Slot<Object> held = expected.get(key);
                assertThat(table.find(key)).as("seed %d, step %d", seed, step).isSameAs(held);
                if (held == null) {
                    Slot<Object> slot = pool.take();
                    slot.change = new Change.Delete<>(key, null);
                    table.add(slot, key);
                    expected.put(key, slot);
                } else {
                    table.remove(held);
                    pool.giveBack(held);
                    expected.remove(key);
                }
                assertThat(table.size()).isEqualTo(expected.size());
            }
        }
    }
}
