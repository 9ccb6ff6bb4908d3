package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.WriteMode;
import org.jspecify.annotations.Nullable;

/**
 * Everything a writer holds, by key: what may be sent, what is in flight, what waits behind it.
 *
 * <p>Keeps the one rule that order rests on: a key has at most one change in flight, and the next one becomes ready
 * only when that one is settled. Not thread-safe: lives on the task thread. Time is given, never read.
 */
final class ChangeBuffer<P> {

    /** So many changes arrive before their keys are looked up, at once. */
    private static final int GROUP = 32;

    private final Ordering ordering;
    private final Coalescing newest;
    private final @Nullable Join<P> join;
    private final Slots<P> slots = new Slots<>();
    private final KeyTable<P> keys = new KeyTable<>(slots);
    private final @Nullable Packer<P> packer;
    private final int[] arrived = new int[GROUP];
    private final SlotQueue ready = new SlotQueue();
    private final Retries retries = new Retries();

    private int arrivedCount;
    private long arrivedBytes;
    private int entries;
    private long bytes;
    private long readyBytes;
    private int heldBackKeys;

    ChangeBuffer(Ordering ordering, WriteMode mode, @Nullable Join<P> join) {
        this.ordering = ordering;
        this.join = ordering == Ordering.FIFO ? join : null;
        this.newest = new Coalescing(mode);
        this.packer = ordering == Ordering.NONE ? new Packer<>() : null;
    }

    /** From now on: how much goes into a batch. */
    void limit(int batchEntries, long batchBytes) {
        if (packer != null) {
            packer.limit(batchEntries, batchBytes);
        }
    }

    /** Changes held: ready, delayed, in flight and held back. */
    int entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    /** Changes that may be sent; until {@link #admit} those that have just arrived count as if they all might. */
    int readyEntries() {
        return ready.size() + (packer == null ? arrivedCount : packer.entries());
    }

    long readyBytes() {
        return readyBytes + (packer == null ? arrivedBytes : packer.bytes());
    }

    /** Keys with changes behind one in flight. */
    int heldBackKeys() {
        return heldBackKeys;
    }

    /** Changes never sent because a newer one of their key took their place. */
    long coalesced() {
        return newest.coalesced();
    }

    /** Changes never sent, since the last call, because what was already waiting for their key stays. */
    long drainStale() {
        return newest.drainStale();
    }

    /** Since when the oldest ready change waits; only with {@link #readyEntries()} above 0. */
    long oldestReadyMillis() {
        if (ready.size() > 0) {
            return slots.sinceMillis(ready.peekFirst());
        }
        return packer == null ? slots.sinceMillis(arrived[0]) : packer.oldestMillis();
    }

    /** When the next delayed change is due, or {@link Long#MAX_VALUE}. */
    long nextDueMillis() {
        return retries.nextDueMillis();
    }

    boolean hasIsolated() {
        return retries.hasHalf();
    }

    /** Takes in an arriving change. */
    void add(Change<P> change, int size, long nowMillis) {
        entries++;
        bytes += size;
        if (packer != null) {
            packer.add(change, size, nowMillis);
            return;
        }
        int slot = slots.take(change, size, nowMillis);
        slots.hash(slot, change.key().hashCode());
        arrived[arrivedCount++] = slot;
        arrivedBytes += size;
        if (arrivedCount == GROUP) {
            admit();
        }
    }

    /**
     * Looks up the keys of those that have arrived: each becomes ready, or waits behind another change of its key, or one of
     * the two is dropped. In groups, because the cache misses of one group pass at the same time.
     */
    void admit() {
        if (arrivedCount == 0) {
            return;
        }
        keys.prefetch(arrived, arrivedCount);
        for (int i = 0; i < arrivedCount; i++) {
            admit(arrived[i]);
        }
        arrivedCount = 0;
        arrivedBytes = 0;
    }

