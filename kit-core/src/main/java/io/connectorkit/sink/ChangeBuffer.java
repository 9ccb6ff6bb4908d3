package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import org.jspecify.annotations.Nullable;

/**
 * Everything a writer holds: what may be sent, what is in flight, what waits behind it.
 *
 * <p>Keeps the one rule that order rests on: a key has at most one change on its way, and the next one may go only when
 * that one is settled. A change takes its key's lane when it may be sent and leaves it when it is settled; what finds its
 * lane taken waits there, by its key, until it is free or the change before it is about to be sent and the two become one.
 * Not thread-safe: lives on the task thread. Time is given, never read.
 */
final class ChangeBuffer<P> {

    private static final int NO_LANE = 0;

    /** So many changes arrive before those that have to wait are let wait, at once and while the cache still has them. */
    private static final int GROUP = 128;

    private final Ordering ordering;
    private final Coalescing newest;
    private final @Nullable Join<P> join;

    /** Null when no change has to wait for another. */
    private final @Nullable Lanes lanes;

    private final Waiting<P> waiting;
    private final Packer<P> packer = new Packer<>();
    private final Retries<P> retries = new Retries<>();

    private int[] places = new int[GROUP];

    /** How many of those that were offered became one with another at once: not used of the allowance. */
    private int met;

    private int entries;
    private long bytes;

    /** What of it has been used is in the open batch, but not yet in its bytes nor in any sum. */
    private final Allowance allowance = new Allowance();

    /** Only so that reading ahead is not for nothing: see {@link #bringNear}. */
    private int near;

    ChangeBuffer(Ordering ordering, WriteMode mode, @Nullable Join<P> join, int heldEntries) {
        this.ordering = ordering;
        this.join = ordering == Ordering.FIFO ? join : null;
        this.newest = new Coalescing(mode);
        this.waiting = new Waiting<>(heldEntries);
        this.lanes = ordering == Ordering.NONE ? null : new Lanes(heldEntries);
    }

    /** From now on: how much goes into a batch. */
    void limit(int batchEntries, long batchBytes) {
        packer.limit(batchEntries, batchBytes);
    }

    /** Changes held: ready, delayed, in flight and held back. */
    int entries() {
        return entries + allowance.usedEntries();
    }

    long bytes() {
        return bytes + allowance.usedBytes();
    }

    /** Changes that may be sent. */
    int readyEntries() {
        return packer.entries();
    }

    /** Their bytes, and until {@link #admit} those of all that have just arrived. */
    long readyBytes() {
        return packer.bytes() + allowance.usedBytes();
    }

    /** Since when the oldest ready change waits; only with {@link #readyEntries()} above 0. */
    long oldestReadyMillis() {
        return packer.oldestMillis();
    }

    /** Changes behind one of their key. */
    int heldBackEntries() {
        return waiting.entries();
    }

    /** Keys with changes behind another one: counted by their lanes. */
    int heldBackKeys() {
        return waiting.lanes();
    }

    /** Changes never sent because a newer one of their key took their place. */
    long coalesced() {
        return newest.coalesced();
    }

    /** Changes never sent, since the last call, because what was already waiting for their key stays. */
    long drainStale() {
        return newest.drainStale();
    }

    /** When the next delayed change is due, or {@link Long#MAX_VALUE}. */
    long nextDueMillis() {
        return retries.nextDueMillis();
    }

    // ------------------------------------------------------------------ arrivals

    /** Takes in an arriving change if that is allowed. All that most arrivals cost is here. */
    boolean offer(Change<P> change, int size) {
        if (!allowance.covers(size)) {
            return false;
        }
        if (lanes == null) {
            allowance.use(size);
            packer.stage(change, size, NO_LANE, 0);
            return true;
        }
        int lane = lanes.of(change.key());
        if (!meets(lane, change, size)) {
            allowance.use(size);
            packer.stage(change, size, lane, lanes.take(lane));
        }
        return true;
    }

    /**
     * Whether an arriving change became one with the first that waits for its lane. Where that is frequent it saves a change
     * its way to those that wait; where it is not, it is a look for nothing, and {@link #admit} finds them. Which of
     * the two is judged only while nothing is aside: the next of its key could overtake it.
     */
    private boolean meets(int lane, Change<P> arriving, int size) {
        if (!newest.isFrequent()) {
            return false;
        }
        int slot = waiting.firstInCell(lane);
        if (slot == Slots.NONE || !arriving.key().equals(waiting.change(slot).key())) {
            return false;
        }
        met++;
        int grown = coalesce(slot, arriving, size);
        if (grown != 0) {
            bytes += grown;
            allowance.withdraw(Math.max(0, grown));
        }
        return true;
    }

