package io.connectorkit.sink;

import io.connectorkit.change.ChangeKey;
import org.jspecify.annotations.Nullable;

/**
 * The slots of all keys being written: open addressing with linear probing and backward-shift deletion, so that
 * look-ups neither allocate nor slow down as keys come and go.
 *
 * <p>An entry is one long, the key's hash above the number of its slot: with tens of thousands of keys in flight nearly
 * every object is a cache miss, and adding or removing a key touches one line of this table and no object.
 */
final class KeyTable<P> {

    private static final int SMALLEST = 64;

    /** Slot numbers start at 1, so that no entry is 0. */
    private static final long EMPTY = 0;

    private static final long NUMBER = 0xFFFF_FFFFL;

    private long[] entries = new long[SMALLEST];
    private int mask = SMALLEST - 1;
    private int size;

    /** Nobody reads it; without it the compiler would see that nobody needs what {@link #prefetch} loads. */
    @SuppressWarnings("UnusedVariable")
    private long prefetched;

    private final SlotPool<P> pool;

    KeyTable(SlotPool<P> pool) {
        this.pool = pool;
    }

    int size() {
        return size;
    }

    @Nullable
    Slot<P> find(ChangeKey key) {
        int hash = key.hashCode();
        int index = hash & mask;
        for (long entry = entries[index]; entry != EMPTY; entry = entries[index]) {
            if ((int) (entry >>> 32) == hash) {
                Slot<P> slot = pool.get((int) (entry & NUMBER));
                if (key.equals(slot.current().key())) {
                    return slot;
                }
            }
            index = (index + 1) & mask;
        }
        return null;
    }

    /** Adds a slot whose key is not in the table. */
    void add(Slot<P> slot, ChangeKey key) {
        slot.hash = key.hashCode();
        if (size >= entries.length / 4 * 3) {
            grow();
        }
        insert(entry(slot));
        size++;
    }

    void remove(Slot<P> slot) {
        long removed = entry(slot);
        int hole = slot.hash & mask;
        while (entries[hole] != removed) {
            if (entries[hole] == EMPTY) {
                throw new IllegalStateException("slot " + slot.number + " is not in the table");
            }
            hole = (hole + 1) & mask;
        }
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
            int distanceFromHome = (index - (int) (candidate >>> 32)) & mask;
            int distanceFromHole = (index - hole) & mask;
            if (distanceFromHome >= distanceFromHole) {
                entries[hole] = candidate;
                hole = index;
            }
        }
    }

    /**
     * Loads the entries of slots that are about to be removed: all at once, where one removal after the other would wait
     * for its own cache miss.
     */
    void prefetch(int[] numbers, int count) {
        long mixed = 0;
        for (int i = 0; i < count; i++) {
            mixed ^= entries[pool.get(numbers[i]).hash & mask];
        }
        prefetched = mixed;
    }

    private static long entry(Slot<?> slot) {
        return ((long) slot.hash << 32) | slot.number;
    }

    private void insert(long entry) {
        int index = (int) (entry >>> 32) & mask;
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
