package io.connectorkit.sink;

import java.util.Arrays;

/**
 * The writer's slots, known by number.
 *
 * <p>Queues, requests and the key table hold numbers and not references: a reference written into a long-lived object
 * costs a garbage collector's barrier each time, and with a slot in half a dozen places that was most of a record's way
 * through the writer.
 */
final class SlotPool<P> {

    /** No slot has this number. */
    static final int NONE = 0;

    private Slot<P>[] slots = newSlots(64);
    private int[] free = new int[64];
    private int freeCount;
    private int count = 1;

    Slot<P> get(int number) {
        return slots[number];
    }

    /** A slot that nobody uses, the last one given back first: its memory is still in the cache. */
    Slot<P> take() {
        if (freeCount > 0) {
            return slots[free[--freeCount]];
        }
        if (count == slots.length) {
            slots = Arrays.copyOf(slots, slots.length * 2);
        }
        Slot<P> slot = new Slot<>(count);
        slots[count++] = slot;
        return slot;
    }

    void giveBack(Slot<P> slot) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, free.length * 2);
        }
        free[freeCount++] = slot.number;
    }

    @SuppressWarnings("unchecked") // An array of a generic type has no other way.
    private static <P> Slot<P>[] newSlots(int length) {
        return (Slot<P>[]) new Slot<?>[length];
    }
}
