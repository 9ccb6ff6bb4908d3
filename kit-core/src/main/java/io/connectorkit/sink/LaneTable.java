package io.connectorkit.sink;

/**
 * The first slot of each lane that changes wait for: open addressing with linear probing and backward-shift deletion, so
 * that look-ups neither allocate nor slow down as lanes come and go.
 *
 * <p>An entry is one long, the lane above the number of the slot. Lanes come from mixed hashes and need no other.
 */
final class LaneTable {

    private static final int SMALLEST = 64;

    /** No slot has number 0. */
    private static final long EMPTY = 0;

    private long[] entries = new long[SMALLEST];
    private int mask = SMALLEST - 1;
    private int size;

    int size() {
        return size;
    }

    /** The first slot of {@code lane}, or {@link Slots#NONE}. */
    int find(int lane) {
        long entry = entries[probe(lane)];
        return entry == EMPTY ? Slots.NONE : (int) entry;
    }

    /** Adds a lane that is not in the table. */
    void add(int lane, int slot) {
        if (size >= entries.length / 4 * 3) {
            grow();
        }
        entries[probe(lane)] = entry(lane, slot);
        size++;
    }

    /** Where the lane is, or would be. */
    private int probe(int lane) {
        int index = lane & mask;
        while (entries[index] != EMPTY && lane(entries[index]) != lane) {
            index = (index + 1) & mask;
        }
        return index;
    }

    /** Removes a lane that is in the table. */
    void remove(int lane) {
        int hole = probe(lane);
        if (entries[hole] == EMPTY) {
            throw new IllegalStateException("nothing waits for lane " + lane);
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
            int distanceFromHome = (index - lane(candidate)) & mask;
            int distanceFromHole = (index - hole) & mask;
            if (distanceFromHome >= distanceFromHole) {
                entries[hole] = candidate;
                hole = index;
            }
        }
    }

    private static long entry(int lane, int slot) {
        return ((long) lane << 32) | slot;
    }

    private static int lane(long entry) {
        return (int) (entry >>> 32);
    }

    private void grow() {
        long[] old = entries;
        entries = new long[old.length * 2];
        mask = entries.length - 1;
        for (long entry : old) {
            if (entry != EMPTY) {
                entries[probe(lane(entry))] = entry;
            }
        }
    }
}
