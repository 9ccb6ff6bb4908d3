package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Everything a writer holds, by key: what may be sent, what is in flight, what waits behind it.
 *
 * <p>Keeps the one rule that order rests on: a key has at most one change in flight, and the next one becomes ready
 * only when that one is settled. Not thread-safe: lives on the task thread. Time is given, never read.
 */
final class ChangeBuffer<P> {

    private final Ordering ordering;
    private final boolean firstStays;
    private final @Nullable Join<P> join;
    private final SlotPool<P> pool = new SlotPool<>();
    private final KeyTable<P> keys = new KeyTable<>(pool);
    private final SlotQueue ready = new SlotQueue();
    private final PriorityQueue<Slot<P>> delayed =
            new PriorityQueue<>(Comparator.comparingLong(slot -> slot.dueMillis));
    private final ArrayDeque<int[]> isolated = new ArrayDeque<>();
    private Slot.@Nullable Later<P> freeLater;

    private int entries;
    private long bytes;
    private long readyBytes;
    private int heldBackKeys;

    private long coalesced;
    private long stale;

    ChangeBuffer(Ordering ordering, WriteMode mode, @Nullable Join<P> join) {
        this.ordering = ordering;
        this.join = ordering == Ordering.FIFO ? join : null;
        this.firstStays = mode == WriteMode.INSERT_ONLY;
    }

    /** Changes held: ready, delayed, in flight and held back. */
    int entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    int readyEntries() {
        return ready.size();
    }

    long readyBytes() {
        return readyBytes;
    }

    /** Keys with changes behind one in flight. */
    int heldBackKeys() {
        return heldBackKeys;
    }

    /** Changes never sent because a newer one of their key took their place. */
    long coalesced() {
        return coalesced;
    }

    /** Changes never sent, since the last call, because what was already waiting for their key stays. */
    long drainStale() {
        long drained = stale;
        stale = 0;
        return drained;
    }

    /** Since when the oldest ready change waits; only with {@link #readyEntries()} above 0. */
    long oldestReadyMillis() {
        return pool.get(ready.peekFirst()).sinceMillis;
    }

    /** When the next delayed change is due, or {@link Long#MAX_VALUE}. */
    long nextDueMillis() {
        Slot<P> first = delayed.peek();
        return first == null ? Long.MAX_VALUE : first.dueMillis;
    }

    boolean hasIsolated() {
        return !isolated.isEmpty();
    }

    /** Takes in an arriving change. */
    void add(Change<P> change, int size, long nowMillis) {
        if (ordering == Ordering.NONE) {
            makeReady(newSlot(change, size), nowMillis);
            return;
        }
        ChangeKey key = change.key();
        Slot<P> slot = keys.find(key);
        if (slot == null) {
            slot = newSlot(change, size);
            keys.add(slot, key);
            makeReady(slot, nowMillis);
        } else if (ordering == Ordering.FIFO || (slot.state == Slot.State.FLYING && slot.later == null)) {
            if (join == null || !joined(join, slot, change, size)) {
                append(slot, change, size);
            }
        } else if (slot.state == Slot.State.FLYING) {
            coalesceLater(slot, change, size);
        } else {
            coalesce(slot, change, size);
        }
    }

    private Slot<P> newSlot(Change<P> change, int size) {
        Slot<P> slot = pool.take();
        slot.change = change;
        slot.bytes = size;
        slot.arrivals = 1;
        entries++;
        bytes += size;
        return slot;
    }

    private void makeReady(Slot<P> slot, long nowMillis) {
        slot.state = Slot.State.READY;
        slot.sinceMillis = nowMillis;
        readyBytes += slot.bytes;
        ready.addLast(slot.number);
    }

    private void append(Slot<P> slot, Change<P> change, int size) {
        Slot.Later<P> node = freeLater;
        if (node == null) {
            node = new Slot.Later<>();
        } else {
            freeLater = node.next;
            node.next = null;
        }
        node.change = change;
        node.bytes = size;
        node.arrivals = 1;
        if (slot.lastLater == null) {
            slot.later = node;
            heldBackKeys++;
        } else {
            slot.lastLater.next = node;
        }
        slot.lastLater = node;
        entries++;
        bytes += size;
    }

    /** Joins an arriving change with the last one of its key that waits. */
    private boolean joined(Join<P> join, Slot<P> slot, Change<P> change, int size) {
        Slot.Later<P> last = slot.lastLater;
        Change<P> waiting = last != null ? last.change : slot.state == Slot.State.READY ? slot.change : null;
        Change<P> both = waiting == null ? null : join.join(waiting, change);
        if (both == null) {
            return false;
        }
        if (last != null) {
            last.change = both;
            last.bytes += size;
            last.arrivals++;
        } else {
            slot.change = both;
            slot.bytes += size;
            slot.arrivals++;
            readyBytes += size;
        }
        entries++;
        bytes += size;
        return true;
    }