    /** Whether the change, if it arrived now, would have to wait for its lane. */
    boolean hasToWait(Change<P> change) {
        return lanes != null && lanes.isTaken(lanes.of(change.key()));
    }

    /** Takes in an arriving change. */
    void add(Change<P> change, int size, long nowMillis) {
        admit();
        newest.arrived(1);
        entries++;
        bytes += size;
        if (lanes == null) {
            packer.add(change, size, NO_LANE, nowMillis);
            return;
        }
        int lane = lanes.of(change.key());
        if (lanes.take(lane) == 0) {
            packer.add(change, size, lane, nowMillis);
        } else {
            await(lanes, lane, change, size);
        }
    }

    /** So much may be offered, as far as it goes into the open batch, until anything else is done here. */
    void allow(int mostEntries, long mostBytes) {
        admit();
        Pack<P> open = packer.open();
        if (open != null) {
            int entriesThere = Math.min(GROUP, open.room() - open.count());
            long bytesThere = packer.batchBytes() - open.bytes();
            allowance.set(Math.min(mostEntries, entriesThere), Math.min(mostBytes, bytesThere));
        }
    }

    /** Counts what was offered, lets wait what has to, and allows no more. */
    void admit() {
        int offered = allowance.usedEntries();
        newest.arrived(offered + met);
        met = 0;
        Pack<P> open = packer.open();
        if (offered > 0 && open != null) {
            long offeredBytes = allowance.usedBytes();
            entries += offered;
            bytes += offeredBytes;
            open.book(offeredBytes);
            if (lanes != null) {
                for (int i = open.room() - 1; i >= open.asideFrom(); i--) {
                    await(lanes, open.lane(i), open.change(i), open.size(i));
                }
                open.dropAside();
            }
        }
        allowance.set(0, 0);
    }

    /** Lets a change wait for its lane, or makes one of it and another of its key that does. */
    private void await(Lanes lanes, int lane, Change<P> change, int size) {
        if (lanes.crowdedBit(lane) == 0) {
            lanes.markCrowded(lane);
            waiting.addFirst(lane, change, size);
            return;
        }
        if (ordering == Ordering.COALESCE) {
            int slot = waiting.find(lane, change.key());
            if (slot != Slots.NONE) {
                entries--;
                bytes += coalesce(slot, change, size) - size;
                return;
            }
        } else if (join != null && joined(join, waiting.last(lane), change, size)) {
            return;
        }
        waiting.addLast(lane, change, size);
    }

    /** Of a change that waits in {@code slot} and one of its key that arrives, one is kept; by how many bytes it is more. */
    private int coalesce(int slot, Change<P> arriving, int size) {
        if (!newest.arrivingStays(waiting.change(slot), arriving)) {
            return 0;
        }
        int grown = size - waiting.size(slot);
        waiting.replace(slot, arriving, size);
        return grown;
    }

    /** Joins an arriving change with the last one of its key. */
    private boolean joined(Join<P> join, int slot, Change<P> arriving, int size) {
        Change<P> last = waiting.change(slot);
        Change<P> both = last.key().equals(arriving.key()) ? join.join(last, arriving) : null;
        if (both == null) {
            return false;
        }
        waiting.replace(slot, both, waiting.size(slot) + size, waiting.arrivals(slot) + 1);
        return true;
    }

    // ------------------------------------------------------------------ batches

    /** The next batch to be sent; only after {@link #admit}, with {@link #readyEntries()} above 0. */
    Pack<P> take() {
        return freshened(packer.take());
    }

    boolean hasIsolated() {
        return retries.hasHalf();
    }

    /** The next half of a refused batch; only with {@link #hasIsolated()}. */
    Pack<P> takeIsolated() {
        return freshened(retries.takeHalf());
    }

    /** About to be sent: lets what waits for the keys of these changes take their places, or travel with them. */
    private Pack<P> freshened(Pack<P> pack) {
        if (lanes != null && waiting.entries() > 0) {
            int[] crowded = roomForPlaces(pack.count());
            int count = 0;
            for (int i = 0; i < pack.count(); i++) {
                crowded[count] = i;
                count += lanes.crowdedBit(pack.lane(i));
            }
            bringNear(pack, crowded, count);
            for (int i = 0; i < count; i++) {
                freshen(lanes, pack, crowded[i]);
            }
        }
        return pack;
    }

