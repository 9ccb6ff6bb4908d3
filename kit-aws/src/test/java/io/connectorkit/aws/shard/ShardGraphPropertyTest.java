package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random histories of splits, merges, trims, failures and restores; a failure names its seed. */
class ShardGraphPropertyTest {

    private static final String STREAM = "s";
    private static final int SUBTASKS = 3;

    private static final int GRAPHS = 10_000;

    /** Many small ones, some of hundreds, a few of 5,000. */
    private static int shards(long seed) {
        if (seed % 2_500 == 0) {
            return 5_000;
        }
        return seed % 100 == 0 ? 300 : 2 + (int) (seed % 20);
    }

    @Test
    void everyShardIsReadOnceItsParentsWereAndForgottenOnceItIsGone() {
        for (long seed = 0; seed < GRAPHS; seed++) {
            new History(seed, shards(seed)).run();
        }
    }

    /** One stream's life, and what a reader of it did. */
    private static final class History {
        private final long seed;
        private final Random random;
        private final int shards;
        private final Map<String, Shard> all = new HashMap<>();
        private final List<String> open = new ArrayList<>();
        private final Set<String> closed = new HashSet<>();
        private final Set<String> listed = new LinkedHashSet<>();
        private final Set<String> trimmed = new HashSet<>();
        private final Map<String, Integer> reading = new HashMap<>();
        private final Map<String, Integer> fragile = new HashMap<>();
        private final Set<String> read = new HashSet<>();
        /** Seen by the graph in a listing: from then on it must be read. */
        private final Set<String> promised = new HashSet<>();

        private ShardGraph graph = new ShardGraph();
        private int next;

        History(long seed, int shards) {
            this.seed = seed;
            this.random = new Random(seed);
            this.shards = shards;
        }

        void run() {
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                birth();
            }
            graph.begin(STREAM, listing(), ShardPosition.oldest(), false);
            while (next < shards) {
                evolve();
                step();
            }
            for (int i = 0; i < 2 * shards + 10 && read.size() < promised.size(); i++) {
                graph.update(STREAM, listing());
                assignAll();
                List.copyOf(reading.keySet()).forEach(this::end);
                checkpoint();
            }
            checkpoint();
            assertThat(read).as("seed %d", seed).isEqualTo(promised);
            trimmed.addAll(listed);
            listed.clear();
            for (int i = 0; i < ShardGraph.FORGET_AFTER; i++) {
                graph.update(STREAM, List.of());
            }
            assertThat(graph.size()).as("seed %d: shards not forgotten", seed).isZero();
        }

        private void birth(String... parents) {
            String id = "shard-" + next++;
            all.put(id, new Shard(id, List.of(parents), false));
            open.add(id);
            listed.add(id);
        }

        private String closeOne() {
            String id = open.remove(random.nextInt(open.size()));
            closed.add(id);
            return id;
        }

        private void evolve() {
            switch (random.nextInt(4)) {
                case 0 -> birth(closeOne());
                case 1 -> {
                    String parent = closeOne();
                    birth(parent);
                    birth(parent);
                }
                case 2 -> {
                    if (open.size() > 1) {
                        birth(closeOne(), closeOne());
                    }
                }
                default -> trim();
            }
        }

        /** The oldest closed shard leaves the listing, read or not. */
        private void trim() {
            for (String id : listed) {
                if (closed.contains(id)) {
                    listed.remove(id);
                    trimmed.add(id);
                    return;
                }
            }
        }

        private List<Shard> listing() {
            List<Shard> shuffled = new ArrayList<>();
            listed.forEach(id -> shuffled.add(new Shard(id, all.get(id).parents(), closed.contains(id))));
            promised.addAll(listed);
            java.util.Collections.shuffle(shuffled, random);
            return shuffled;
        }

        private void step() {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    graph.update(STREAM, listing());
                    assertBounded();
                }
                case 2 -> assignAll();
                case 3 -> reading.keySet().stream().findAny().ifPresent(this::end);
                case 4 -> checkpoint();
                default -> {
                    if (random.nextBoolean()) {
                        failOver(random.nextInt(SUBTASKS));
                    } else {
                        checkpoint();
                        graph = ShardGraph.restore(graph.kept());
                        // How often a shard was missing is not kept: it starts anew.
                        trimmedAt.replaceAll(at -> updates);
                    }
                }
            }
        }

        private void assignAll() {
            for (ShardGraph.Ready ready : graph.ready()) {
                String id = ready.split().shardId();
                assertThat(reading).as("seed %d: %s given out twice", seed, id).doesNotContainKey(id);
                assertThat(read).as("seed %d: %s read again", seed, id).doesNotContain(id);
                for (String parent : all.get(id).parents()) {
                    assertThat(read.contains(parent) || !promised.contains(parent))
                            .as("seed %d: %s before its parent %s", seed, id, parent)
                            .isTrue();
                    if (fragile.containsKey(parent)) {
                        assertThat(ready.after()).as("seed %d: %s", seed, id).contains(fragile.get(parent));
                    }
                }
                if (ready.after().size() > 1) {
                    continue;
                }
                int subtask = ready.after().isEmpty()
                        ? random.nextInt(SUBTASKS)
                        : ready.after().iterator().next();
                graph.reading(id, subtask);
                reading.put(id, subtask);
                givenOut.put(id, ready.split());
            }
        }

        /** Given out since the last checkpoint. */
        private final Map<String, ShardSplit> givenOut = new HashMap<>();

        private void end(String id) {
            int subtask = reading.remove(id);
            graph.ended(id, subtask, false);
            fragile.put(id, subtask);
            read.add(id);
        }

        private void checkpoint() {
            graph.keep(graph.fragileEnds());
            fragile.clear();
            givenOut.clear();
        }

        private void failOver(int subtask) {
            graph.undo(subtask);
            for (String id : List.copyOf(fragile.keySet())) {
                if (fragile.get(id) == subtask) {
                    fragile.remove(id);
                    read.remove(id);
                    reading.put(id, subtask);
                }
            }
            for (String id : List.copyOf(givenOut.keySet())) {
                if (reading.getOrDefault(id, -1) == subtask) {
                    reading.remove(id);
                    graph.giveBack(givenOut.remove(id));
                }
            }
        }

        private void assertBounded() {
            int recent = recentlyTrimmed();
            if (updates % (1 + shards / 200) != 0) {
                return;
            }
            int unread = 0;
            for (String id : promised) {
                if (!listed.contains(id) && (!read.contains(id) || fragile.containsKey(id))) {
                    unread++;
                }
            }
            assertThat(graph.size())
                    .as("seed %d: shards remembered", seed)
                    .isLessThanOrEqualTo(listed.size() + unread + recent);
        }

        private int updates;
        private final List<Integer> trimmedAt = new ArrayList<>();

        private int recentlyTrimmed() {
            updates++;
            while (trimmedAt.size() < trimmed.size()) {
                trimmedAt.add(updates);
            }
            int recent = 0;
            for (int at : trimmedAt) {
                recent += at > updates - ShardGraph.FORGET_AFTER ? 1 : 0;
            }
            return recent;
        }
    }
}