    /** One of the two changes goes unsent: the older version, or with equal or no versions the earlier arrival. */
    private boolean arrivingStays(Change<P> held, Change<P> arriving) {
        if (firstStays) {
            stale++;
            return false;
        }
        ChangeVersion heldVersion = held.version();
        ChangeVersion arrivingVersion = arriving.version();
        if (heldVersion != null && arrivingVersion != null && arrivingVersion.compareTo(heldVersion) < 0) {
            stale++;
            return false;
        }
        coalesced++;
        return true;
    }

    private void coalesce(Slot<P> slot, Change<P> change, int size) {
        if (arrivingStays(slot.current(), change)) {
            replace(slot, change, size);
        }
    }

    private void replace(Slot<P> slot, Change<P> change, int size) {
        int difference = size - slot.bytes;
        bytes += difference;
        if (slot.state == Slot.State.READY) {
            readyBytes += difference;
        }
        slot.change = change;
        slot.bytes = size;
    }

    private void coalesceLater(Slot<P> slot, Change<P> change, int size) {
        Slot.Later<P> waiting = slot.later;
        if (waiting == null || waiting.change == null) {
            throw new IllegalStateException("nothing waits behind slot " + slot.number);
        }
        if (arrivingStays(waiting.change, change)) {
            bytes += size - waiting.bytes;
            waiting.change = change;
            waiting.bytes = size;
        }
    }

    /** The slot of this number. */
    Slot<P> slot(int number) {
        return pool.get(number);
    }

    /** The next half of a refused batch; only with {@link #hasIsolated()}. */
    int[] takeIsolated() {
        int[] group = isolated.removeFirst();
        for (int number : group) {
            pool.get(number).state = Slot.State.FLYING;
        }
        return group;
    }

    /** Moves ready slots into {@code into}, at most {@code most} and {@code maxBytes} (but at least one); returns how many. */
    int takeReady(int[] into, int most, long maxBytes) {
        long taken = 0;
        int count = 0;
        while (count < most && ready.size() > 0) {
            int number = ready.peekFirst();
            Slot<P> slot = pool.get(number);
            if (count > 0 && taken + slot.bytes > maxBytes) {
                break;
            }
            ready.removeFirst();
            slot.state = Slot.State.FLYING;
            taken += slot.bytes;
            into[count++] = number;
        }
        readyBytes -= taken;
        return count;
    }

    /** Says that these slots are about to be settled; cheaper than to find each of them alone. */
    void prefetch(int[] numbers, int count) {
        if (ordering != Ordering.NONE) {
            keys.prefetch(numbers, count);
        }
    }

    /** The change in flight is done with; the next one of its key, if any, becomes ready. */
    void settle(Slot<P> slot, long nowMillis) {
        entries -= slot.arrivals;
        bytes -= slot.bytes;
        slot.attempts = 0;
        if (promote(slot)) {
            makeReady(slot, nowMillis);
        } else {
            release(slot);
        }
    }

    /** Moves the first held-back change of a slot into its place. */
    private boolean promote(Slot<P> slot) {
        Slot.Later<P> next = slot.later;
        if (next == null) {
            return false;
        }
        slot.change = next.change;
        slot.bytes = next.bytes;
        slot.arrivals = next.arrivals;
        slot.later = next.next;
        if (slot.later == null) {
            slot.lastLater = null;
            heldBackKeys--;
        }
        next.change = null;
        next.next = freeLater;
        freeLater = next;
        return true;
    }

    private void release(Slot<P> slot) {
        if (ordering != Ordering.NONE) {
            keys.remove(slot);
        }
        slot.change = null;
        slot.state = Slot.State.FREE;
        pool.giveBack(slot);
    }

    /** The change in flight goes again at {@code dueMillis}, unless a newer one of its key waits: then that one goes. */
    void delay(Slot<P> slot, long dueMillis) {
        supersede(slot);
        slot.state = Slot.State.DELAYED;
        slot.dueMillis = dueMillis;
        delayed.add(slot);
    }

    private void supersede(Slot<P> slot) {
        if (ordering != Ordering.COALESCE || slot.later == null) {
            return;
        }
        Change<P> failed = slot.current();
        int failedBytes = slot.bytes;
        promote(slot);
        entries--;
        if (arrivingStays(failed, slot.current())) {
            bytes -= failedBytes;
        } else {
            bytes -= slot.bytes;
            slot.change = failed;
            slot.bytes = failedBytes;
        }
    }

    /** Makes delayed changes ready whose time has come; they go before those that never failed. */
    void wake(long nowMillis) {
        for (Slot<P> slot = delayed.peek(); slot != null && slot.dueMillis <= nowMillis; slot = delayed.peek()) {
            delayed.remove();
            slot.state = Slot.State.READY;
            readyBytes += slot.bytes;
            ready.addFirst(slot.number);
        }
    }

    /** Puts the slots of a refused batch aside, to be sent in two halves. */
    void isolate(int[] slots, int count) {
        int half = count / 2;
        isolated.addFirst(Arrays.copyOfRange(slots, half, count));
        isolated.addFirst(Arrays.copyOf(slots, half));
        for (int i = 0; i < count; i++) {
            Slot<P> slot = pool.get(slots[i]);
            supersede(slot);
            slot.state = Slot.State.ISOLATED;
        }
    }
}
