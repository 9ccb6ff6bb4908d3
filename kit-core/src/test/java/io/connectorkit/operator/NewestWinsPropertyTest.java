package io.connectorkit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random orders with repeats, crashes and rescales, against an oracle: every record passes exactly when no newer one of
 * its key came before it, and a store without any guard ends with the newest of each key.
 */
class NewestWinsPropertyTest {

    private static final NewestWins<Event> OPERATOR = NewestWins.of(Event::changeKey, Event::changeVersion);

    /** The filter under test, with its crashes. */
    private interface Filter {
        boolean passes(Event event) throws Exception;

        void checkpoint() throws Exception;

        void crash(int parallelism) throws Exception;
    }

    private static final class RealFilter implements Filter {
        private final KeyedSubtasks<Event> subtasks;
        private KeyedSubtasks.Checkpoint last;

        RealFilter(KeyedSubtasks<Event> subtasks) throws Exception {
            this.subtasks = subtasks.start(2, OPERATOR::function);
            checkpoint();
        }

        @Override
        public boolean passes(Event event) throws Exception {
            List<Event> emitted = subtasks.process(event);
            assertThat(emitted).isSubsetOf(Set.of(event)).hasSizeLessThanOrEqualTo(1);
            return !emitted.isEmpty();
        }

        @Override
        public void checkpoint() throws Exception {
            last = subtasks.checkpoint();
        }

        @Override
        public void crash(int parallelism) throws Exception {
            subtasks.restore(last, parallelism, OPERATOR::function);
        }
    }

    /** Compares with {@code minimum}: 0 is right, 1 drops equal versions, -1 lets the one before the newest pass. */
    private static final class PlantedFilter implements Filter {
        private final int minimum;
        private Map<String, Long> newest = new HashMap<>();
        private Map<String, Long> saved = new HashMap<>();

        PlantedFilter(int minimum) {
            this.minimum = minimum;
        }

        @Override
        public boolean passes(Event event) {
            long version = Long.parseLong(event.version());
            Long seen = newest.get(event.key());
            boolean passes = seen == null || version - seen >= minimum;
            if (passes) {
                newest.put(event.key(), version);
            }
            return passes;
        }

        @Override
        public void checkpoint() {
            saved = new HashMap<>(newest);
        }

        @Override
        public void crash(int parallelism) {
            newest = new HashMap<>(saved);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aRecordPassesExactlyWhenNoNewerOneOfItsKeyCameBefore(long seed) throws Exception {
        try (var subtasks = new KeyedSubtasks<Event>(OPERATOR.keys())) {
            judge(new RealFilter(subtasks), seed);
        }
    }

    @Test
    void theOracleAcceptsARightFilterAndCatchesPlantedBugs() throws Exception {
        judge(new PlantedFilter(0), 1);
        assertThatThrownBy(() -> judge(new PlantedFilter(1), 1)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> judge(new PlantedFilter(-1), 1)).isInstanceOf(AssertionError.class);
    }

    private static void judge(Filter filter, long seed) throws Exception {
        Random random = new Random(seed);
        List<Event> source = shuffled(random);
        Map<String, ChangeVersion> newest = new HashMap<>();
        Map<String, ChangeVersion> saved = Map.of();
        Map<String, Event> store = new HashMap<>();
        int savedAt = 0;
        int crashes = 0;
        for (int at = 0; at < source.size(); at++) {
            Event event = source.get(at);
            ChangeVersion seen = newest.get(event.key());
            boolean expected = seen == null || event.changeVersion().compareTo(seen) >= 0;
            assertThat(filter.passes(event))
                    .as("seed %d, record %d %s after %s", seed, at, event, seen)
                    .isEqualTo(expected);
            if (expected) {
                newest.put(event.key(), event.changeVersion());
                store.put(event.key(), event);
            }
            if (random.nextInt(150) == 0) {
                filter.checkpoint();
                saved = Map.copyOf(newest);
                savedAt = at;
            } else if (random.nextInt(400) == 0 && crashes < 10) {
                crashes++;
                filter.crash(1 + random.nextInt(3));
                newest = new HashMap<>(saved);
                at = saved.isEmpty() ? -1 : savedAt;
            }
        }
        assertThat(crashes).as("seed %d", seed).isPositive();
        Map<String, Event> truth = new HashMap<>();
        for (Event event : source) {
            truth.merge(event.key(), event, (a, b) -> a.changeVersion().compareTo(b.changeVersion()) >= 0 ? a : b);
        }
        assertThat(store).as("seed %d", seed).isEqualTo(truth);
    }

    /** 30 keys of 40 versions in any order, a third of them twice. */
    private static List<Event> shuffled(Random random) {
        List<Event> events = new ArrayList<>();
        for (int key = 0; key < 30; key++) {
            Set<Long> versions = new TreeSet<>();
            while (versions.size() < 40) {
                versions.add((long) random.nextInt(100));
            }
            for (long version : versions) {
                events.add(Event.of("key" + key, version));
                if (random.nextInt(3) == 0) {
                    events.add(Event.of("key" + key, version));
                }
            }
        }
        Collections.shuffle(events, random);
        return events;
    }
}
