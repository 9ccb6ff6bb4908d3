package io.connectorkit.sink;

import io.connectorkit.change.ChangeKey;
import org.jspecify.annotations.Nullable;

/**
 * The slots of all keys being written: open addressing with linear probing and backward-shift deletion, so that
 * look-ups neither allocate nor slow down as keys come and go.
 */
final class KeyTable<P> {

    private static final int SMALLEST = 64;

    private @Nullable Slot<P>[] slots = newTable(SMALLEST);
    private int mask = SMALLEST - 1;
    private int size;

    int size() {
        return size;
    }

    @Nullable
    Slot<P> find(ChangeKey key) {
        int index = key.hashCode() & mask;
        for (Slot<P> slot = slots[index]; slot != null; slot = slots[index]) {
            if (key.equals(slot.key)) {
                return slot;
            }
            index = (index + 1) & mask;
        }
        return null;
    }

    /** Adds a slot whose key is not in the table. */
    void add(Slot<P> slot) {
        if (size >= slots.length / 2) {
            grow();
        }
        insert(slot);
        size++;
    }

    void remove(Slot<P> slot) {
        int hole = home(slot);
        while (slots[hole] != slot) {
            if (slots[hole] == null) {
                throw new IllegalStateException("key " + slot.key + " is not in the table");
            }
            hole = (hole + 1) & mask;
        }
        size--;
        // Close the hole: move up whatever a probe would otherwise no longer reach.
        int index = hole;
        while (true) {
            index = (index + 1) & mask;
            Slot<P> candidate = slots[index];
            if (candidate == null) {
                slots[hole] = null;
                return;
            }
            int distanceFromHome = (index - home(candidate)) & mask;
            int distanceFromHole = (index - hole) & mask;
            if (distanceFromHome >= distanceFromHole) {
                slots[hole] = candidate;
                hole = index;
            }
        }
    }

    private int home(Slot<P> slot) {
        ChangeKey key = slot.key;
        if (key == null) {
            throw new IllegalStateException("a slot in the table has a key");
        }
        return key.hashCode() & mask;
    }

    private void insert(Slot<P> slot) {
        int index = home(slot);
        while (slots[index] != null) {
            index = (index + 1) & mask;
        }
        slots[index] = slot;
    }

    private void grow() {
        @Nullable Slot<P>[] old = slots;
        slots = newTable(old.length * 2);
        mask = slots.length - 1;
        for (Slot<P> slot : old) {
            if (slot != null) {
                insert(slot);
            }
        }
    }

    @SuppressWarnings("unchecked") // An array of a generic type has no other way.
    private static <P> @Nullable Slot<P>[] newTable(int length) {
        return (Slot<P>[]) new Slot<?>[length];
    }
}
