package io.connectorkit.sink;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Changes that may be sent, put into the arrays that will be sent as they arrive. What has failed before goes first. */
final class Packer<P> {

    /** What has failed before, and what is left of a batch that was larger than batches now are: filled up when it goes. */
    private final ArrayDeque<Pack<P>> first = new ArrayDeque<>();

    private final ArrayDeque<Pack<P>> closed = new ArrayDeque<>();
    private final ArrayDeque<Pack<P>> free = new ArrayDeque<>();
    private @Nullable Pack<P> open;
    private int batchEntries;
    private long batchBytes;
    private int entries;
    private long bytes;

    /** From the next batch on: how much goes into one. */
    void limit(int mostEntries, long mostBytes) {
        batchEntries = mostEntries;
        batchBytes = mostBytes;
    }

    int entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    /** Most bytes in a batch of more than one change. */
    long batchBytes() {
        return batchBytes;
    }

    /** Since when the oldest change waits; only with {@link #entries()} above 0. */
    long oldestMillis() {
        Pack<P> oldest = first.peekFirst();
        if (oldest == null) {
            oldest = closed.peekFirst();
        }
        if (oldest == null) {
            oldest = open;
        }
        return oldest == null ? Long.MAX_VALUE : oldest.sinceMillis();
    }

    void add(Object change, int size, int lane, long nowMillis) {
        roomFor(size, nowMillis).add(change, size, lane);
        entries++;
        bytes += size;
    }

    /** A change that stands for {@code arrivals} of them. */
    void add(Object change, int size, int lane, int arrivals, long nowMillis) {
        roomFor(size, nowMillis).add(change, size, lane, 0, arrivals);
        entries++;
        bytes += size;
    }

    /** Puts a change into {@link #open()}, which there must be, with room for it; it counts once it is booked. */
    void stage(Object change, int size, int lane) {
        filling().stage(change, size, lane);
    }

    /** So many changes were staged. */
    void book(int staged, long stagedBytes) {
        entries += staged;
        bytes += stagedBytes;
        filling().book(stagedBytes);
    }

    private Pack<P> filling() {
        Pack<P> pack = open;
        if (pack == null) {
            throw new IllegalStateException("no batch is being filled");
        }
        return pack;
    }

    /** Changes that have failed, whose time to be sent again has come. */
    void addAgain(Pack<P> failed) {
        first.addLast(failed);
        entries += failed.count();
        bytes += failed.bytes();
    }

    /** What is being filled now, if anything. */
    @Nullable
    Pack<P> open() {
        return open;
    }

    /** Whether the next change goes where {@link #open()} is. */
    boolean hasRoomFor(int size) {
        return open != null && open.hasRoomFor(size, batchBytes);
    }

    /** Takes changes out of {@link #open()} again, none of which has failed before. */
    void remove(Pack<P> from, int[] places, int removed) {
        entries -= from.count();
        bytes -= from.bytes();
        from.remove(places, removed);
        entries += from.count();
        bytes += from.bytes();
    }

    private Pack<P> roomFor(int size, long nowMillis) {
        Pack<P> pack = open;
        return pack != null && pack.hasRoomFor(size, batchBytes) ? pack : next(nowMillis);
    }

    private Pack<P> next(long nowMillis) {
        if (open != null) {
            closed.addLast(open);
        }
        Pack<P> next = free.pollLast();
        if (next == null || next.room() != batchEntries) {
            next = new Pack<>(batchEntries, nowMillis);
        } else {
            next.reuse(nowMillis);
        }
        open = next;
        return next;
    }

    /** The next batch, as full as it is; only with {@link #entries()} above 0. */
    Pack<P> take() {
        Pack<P> taken = first.pollFirst();
        if (taken != null) {
            taken = within(taken);
            fill(taken);
        } else if ((taken = closed.pollFirst()) != null) {
            taken = within(taken);
        } else if ((taken = open) != null) {
            open = null;
            taken = within(taken);
        } else {
            throw new IllegalStateException("nothing has arrived");
        }
        entries -= taken.count();
        bytes -= taken.bytes();
        return taken;
    }

    /** As much of a pack as now goes into a batch; the rest goes first with the next. */
    private Pack<P> within(Pack<P> pack) {
        if (pack.count() <= batchEntries && pack.bytes() <= batchBytes) {
            return pack;
        }
        int fitting = 1;
        long fittingBytes = pack.size(0);
        while (fitting < Math.min(pack.count(), batchEntries) && fittingBytes + pack.size(fitting) <= batchBytes) {
            fittingBytes += pack.size(fitting++);
        }
        if (fitting == pack.count()) {
            return pack;
        }
        first.addFirst(pack.part(fitting, pack.count()));
        return pack.part(0, fitting);
    }

    /** Fills a pack with others that go first, and with those that arrived last. */
    private void fill(Pack<P> pack) {
        for (Pack<P> next = first.peekFirst(); next != null; next = first.peekFirst()) {
            pack.takeLast(next, batchEntries, batchBytes);
            if (next.count() > 0) {
                return;
            }
            first.removeFirst();
        }
        if (open != null) {
            pack.takeLast(open, batchEntries, batchBytes);
            if (open.count() == 0) {
                recycle(open);
                open = null;
            }
        }
    }

    /** A pack is done with. */
    void recycle(Pack<P> pack) {
        if (pack.room() == batchEntries && free.size() <= closed.size() + 1) {
            pack.empty();
            free.addLast(pack);
        }
    }
}
