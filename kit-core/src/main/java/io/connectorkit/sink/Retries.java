package io.connectorkit.sink;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The changes that failed and go again: after a back-off, or as one half of a batch that was refused as a whole. */
final class Retries<P> {

    private final PriorityQueue<Delayed<P>> delayed = new PriorityQueue<>();
    private final ArrayDeque<Pack<P>> halves = new ArrayDeque<>();

    private record Delayed<P>(long dueMillis, Pack<P> pack) implements Comparable<Delayed<P>> {
        @Override
        public int compareTo(Delayed<P> other) {
            return Long.compare(dueMillis, other.dueMillis);
        }
    }

    void add(Pack<P> failed, long dueMillis) {
        delayed.add(new Delayed<>(dueMillis, failed));
    }

    /** When the next changes are due, or {@link Long#MAX_VALUE}. */
    long nextDueMillis() {
        Delayed<P> first = delayed.peek();
        return first == null ? Long.MAX_VALUE : first.dueMillis;
    }

    /** Changes that are due by now; null when there are none. */
    @Nullable
    Pack<P> pollDue(long nowMillis) {
        return nextDueMillis() > nowMillis ? null : delayed.remove().pack;
    }

    /** The batch is to be sent in two halves, before those that are here already. */
    void addHalves(Pack<P> batch) {
        int half = batch.count() / 2;
        halves.addFirst(batch.part(half, batch.count()));
        halves.addFirst(batch.part(0, half));
    }

    boolean hasHalf() {
        return !halves.isEmpty();
    }

    /** The next half; only with {@link #hasHalf()}. */
    Pack<P> takeHalf() {
        return halves.removeFirst();
    }
}
