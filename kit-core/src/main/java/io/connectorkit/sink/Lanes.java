package io.connectorkit.sink;

import io.connectorkit.change.ChangeKey;

/**
 * Which keys have a change on its way: one lane for all keys whose hashes agree in their low bits, and at most one change
 * in a lane.
 *
 * <p>Two bits a lane and no keys: to ask, to take and to leave a lane touch one word that a core's own cache has, where an
 * exact table of tens of thousands of keys misses it every time. Lanes are so many that few keys meet by chance; one that
 * does waits for a request longer than it had to, and nothing else becomes of it.
 */
final class Lanes {

    /** For each change that may be held: three of a hundred keys then meet another's lane. */
    private static final int FOR_EACH_CHANGE = 32;

    private static final int FEWEST_BITS = 16;
    private static final int MOST_BITS = 26;

    /** A change is on its way: it may be sent, is in flight, or will be sent again. */
    private static final long TAKEN = 0b01;

    /** Others wait for the lane. */
    private static final long CROWDED = 0b10;

    private static final int WORD_BITS = 5;

    private final long[] words;
    private final int mask;

    /** Enough of them for so many changes at a time. */
    Lanes(int heldEntries) {
        int wanted = Long.SIZE - Long.numberOfLeadingZeros((long) heldEntries * FOR_EACH_CHANGE - 1);
        int bits = Math.max(FEWEST_BITS, Math.min(MOST_BITS, wanted));
        words = new long[1 << (bits - WORD_BITS)];
        mask = (1 << bits) - 1;
    }

    int of(ChangeKey key) {
        return key.hashCode() & mask;
    }

    /**
     * Takes the lane, unless it is taken: then 1, else 0. A number and no boolean, here and in the two below, so that a loop
     * over many lanes collects those that matter without a branch that nobody can predict.
     */
    int take(int lane) {
        int word = lane >>> WORD_BITS;
        long before = words[word];
        words[word] = before | (TAKEN << shift(lane));
        return (int) (before >>> shift(lane)) & 1;
    }

    /** Leaves the lane, and then 0; if others wait for it, it stays taken for the next of them, and then 1. */
    int leave(int lane) {
        int word = lane >>> WORD_BITS;
        long before = words[word];
        long crowded = (before >>> (shift(lane) + 1)) & 1;
        words[word] = before & ~((TAKEN ^ crowded) << shift(lane));
        return (int) crowded;
    }

    /** 1 when others wait for the lane, else 0. */
    int crowdedBit(int lane) {
        return (int) (words[lane >>> WORD_BITS] >>> (shift(lane) + 1)) & 1;
    }

    boolean isTaken(int lane) {
        return ((words[lane >>> WORD_BITS] >>> shift(lane)) & TAKEN) != 0;
    }

    void markCrowded(int lane) {
        words[lane >>> WORD_BITS] |= CROWDED << shift(lane);
    }

    void unmarkCrowded(int lane) {
        words[lane >>> WORD_BITS] &= ~(CROWDED << shift(lane));
    }

    private static int shift(int lane) {
        return (lane & 31) << 1;
    }
}