    private void admit(int slot) {
        Change<P> change = slots.change(slot);
        int first = keys.find(change.key(), slots.hash(slot));
        if (first == Slots.NONE) {
            keys.add(slot);
            makeReady(slot);
        } else if (ordering == Ordering.FIFO) {
            if (join == null || !joined(join, first, slot, change)) {
                append(first, slot);
            }
        } else if (slots.state(first) != Slots.FLYING) {
            coalesce(first, slot, change);
        } else if (slots.next(first) == Slots.NONE) {
            append(first, slot);
        } else {
            coalesceBehind(first, slot, change);
        }
    }

    private void makeReady(int slot) {
        slots.state(slot, Slots.READY);
        readyBytes += slots.bytes(slot);
        ready.addLast(slot);
    }

    private void append(int first, int slot) {
        slots.state(slot, Slots.HELD_BACK);
        if (slots.next(first) == Slots.NONE) {
            heldBackKeys++;
        }
        slots.append(first, slot);
    }

    /** Joins an arriving change with the last one of its key that waits. */
    private boolean joined(Join<P> join, int first, int slot, Change<P> change) {
        int last = slots.last(first);
        int waiting = last == Slots.NONE ? first : last;
        boolean ready = slots.state(waiting) == Slots.READY;
        if (!ready && waiting == first) {
            return false;
        }
        Change<P> both = join.join(slots.change(waiting), change);
        if (both == null) {
            return false;
        }
        int size = slots.bytes(slot);
        slots.join(waiting, both, size);
        if (ready) {
            readyBytes += size;
        }
        slots.giveBack(slot);
        return true;
    }

    /** Of a change that waits and one of the same key that arrives in {@code arriving}, one is kept where the first waits. */
    private void coalesce(int waiting, int arriving, Change<P> change) {
        int size = slots.bytes(arriving);
        int dropped = size;
        if (newest.arrivingStays(slots.change(waiting), change)) {
            dropped = slots.bytes(waiting);
            if (slots.state(waiting) == Slots.READY) {
                readyBytes += size - dropped;
            }
            slots.replace(waiting, change, size);
        }
        slots.giveBack(arriving);
        entries--;
        bytes -= dropped;
    }

    /** The same of the one change behind {@code first}, which nothing but {@code first} knows of. */
    private void coalesceBehind(int first, int arriving, Change<P> change) {
        int later = slots.next(first);
        int dropped = newest.arrivingStays(slots.change(later), change) ? later : arriving;
        if (dropped == later) {
            slots.state(arriving, Slots.HELD_BACK);
            slots.removeLater(first);
            slots.append(first, arriving);
        }
        entries--;
        bytes -= slots.bytes(dropped);
        slots.giveBack(dropped);
    }

    // What is held of one slot.

    Change<P> change(int slot) {
        return slots.change(slot);
    }

    int bytes(int slot) {
        return slots.bytes(slot);
    }

    /** How many arrivals the slot's change stands for. */
    int arrivals(int slot) {
        return slots.arrivals(slot);
    }

    /** Failed attempts before the one under way. */
    int attempts(int slot) {
        return slots.attempts(slot);
    }

    /** The next half of a refused batch; only with {@link #hasIsolated()}. */
    int[] takeIsolated() {
        int[] group = retries.takeHalf();
        for (int slot : group) {
            slots.state(slot, Slots.FLYING);
        }
        return group;
    }

    /** Moves ready slots into {@code into}, at most {@code most} and {@code maxBytes} (but at least one); returns how many. */
    int takeReady(int[] into, int most, long maxBytes) {
        long taken = 0;
        int count = 0;
        while (count < most && ready.size() > 0) {
            int slot = ready.peekFirst();
            int size = slots.bytes(slot);
            if (count > 0 && taken + size > maxBytes) {
                break;
            }
            ready.removeFirst();
            slots.state(slot, Slots.FLYING);
            taken += size;
            into[count++] = slot;
        }
        readyBytes -= taken;
        return count;
    }

    // Batches of changes that wait for nobody, made while they arrived.

    /** The next of them; null when there is none, or something that failed goes first. */
    Packer.@Nullable Pack<P> takePack() {
        return packer == null || packer.entries() == 0 || ready.size() > 0 ? null : packer.take();
    }

