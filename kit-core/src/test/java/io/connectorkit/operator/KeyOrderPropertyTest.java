package io.connectorkit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Versions with a TTL against those of an operator that never forgets, under watermarks, crashes and rescales that differ
 * between a run and its replay: they must be the same, whatever was forgotten when.
 */
class KeyOrderPropertyTest {

    private static final long TTL = 50;
    private static final OutputTag<Event> LATE = new OutputTag<>("late", TypeInformation.of(Event.class));
    private static final KeyOrder<Event, Long> OPERATOR = KeyOrder.<Event, Long>of(
                    Event::changeKey, (event, version) -> version.longValue(), Types.LONG)
            .withTtl(Duration.ofMillis(TTL), LATE);

    private static final int RECORDS = 4000;
    private static final int KEYS = 40;

    private final int[] keys = new int[RECORDS];
    private final long[] timestamps = new long[RECORDS];
    private final long[] versions = new long[RECORDS];

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void forgettingIsNeverSeen(long seed) throws Exception {
        Random random = new Random(seed);
        drawRecords(random);
        int forgotten = 0;
        int replayed = 0;
        try (var subtasks = new KeyedSubtasks<Long>(OPERATOR.keys()).start(2, OPERATOR::function)) {
            var saved = subtasks.checkpoint();
            int savedAt = -1;
            long highest = Long.MIN_VALUE;
            for (int at = 0; at < RECORDS; at++) {
                assertThat(subtasks.process(Event.of("key" + keys[at], 0), timestamps[at]))
                        .as("seed %d, record %d of key%d at %d", seed, at, keys[at], timestamps[at])
                        .containsExactly(versions[at]);
                highest = Math.max(highest, timestamps[at]);
                if (random.nextInt(5) == 0) {
                    // No record is later than TTL - 1 behind this watermark; when it comes is up to chance.
                    int before = subtasks.keysRemembered();
                    subtasks.watermark(Math.max(0, highest) - random.nextInt(30));
                    forgotten += before - subtasks.keysRemembered();
                }
                if (random.nextInt(100) == 0) {
                    saved = subtasks.checkpoint();
                    savedAt = at;
                } else if (random.nextInt(120) == 0 && replayed < RECORDS) {
                    subtasks.restore(saved, 1 + random.nextInt(3), OPERATOR::function);
                    replayed += at - savedAt;
                    at = savedAt;
                    // Watermarks are made of what is read again.
                    highest = Long.MIN_VALUE;
                }
            }
            assertThat(subtasks.side(LATE)).as("seed %d", seed).isEmpty();
        }
        assertThat(forgotten).as("seed %d", seed).isGreaterThan(100);
        assertThat(replayed).as("seed %d", seed).isGreaterThan(100);
    }

    /** Keys come in spells, several records in a millisecond, timestamps up to 20 behind: less than the TTL. */
    private void drawRecords(Random random) {
        Map<Integer, Long> last = new HashMap<>();
        long now = 1000;
        for (int i = 0; i < RECORDS; i++) {
            now += random.nextInt(4) == 0 ? random.nextInt(12) : 0;
            keys[i] = (int) (now / 40 + random.nextInt(6)) % KEYS;
            timestamps[i] = now - random.nextInt(20);
            versions[i] = Math.max(last.getOrDefault(keys[i], 0L) + 1, timestamps[i]);
            last.put(keys[i], versions[i]);
        }
    }
}
