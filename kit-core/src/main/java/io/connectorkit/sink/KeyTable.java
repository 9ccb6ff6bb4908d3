package io.connectorkit.sink;

import io.connectorkit.change.ChangeKey;

/**
 * The first slot of each key being written: open addressing with linear probing and backward-shift deletion, so that
 * look-ups neither allocate nor slow down as keys come and go.
 *
 * <p>An entry is one long, the key's hash above the number of its slot: with tens of thousands of keys in flight nearly
 * every entry is a cache miss, and finding, adding or removing a key touches one line of this table and nothing else.
 */
final class KeyTable<P> {

    private static final int SMALLEST = 64;

    /** No slot has number 0. */
    private static final long EMPTY = 0;

    private static final long NUMBER = 0xFFFF_FFFFL;

    private long[] entries = new long[SMALLEST];
    private int mask = SMALLEST - 1;
    private int size;

    /** Nobody reads it; without it the compiler would see that nobody needs what {@link #prefetch} loads. */
    @SuppressWarnings("UnusedVariable")
    private long prefetched;

    private final Slots<P> slots;

    KeyTable(Slots<P> slots) {
        this.slots = slots;
    }

    int size() {
        return size;
    }

    /** The first slot of {@code key}, which has this {@code hash}; or {@link Slots#NONE}. */
    int find(ChangeKey key, int hash) {
        int index = hash & mask;
        for (long entry = entries[index]; entry != EMPTY; entry = entries[index]) {
            if (hash(entry) == hash && key.equals(slots.change(number(entry)).key())) {
                return number(entry);
            }
            index = (index + 1) & mask;
        }
        return Slots.NONE;
    }

    /** Adds a slot whose key is not in the table; the slot knows the key's hash. */
    void add(int number) {
        if (size >= entries.length / 4 * 3) {
            grow();
        }
        insert(entry(number));
        size++;
    }

    /** Puts {@code other}, of the same key, in the place of {@code number}. */
    void replace(int number, int other) {
        entries[indexOf(number)] = entry(other);
    }

    void remove(int number) {
        int hole = indexOf(number);
        size--;
        // Close the hole: move up whatever a probe would otherwise no longer reach.
        int index = hole;
        while (true) {
            index = (index + 1) & mask;
            long candidate = entries[index];
            if (candidate == EMPTY) {
                entries[hole] = EMPTY;
                return;
            }
            int distanceFromHome = (index - hash(candidate)) & mask;
            int distanceFromHole = (index - hole) & mask;
            if (distanceFromHome >= distanceFromHole) {
                entries[hole] = candidate;
                hole = index;
            }
        }
    }

    /**
     * Loads the entries of slots whose keys are about to be found or removed: all at once, where one after the other would
     * wait for its own cache miss.
     */
    void prefetch(int[] numbers, int count) {
        long mixed = 0;
        for (int i = 0; i < count; i++) {
            mixed ^= entries[slots.hash(numbers[i]) & mask];
        }
        prefetched = mixed;
    }

    private long entry(int number) {
        return ((long) slots.hash(number) << 32) | number;
    }

    private static int hash(long entry) {
        return (int) (entry >>> 32);
    }

    private static int number(long entry) {
        return (int) (entry & NUMBER);
    }

    private int indexOf(int number) {
        long entry = entry(number);
        int index = hash(entry) & mask;
        while (entries[index] != entry) {
            if (entries[index] == EMPTY) {
                throw new IllegalStateException("slot " + number + " is not in the table");
            }
            index = (index + 1) & mask;
        }
        return index;
    }

    private void insert(long entry) {
        int index = hash(entry) & mask;
        while (entries[index] != EMPTY) {
            index = (index + 1) & mask;
        }
        entries[index] = entry;
    }

    private void grow() {
        long[] old = entries;
        entries = new long[old.length * 2];
        mask = entries.length - 1;
        for (long entry : old) {
            if (entry != EMPTY) {
                insert(entry);
            }
        }
    }
}
