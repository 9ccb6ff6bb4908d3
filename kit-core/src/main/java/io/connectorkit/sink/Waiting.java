package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import java.util.Arrays;

/**
 * The changes that wait for a lane: of each lane, and so of each key, in the order of their arrival.
 *
 * <p>The first of a lane waits in the one slot where it is looked for first, its cell, unless the first of another lane is
 * there: then in any, which a table knows. Those behind it are linked to it.
 */
final class Waiting<P> {

    /** Changes that may be held, for each cell: a small part of them waits. */
    private static final int HELD_FOR_A_CELL = 6;

    private static final int FEWEST_CELLS = 64;
    private static final int MOST_CELLS = 1 << 16;
    private static final int NO_LANE = -1;

    /** By cell: the lane whose first change is there. */
    private final int[] cells;

    private final int mask;
    private int cellsInUse;
    private final Slots<P> slots;

    /** The lanes whose first change is in no cell. */
    private final LaneTable elsewhere = new LaneTable();

    /** For a buffer of so many changes. */
    Waiting(int heldEntries) {
        int wanted = Math.max(FEWEST_CELLS, Math.min(MOST_CELLS, heldEntries / HELD_FOR_A_CELL));
        cells = new int[Integer.highestOneBit(wanted)];
        Arrays.fill(cells, NO_LANE);
        mask = cells.length - 1;
        slots = new Slots<>(cells.length);
    }

    /** Lanes that something waits for. */
    int lanes() {
        return cellsInUse + elsewhere.size();
    }

    /** Changes that wait. */
    int entries() {
        return slots.inUse();
    }

    /** Adds one to a lane that nothing waits for. */
    void addFirst(int lane, Change<P> change, int size) {
        int cell = lane & mask;
        if (cells[cell] == NO_LANE) {
            cells[cell] = lane;
            cellsInUse++;
            slots.put(cell, change, size);
        } else {
            elsewhere.add(lane, slots.take(change, size));
        }
    }

    /** Adds one to a lane that others wait for. */
    void addLast(int lane, Change<P> change, int size) {
        slots.append(first(lane), slots.take(change, size));
    }

    /** The first that waits for {@code lane}, or {@link Slots#NONE}. */
    int first(int lane) {
        int cell = firstInCell(lane);
        return cell != Slots.NONE ? cell : elsewhere.find(lane);
    }

    /** As {@link #first}, but finds only most of them: for whom one look must do. */
    int firstInCell(int lane) {
        int cell = lane & mask;
        return cells[cell] == lane ? cell : Slots.NONE;
    }

    /** The last that waits for {@code lane}, or {@link Slots#NONE}. */
    int last(int lane) {
        int first = first(lane);
        return first == Slots.NONE ? Slots.NONE : slots.last(first);
    }

    /** The first of {@code key} that waits for {@code lane}, or {@link Slots#NONE}. */
    int find(int lane, ChangeKey key) {
        int slot = first(lane);
        while (slot != Slots.NONE && !key.equals(slots.change(slot).key())) {
            slot = slots.next(slot);
        }
        return slot;
    }

    Change<P> change(int slot) {
        return slots.change(slot);
    }

    /** The change, not looked at: see {@link Pack}. */
    Object unseen(int slot) {
        return slots.unseen(slot);
    }

    int size(int slot) {
        return slots.size(slot);
    }

    /** How many arrivals the slot's change stands for. */
    int arrivals(int slot) {
        return slots.arrivals(slot);
    }

    /** Puts a change that stands for itself into the place of another such that waits in {@code slot}. */
    void replace(int slot, Change<P> change, int size) {
        slots.replace(slot, change, size);
    }

    /** Puts a change into the place of the one that waits in {@code slot}. */
    void replace(int slot, Change<P> change, int size, int arrivals) {
        slots.replace(slot, change, size, arrivals);
    }

    /** What is in {@code slot} waits no longer; whether something still waits for {@code lane}. */
    boolean remove(int lane, int slot) {
        int first = first(lane);
        if (slot != first) {
            slots.unlink(first, slot);
            slots.giveBack(slot);
        } else if (slots.next(first) != Slots.NONE) {
            slots.moveUp(first);
        } else {
            removeAlone(lane, first);
            return false;
        }
        return true;
    }

    private void removeAlone(int lane, int slot) {
        int cell = lane & mask;
        if (slot == cell) {
            slots.empty(cell);
            cells[cell] = NO_LANE;
            cellsInUse--;
        } else {
            elsewhere.remove(lane);
            slots.giveBack(slot);
        }
    }
}
