package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.util.Arrays;

/**
 * The changes that a writer holds back, known by number: each from its arrival to the moment its turn comes.
 *
 * <p>All but the changes themselves are numbers in one array. A slot given back is the next one taken, so that there are
 * never more of them than changes were held at a time.
 */
final class Slots<P> {

    /** No slot has this number. */
    static final int NONE = -1;

    // What is known of a slot: 16 bytes next to each other.
    private static final int FACTS = 4;
    private static final int SIZE = 0;
    private static final int ARRIVALS = 1;

    /** Of a slot in use the next one of its lane; of a free one the next that is free. */
    private static final int NEXT = 2;

    /** Only of the first of a lane. */
    private static final int LAST = 3;

    /** Each a {@code Change<P>}: see {@link Pack}. */
    private Object[] changes;

    private int[] facts;

    /** The slot given back last, or {@link #NONE}. */
    private int free = NONE;

    /** Slots from this one on were never taken. */
    private int fresh;

    private int inUse;

    /** The first {@code reserved} slots are never taken, but put into by number. */
    Slots(int reserved) {
        changes = new Object[reserved];
        facts = new int[reserved * FACTS];
        fresh = reserved;
    }

    /** Changes held. */
    int inUse() {
        return inUse;
    }

    /** How many changes there is room for: less than twice as many as were ever held at a time, and the reserved ones. */
    int capacity() {
        return changes.length;
    }

    /** Takes in a change, the first and last of its lane. */
    int take(Object change, int size) {
        int number = free;
        if (number != NONE) {
            free = facts[number * FACTS + NEXT];
        } else {
            if (fresh == changes.length) {
                changes = Arrays.copyOf(changes, 2 * changes.length);
                facts = Arrays.copyOf(facts, 2 * facts.length);
            }
            number = fresh++;
        }
        put(number, change, size);
        return number;
    }

    /** Puts a change, the first and last of its lane, into a slot that is empty and reserved. */
    void put(int number, Object change, int size) {
        inUse++;
        facts[number * FACTS + NEXT] = NONE;
        facts[number * FACTS + LAST] = number;
        replace(number, change, size, 1);
    }

    void giveBack(int number) {
        empty(number);
        facts[number * FACTS + NEXT] = free;
        free = number;
    }

    /** Empties a slot that is reserved. */
    void empty(int number) {
        changes[number] = null;
        inUse--;
    }

    // ------------------------------------------------------------------ of one slot

    @SuppressWarnings("unchecked") // Nothing else is put in.
    Change<P> change(int number) {
        return (Change<P>) changes[number];
    }

    /** The change, not looked at: see {@link Pack}. */
    Object unseen(int number) {
        return changes[number];
    }

    int size(int number) {
        return facts[number * FACTS + SIZE];
    }

    /** How many arrivals the change stands for: more than 1 only after a {@link Join}. */
    int arrivals(int number) {
        return facts[number * FACTS + ARRIVALS];
    }

    /** Puts another change into the slot. */
    void replace(int number, Object change, int size, int itsArrivals) {
        replace(number, change, size);
        facts[number * FACTS + ARRIVALS] = itsArrivals;
    }

    /** Puts another change into the slot, which stands for as many arrivals. */
    void replace(int number, Object change, int size) {
        changes[number] = change;
        // Most changes of a key have the same size, and what is not written needs no room among the stores.
        if (facts[number * FACTS + SIZE] != size) {
            facts[number * FACTS + SIZE] = size;
        }
    }

    // ------------------------------------------------------------------ of the changes of one lane

    /** The change behind this one, or {@link #NONE}. */
    int next(int number) {
        return facts[number * FACTS + NEXT];
    }

    /** The last change of the lane whose first one this is: that one itself, when it is alone. */
    int last(int first) {
        return facts[first * FACTS + LAST];
    }

    /** Puts {@code number} behind all changes of its lane, of which {@code first} is the first. */
    void append(int first, int number) {
        facts[facts[first * FACTS + LAST] * FACTS + NEXT] = number;
        facts[first * FACTS + LAST] = number;
    }

    /** Takes {@code number} from among the changes behind {@code first}. */
    void unlink(int first, int number) {
        int before = first;
        while (facts[before * FACTS + NEXT] != number) {
            before = facts[before * FACTS + NEXT];
        }
        facts[before * FACTS + NEXT] = facts[number * FACTS + NEXT];
        if (facts[first * FACTS + LAST] == number) {
            facts[first * FACTS + LAST] = before;
        }
    }

    /** Moves the change behind {@code first}, which there must be, into that one's place. */
    void moveUp(int first) {
        int second = facts[first * FACTS + NEXT];
        replace(first, changes[second], size(second), arrivals(second));
        facts[first * FACTS + NEXT] = facts[second * FACTS + NEXT];
        if (facts[first * FACTS + LAST] == second) {
            facts[first * FACTS + LAST] = first;
        }
        giveBack(second);
    }
}