    /**
     * Reads the keys that are about to be compared. They arrived long ago and are in no cache: asked for in one go, the misses
     * pass at the same time and not one after the other.
     */
    private void bringNear(Pack<P> pack, int[] places, int count) {
        int read = 0;
        for (int i = 0; i < count; i++) {
            read += pack.change(places[i]).key().hashCode();
        }
        for (int i = 0; i < count; i++) {
            read += waiting.change(waiting.first(pack.lane(places[i]))).key().hashCode();
        }
        near = read;
    }

    private int[] roomForPlaces(int count) {
        if (places.length <= count) {
            places = new int[2 * count];
        }
        return places;
    }

    private void freshen(Lanes lanes, Pack<P> pack, int index) {
        int lane = pack.lane(index);
        ChangeKey key = pack.change(index).key();
        if (ordering == Ordering.COALESCE) {
            int slot = waiting.find(lane, key);
            if (slot != Slots.NONE && fits(pack, index, waiting.size(slot))) {
                supersede(lanes, pack, index, slot);
            }
        } else if (join != null) {
            int slot = waiting.first(lane);
            while (slot != Slots.NONE && travels(join, pack, index, slot)) {
                slot = remove(lanes, lane, slot) ? waiting.first(lane) : Slots.NONE;
            }
        }
    }

    /** Whether the batch may still be sent with {@code size} bytes in this place. */
    private boolean fits(Pack<P> pack, int index, long size) {
        return pack.count() == 1 || pack.bytes() - pack.size(index) + size <= packer.batchBytes();
    }

    private void supersede(Lanes lanes, Pack<P> pack, int index, int slot) {
        entries--;
        if (newest.arrivingStays(pack.change(index), waiting.change(slot))) {
            bytes -= pack.size(index);
            pack.replace(index, waiting.unseen(slot), waiting.size(slot), 1);
        } else {
            bytes -= waiting.size(slot);
        }
        remove(lanes, pack.lane(index), slot);
    }

    /** Joins the first change that waits with the one before it, if they are of a key and may travel together. */
    private boolean travels(Join<P> join, Pack<P> pack, int index, int slot) {
        Change<P> first = pack.change(index);
        Change<P> next = waiting.change(slot);
        int size = pack.size(index) + waiting.size(slot);
        if (!first.key().equals(next.key()) || !fits(pack, index, size)) {
            return false;
        }
        Change<P> both = join.join(first, next);
        if (both == null) {
            return false;
        }
        pack.replace(index, both, size, pack.arrivals(index) + waiting.arrivals(slot));
        return true;
    }

    private boolean remove(Lanes lanes, int lane, int slot) {
        boolean others = waiting.remove(lane, slot);
        if (!others) {
            lanes.unmarkCrowded(lane);
        }
        return others;
    }

    // ------------------------------------------------------------------ what becomes of changes in flight

    /** All changes of a pack are done with. */
    void settleAll(Pack<P> pack, long nowMillis) {
        entries -= pack.arrivals();
        bytes -= pack.bytes();
        if (lanes == null) {
            return;
        }
        admit();
        int[] crowded = roomForPlaces(pack.count());
        int count = 0;
        for (int i = 0; i < pack.count(); i++) {
            crowded[count] = i;
            count += lanes.leave(pack.lane(i));
        }
        for (int i = 0; i < count; i++) {
            promote(lanes, pack.lane(crowded[i]), nowMillis);
        }
    }

    /** The change is done with; the next one that waits for its lane, if any, may go. */
    void settle(Pack<P> pack, int index, long nowMillis) {
        entries -= pack.arrivals(index);
        bytes -= pack.size(index);
        if (lanes != null) {
            admit();
            if (lanes.leave(pack.lane(index)) != 0) {
                promote(lanes, pack.lane(index), nowMillis);
            }
        }
    }

    /** Lets the first that waits for the lane have it. */
    private void promote(Lanes lanes, int lane, long nowMillis) {
        int next = waiting.first(lane);
        packer.add(waiting.unseen(next), waiting.size(next), lane, waiting.arrivals(next), nowMillis);
        remove(lanes, lane, next);
    }

    /** Everything in the pack has been settled, or copied to be sent again. */
    void recycle(Pack<P> pack) {
        packer.recycle(pack);
    }

    /** These changes, which were in flight, go again at {@code dueMillis}; or newer ones of their keys that wait by then. */
    void delay(Pack<P> failed, long dueMillis) {
        retries.add(failed, dueMillis);
    }

    /** Makes delayed changes ready whose time has come; they go before those that never failed. */
    void wake(long nowMillis) {
        for (Pack<P> due = retries.pollDue(nowMillis); due != null; due = retries.pollDue(nowMillis)) {
            packer.addAgain(due);
        }
    }

    /** Puts a refused batch aside, to be sent in two halves. */
    void isolate(Pack<P> refused) {
        retries.addHalves(refused);
    }
}
