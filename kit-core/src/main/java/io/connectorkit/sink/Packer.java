package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Arriving changes of which none has to wait for another, put into the arrays that will be sent. Only those that fail ever
 * become slots.
 */
final class Packer<P> {

    /** A batch as it stands: the changes and their sizes. */
    static final class Pack<P> {
        private final Change<P>[] changes;
        private final int[] sizes;
        final long sinceMillis;
        private int count;
        private long bytes;

        private Pack(Change<P>[] changes, int[] sizes, long sinceMillis) {
            this.changes = changes;
            this.sizes = sizes;
            this.sinceMillis = sinceMillis;
        }

        int count() {
            return count;
        }

        long bytes() {
            return bytes;
        }

        Change<P> change(int index) {
            return changes[index];
        }

        int size(int index) {
            return sizes[index];
        }

        Batch<P> batch() {
            return new Batch<>(count == changes.length ? changes : Arrays.copyOf(changes, count), bytes);
        }
    }

    private final ArrayDeque<Pack<P>> closed = new ArrayDeque<>();
    private final ArrayDeque<int[]> freeSizes = new ArrayDeque<>();
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

    /** Since when the oldest change waits; only with {@link #entries()} above 0. */
    long oldestMillis() {
        Pack<P> oldest = closed.peekFirst();
        return oldest != null ? oldest.sinceMillis : open == null ? Long.MAX_VALUE : open.sinceMillis;
    }

    void add(Change<P> change, int size, long nowMillis) {
        Pack<P> pack = open;
        if (pack == null || pack.count == pack.sizes.length || pack.bytes + size > batchBytes) {
            pack = next(nowMillis);
        }
        pack.changes[pack.count] = change;
        pack.sizes[pack.count++] = size;
        pack.bytes += size;
        entries++;
        bytes += size;
    }

    private Pack<P> next(long nowMillis) {
        if (open != null) {
            closed.addLast(open);
        }
        int[] sizes = freeSizes.pollLast();
        if (sizes == null || sizes.length != batchEntries) {
            sizes = new int[batchEntries];
        }
        open = new Pack<>(newChanges(batchEntries), sizes, nowMillis);
        return open;
    }

    /** The oldest batch, as full as it is; only with {@link #entries()} above 0. */
    Pack<P> take() {
        Pack<P> taken = closed.pollFirst();
        if (taken == null) {
            if (open == null) {
                throw new IllegalStateException("nothing has arrived");
            }
            taken = open;
            open = null;
        }
        entries -= taken.count;
        bytes -= taken.bytes;
        return taken;
    }

    /** A batch is done with. */
    void recycle(Pack<P> pack) {
        if (freeSizes.size() <= closed.size() + 1) {
            freeSizes.addLast(pack.sizes);
        }
    }

    @SuppressWarnings("unchecked") // An array of a generic type has no other way.
    private static <P> Change<P>[] newChanges(int length) {
        return (Change<P>[]) new Change<?>[length];
    }
}