    /** All its changes in flight are done with. */
    void settle(Packer.Pack<P> pack) {
        entries -= pack.count();
        bytes -= pack.bytes();
        if (packer != null) {
            packer.recycle(pack);
        }
    }

    /** Gives each change in flight a slot of its own, now that they no longer fare alike. */
    int[] unpack(Packer.Pack<P> pack, long nowMillis) {
        int[] unpacked = new int[pack.count()];
        for (int i = 0; i < unpacked.length; i++) {
            unpacked[i] = slots.take(pack.change(i), pack.size(i), nowMillis);
            slots.state(unpacked[i], Slots.FLYING);
        }
        return unpacked;
    }

    // What becomes of changes in flight.

    /** All these changes in flight are done with; returns how many arrivals they stood for. */
    int settleAll(int[] settled, int count, long nowMillis) {
        prefetch(settled, count);
        int arrivals = 0;
        for (int i = 0; i < count; i++) {
            arrivals += slots.arrivals(settled[i]);
            settle(settled[i], nowMillis);
        }
        return arrivals;
    }

    /** Says that these slots are about to be settled; cheaper than to find each of them alone. */
    void prefetch(int[] numbers, int count) {
        if (ordering != Ordering.NONE) {
            keys.prefetch(numbers, count);
        }
    }

    /** The change in flight is done with; the next one of its key, if any, becomes ready. */
    void settle(int slot, long nowMillis) {
        entries -= slots.arrivals(slot);
        bytes -= slots.bytes(slot);
        if (ordering == Ordering.NONE) {
            slots.giveBack(slot);
        } else if (slots.next(slot) == Slots.NONE) {
            keys.remove(slot);
            slots.giveBack(slot);
        } else {
            int next = promote(slot);
            slots.sinceMillis(next, nowMillis);
            makeReady(next);
        }
    }

    /** Lets the change behind {@code slot} take its place, and returns that one's slot. */
    private int promote(int slot) {
        int next = slots.removeFirst(slot);
        keys.replace(slot, next);
        slots.giveBack(slot);
        if (slots.next(next) == Slots.NONE) {
            heldBackKeys--;
        }
        return next;
    }

    /**
     * The change in flight has failed for the {@code attempts}th time and goes again at {@code dueMillis}, unless a newer one
     * of its key waits: then that one goes.
     */
    void delay(int slot, int attempts, long dueMillis) {
        int staying = supersede(slot);
        slots.state(staying, Slots.DELAYED);
        slots.attempts(staying, attempts);
        retries.add(staying, dueMillis);
    }

    /** Of a failed change and the one that waits behind it, which goes: returns its slot. */
    private int supersede(int failed) {
        int later = slots.next(failed);
        if (ordering != Ordering.COALESCE || later == Slots.NONE) {
            return failed;
        }
        entries--;
        if (newest.arrivingStays(slots.change(failed), slots.change(later))) {
            bytes -= slots.bytes(failed);
            slots.sinceMillis(later, slots.sinceMillis(failed));
            slots.attempts(later, slots.attempts(failed));
            return promote(failed);
        }
        bytes -= slots.bytes(later);
        heldBackKeys--;
        slots.removeLater(failed);
        slots.giveBack(later);
        return failed;
    }

    /** Makes delayed changes ready whose time has come; they go before those that never failed. */
    void wake(long nowMillis) {
        for (int slot = retries.pollDue(nowMillis); slot != Slots.NONE; slot = retries.pollDue(nowMillis)) {
            slots.state(slot, Slots.READY);
            readyBytes += slots.bytes(slot);
            ready.addFirst(slot);
        }
    }

    /** Puts the slots of a refused batch aside, to be sent in two halves. */
    void isolate(int[] refused, int count) {
        int[] staying = new int[count];
        for (int i = 0; i < count; i++) {
            staying[i] = supersede(refused[i]);
            slots.state(staying[i], Slots.ISOLATED);
        }
        retries.addHalves(staying);
    }
}
