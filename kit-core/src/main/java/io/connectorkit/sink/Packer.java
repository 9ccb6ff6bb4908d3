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

    // Of all but the open one.
    private int entries;
    private long bytes;

    /** From the next batch on: how much goes into one. */
    void limit(int mostEntries, long mostBytes) {
        batchEntries = mostEntries;
        batchBytes = mostBytes;
    }

    int entries() {
        return open == null ? entries : entries + open.count();
    }

    long bytes() {
        return open == null ? bytes : bytes + open.bytes();
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
    }

    /** A change that stands for {@code arrivals} of them. */
    void add(Object change, int size, int lane, int arrivals, long nowMillis) {
        roomFor(size, nowMillis).add(change, size, lane, 0, arrivals);
    }

    /** Puts a change into {@link #open()}, which there must be, with room for it: see {@link Pack#stage}. */
    void stage(Object change, int size, int lane, int aside) {
        Pack<P> pack = open;
        if (pack == null) {
            throw new IllegalStateException("no batch is being filled");
        }
        pack.stage(change, size, lane, aside);
    }

    /** Changes that have failed, whose time to be sent again has come. */
    void addAgain(Pack<P> failed) {
        first.addLast(failed);
        count(failed, 1);
    }

    /** Counts the changes of a pack that is not the open one, or with -1 counts them no more. */
    private void count(Pack<P> pack, int sign) {
        entries += sign * pack.count();
        bytes += sign * pack.bytes();
    }

    /** What is being filled now, if anything. */
    @Nullable
    Pack<P> open() {
        return open;
    }

    private Pack<P> roomFor(int size, long nowMillis) {
        Pack<P> pack = open;
        return pack != null && pack.hasRoomFor(size, batchBytes) ? pack : next(nowMillis);
    }

    private Pack<P> next(long nowMillis) {
        if (open != null) {
            closed.addLast(open);
            count(open, 1);
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
            count(taken, -1);
            taken = within(taken);
            fill(taken);
        } else if ((taken = closed.pollFirst()) != null) {
            count(taken, -1);
            taken = within(taken);
        } else if ((taken = open) != null) {
            open = null;
            taken = within(taken);
        } else {
            throw new IllegalStateException("nothing has arrived");
        }
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
        Pack<P> rest = pack.part(fitting, pack.count());
        first.addFirst(rest);
        count(rest, 1);
        return pack.part(0, fitting);
    }

    /** Fills a pack with others that go first, and with those that arrived last. */
    private void fill(Pack<P> pack) {
        for (Pack<P> next = first.peekFirst(); next != null; next = first.peekFirst()) {
            count(next, -1);
            pack.takeLast(next, batchEntries, batchBytes);
            count(next, 1);
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
