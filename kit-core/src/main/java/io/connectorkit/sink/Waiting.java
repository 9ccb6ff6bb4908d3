package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;

/** The changes that wait for a lane: of each lane, and so of each key, in the order of their arrival. */
final class Waiting<P> {

    private final Slots<P> slots = new Slots<>();
    private final LaneTable firsts = new LaneTable();

    /** Lanes that something waits for. */
    int lanes() {
        return firsts.size();
    }

    /** Changes that wait. */
    int entries() {
        return slots.inUse();
    }

    /** Adds one to a lane that nothing waits for. */
    void addFirst(int lane, Change<P> change, int size) {
        firsts.add(lane, slots.take(change, size));
    }

    /** Adds one to a lane that others wait for. */
    void addLast(int lane, Change<P> change, int size) {
        slots.append(firsts.find(lane), slots.take(change, size));
    }

    /** The first that waits for {@code lane}, or {@link Slots#NONE}. */
    int first(int lane) {
        return firsts.find(lane);
    }

    /** The last that waits for {@code lane}, or {@link Slots#NONE}. */
    int last(int lane) {
        int first = firsts.find(lane);
        return first == Slots.NONE ? Slots.NONE : slots.last(first);
    }

    /** The first of {@code key} that waits for {@code lane}, or {@link Slots#NONE}. */
    int find(int lane, ChangeKey key) {
        int slot = firsts.find(lane);
        while (slot != Slots.NONE && !key.equals(slots.change(slot).key())) {
            slot = slots.next(slot);
        }
        return slot;
    }

    Change<P> change(int slot) {
        return slots.change(slot);
    }

    int size(int slot) {
        return slots.size(slot);
    }

    /** How many arrivals the slot's change stands for. */
    int arrivals(int slot) {
        return slots.arrivals(slot);
    }

    /** Puts a change into the place of the one that waits in {@code slot}. */
    void replace(int slot, Change<P> change, int size, int arrivals) {
        slots.replace(slot, change, size, arrivals);
    }

    /** What is in {@code slot} waits no longer; whether something still waits for {@code lane}. */
    boolean remove(int lane, int slot) {
        int place = firsts.place(lane);
        int first = firsts.slotAt(place);
        boolean others = true;
        if (slot != first) {
            slots.unlink(first, slot);
        } else if (slots.next(first) != Slots.NONE) {
            firsts.replaceAt(place, slots.unlinkFirst(first));
        } else {
            firsts.removeAt(place);
            others = false;
        }
        slots.giveBack(slot);
        return others;
    }
}
