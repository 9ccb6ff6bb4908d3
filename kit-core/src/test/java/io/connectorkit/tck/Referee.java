package io.connectorkit.tck;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.tck.SinkContract.Item;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a seeded history through a sink that is killed at random and restarted from its last checkpoint, and says what
 * must be there in the end: the last change of each key.
 *
 * <p>Keys are drawn with Zipf skew, so that some are always in flight. Versions grow by key. Between checkpoints the
 * history is delivered in order; after a kill it is delivered again from the last checkpoint.
 *
 * @param seed of the history and of the kills
 * @param changes how many changes
 * @param keys how many keys
 * @param skew Zipf exponent; 0 is uniform
 * @param deletes share of changes that delete
 * @param kills how often the sink is killed
 * @param checkpointEvery changes between checkpoints
 */
public record Referee(long seed, int changes, int keys, double skew, double deletes, int kills, int checkpointEvery) {

    /** Opens the sink under test, once at the start and once after each kill. */
    @FunctionalInterface
    public interface Opener {
        SinkHarness<Item> open() throws Exception;
    }

    /** 10,000 changes on 1,000 keys, Zipf 1.1, a tenth deletes, 3 kills, a checkpoint every 500 changes. */
    public static Referee of(long seed) {
        return new Referee(seed, 10_000, 1_000, 1.1, 0.1, 3, 500);
    }

    public Referee withChanges(int changes) {
        return new Referee(seed, changes, keys, skew, deletes, kills, checkpointEvery);
    }

    public Referee withKeys(int keys) {
        return new Referee(seed, changes, keys, skew, deletes, kills, checkpointEvery);
    }

    public Referee withSkew(double skew) {
        return new Referee(seed, changes, keys, skew, deletes, kills, checkpointEvery);
    }

    public Referee withDeletes(double deletes) {
        return new Referee(seed, changes, keys, skew, deletes, kills, checkpointEvery);
    }

    public Referee withKills(int kills) {
        return new Referee(seed, changes, keys, skew, deletes, kills, checkpointEvery);
    }

    public Referee withCheckpointEvery(int checkpointEvery) {
        return new Referee(seed, changes, keys, skew, deletes, kills, checkpointEvery);
    }

    /** The history: what the source holds, in order. */
    public List<Item> history() {
        SplittableRandom random = new SplittableRandom(seed);
        double[] cumulative = cumulativeWeights();
        ChangeKey[] names = new ChangeKey[keys];
        long[] versions = new long[keys];
        List<Item> history = new ArrayList<>(changes);
        for (int i = 0; i < changes; i++) {
            int key = draw(cumulative, random.nextDouble());
            if (names[key] == null) {
                names[key] = ChangeKey.of("key-" + key);
            }
            long version = ++versions[key];
            history.add(new Item(names[key], version, random.nextDouble() < deletes ? null : "v" + version));
        }
        return history;
    }

    private double[] cumulativeWeights() {
        double[] cumulative = new double[keys];
        double sum = 0;
        for (int i = 0; i < keys; i++) {
            sum += 1 / Math.pow(i + 1.0, skew);
            cumulative[i] = sum;
        }
        return cumulative;
    }

    private static int draw(double[] cumulative, double uniform) {
        int index = java.util.Arrays.binarySearch(cumulative, uniform * cumulative[cumulative.length - 1]);
        return Math.min(cumulative.length - 1, index < 0 ? -index - 1 : index);
    }

    /** The text of every key that lives after {@code history}. */
    public static Map<ChangeKey, String> outcome(List<Item> history) {
        Map<ChangeKey, String> outcome = new HashMap<>();
        for (Item item : history) {
            if (item.text() == null) {
                outcome.remove(item.key());
            } else {
                outcome.put(item.key(), item.text());
            }
        }
        return outcome;
    }

    /** Writes the history with kills, ends with a checkpoint, and returns what must be there. */
    public Map<ChangeKey, String> run(Opener opener) throws Exception {
        List<Item> history = history();
        SplittableRandom random = new SplittableRandom(seed ^ 0x5DEECE66DL);
        int toKill = kills;
        int checkpoint = 0;
        int position = 0;
        SinkHarness<Item> sink = opener.open();
        try {
            while (position < changes) {
                sink.write(history.get(position++));
                // As many kills are still to come as stretches of the history are left for them.
                if (toKill > 0 && random.nextInt(changes - position + 1) < toKill) {
                    toKill--;
                    sink.close();
                    sink = opener.open();
                    position = checkpoint;
                } else if (position % checkpointEvery == 0 || position == changes) {
                    sink.flush();
                    checkpoint = position;
                }
            }
        } finally {
            sink.close();
        }
        return outcome(history);
    }
}
