package io.connectorkit.sink;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.PriorityQueue;

/** The slots that failed and go again: after a back-off, or as one half of a batch that was refused as a whole. */
final class Retries {

    private final PriorityQueue<Delayed> delayed = new PriorityQueue<>();
    private final ArrayDeque<int[]> halves = new ArrayDeque<>();

    private record Delayed(long dueMillis, int slot) implements Comparable<Delayed> {
        @Override
        public int compareTo(Delayed other) {
            return Long.compare(dueMillis, other.dueMillis);
        }
    }

    void add(int slot, long dueMillis) {
        delayed.add(new Delayed(dueMillis, slot));
    }

    /** When the next slot is due, or {@link Long#MAX_VALUE}. */
    long nextDueMillis() {
        Delayed first = delayed.peek();
        return first == null ? Long.MAX_VALUE : first.dueMillis;
    }

    /** A slot that is due by now, or {@link Slots#NONE}. */
    int pollDue(long nowMillis) {
        return nextDueMillis() > nowMillis ? Slots.NONE : delayed.remove().slot;
    }

    /** The batch is to be sent in two halves, before those that are here already. */
    void addHalves(int[] batch) {
        int half = batch.length / 2;
        halves.addFirst(Arrays.copyOfRange(batch, half, batch.length));
        halves.addFirst(Arrays.copyOf(batch, half));
    }

    boolean hasHalf() {
        return !halves.isEmpty();
    }

    /** The next half; only with {@link #hasHalf()}. */
    int[] takeHalf() {
        return halves.removeFirst();
    }
}
