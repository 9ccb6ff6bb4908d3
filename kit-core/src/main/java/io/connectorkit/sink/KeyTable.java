package io.connectorkit.sink;

import io.connectorkit.change.ChangeKey;
import java.util.Arrays;

/**
 * The first slot of each key being written: open addressing with linear probing and backward-shift deletion, so that
 * look-ups neither allocate nor slow down as keys come and go.
 *
 * <p>An entry is the number of a slot and nothing else: with tens of thousands of keys in flight nearly every entry is a
 * cache miss, and the smaller the table the fewer they are.
 */
final class KeyTable<P> {

    private static final int SMALLEST = 64;

    private int[] entries = new int[SMALLEST];
    private int mask = SMALLEST - 1;
    private int size;

    /** Nobody reads it; without it the compiler would see that nobody needs what {@link #prefetch} loads. */
    @SuppressWarnings("UnusedVariable")
    private int prefetched;

    private final Slots<P> slots;

    KeyTable(Slots<P> slots) {
        this.slots = slots;
    }

    int size() {
        return size;
    }

    /** The slot of {@code key}, or {@link Slots#NONE}. */
    int find(ChangeKey key) {
        int hash = key.hashCode();
        int index = hash & mask;
        for (int number = entries[index]; number != Slots.NONE; number = entries[index]) {
            if (slots.hash(number) == hash && key.equals(slots.change(number).key())) {
                return number;
            }
            index = (index + 1) & mask;
        }
        return Slots.NONE;
    }

    /** Adds a slot whose key is not in the table. */
    void add(int number, ChangeKey key) {
        slots.hash(number, key.hashCode());
        if (size >= entries.length / 4 * 3) {
            grow();
        }
        insert(number);
        size++;
    }

    /** Puts {@code other}, of the same key, in the place of {@code number}. */
    void replace(int number, int other) {
        slots.hash(other, slots.hash(number));
        entries[indexOf(number)] = other;
    }

    void remove(int number) {
        int hole = indexOf(number);
        size--;
        // Close the hole: move up whatever a probe would otherwise no longer reach.
        int index = hole;
        while (true) {
            index = (index + 1) & mask;
            int candidate = entries[index];
            if (candidate == Slots.NONE) {
                entries[hole] = Slots.NONE;
                return;
            }
            int distanceFromHome = (index - slots.hash(candidate)) & mask;
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
        int mixed = 0;
        for (int i = 0; i < count; i++) {
            mixed ^= entries[slots.hash(numbers[i]) & mask];
        }
        prefetched = mixed;
    }

    private int indexOf(int number) {
        int index = slots.hash(number) & mask;
        while (entries[index] != number) {
            if (entries[index] == Slots.NONE) {
                throw new IllegalStateException("slot " + number + " is not in the table");
            }
            index = (index + 1) & mask;
        }
        return index;
    }

    private void insert(int number) {
        int index = slots.hash(number) & mask;
        while (entries[index] != Slots.NONE) {
            index = (index + 1) & mask;
        }
        entries[index] = number;
    }

    private void grow() {
        int[] old = entries;
        entries = new int[old.length * 2];
        mask = entries.length - 1;
        Arrays.stream(old).filter(number -> number != Slots.NONE).forEach(this::insert);
    }
}
