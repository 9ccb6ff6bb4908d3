package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it stands, from the arrival of its first change to the settlement of its last: the changes in the array that
 * will be sent, and what is known of each in arrays of primitives. Once it has been sent nothing of it changes.
 *
 * <p>Changes are moved as objects, in arrays of objects. An array of an interface has the class of whatever is put into it
 * looked at, and a change that has waited is not in the cache: that look was most of the cost of moving one.
 */
final class Pack<P> {

    private Object[] changes;
    private int[] sizes;
    private int[] lanes;

    /** Failed attempts before this one; null while there were none. */
    private int @Nullable [] attempts;

    /** How many arrivals a change stands for; null while each stands for itself. */
    private int @Nullable [] arrivals;

    private long sinceMillis;
    private int count;

    /** Changes in the places from this one on, the last of which came first, are not of the batch. */
    private int asideFrom;

    private long bytes;

    /** With room for so many changes, the oldest of which has waited since {@code sinceMillis}. */
    Pack(int room, long sinceMillis) {
        this.changes = new Object[room];
        this.sizes = new int[room];
        this.lanes = new int[room];
        this.asideFrom = room;
        this.sinceMillis = sinceMillis;
    }

    /** Lets go of all changes, for {@link #reuse}; the array that was sent stays what it is. */
    void empty() {
        changes = new Object[0];
        attempts = null;
        arrivals = null;
        count = 0;
        bytes = 0;
    }

    /** Makes an empty pack one like new. */
    void reuse(long nowMillis) {
        changes = new Object[sizes.length];
        sinceMillis = nowMillis;
    }

    int room() {
        return sizes.length;
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    /** Since when its oldest change waits. */
    long sinceMillis() {
        return sinceMillis;
    }

    @SuppressWarnings("unchecked") // Nothing else is put in.
    Change<P> change(int index) {
        return (Change<P>) changes[index];
    }

    int size(int index) {
        return sizes[index];
    }

    int lane(int index) {
        return lanes[index];
    }

    int attempts(int index) {
        return attempts == null ? 0 : attempts[index];
    }

    int arrivals(int index) {
        return arrivals == null ? 1 : arrivals[index];
    }

    /** The sum of {@link #arrivals(int)}. */
    int arrivals() {
        return arrivals == null ? count : Arrays.stream(arrivals, 0, count).sum();
    }

    boolean hasRoomFor(int size, long mostBytes) {
        return count < asideFrom && bytes + size <= mostBytes;
    }

    void add(Object change, int size, int lane) {
        int index = count++;
        changes[index] = change;
        sizes[index] = size;
        lanes[index] = lane;
        bytes += size;
    }

    /**
     * Puts a change in: with {@code aside} 0 as the next of the batch, with 1 behind all there is room for, where it only stays
     * until {@link #dropAside}. No branch decides, since nobody could predict it. Its bytes are not counted: {@link #book}
     * is told later of many.
     */
    void stage(Object change, int size, int lane, int aside) {
        int index = count + (-aside & (asideFrom - 1 - count));
        changes[index] = change;
        sizes[index] = size;
        lanes[index] = lane;
        count += 1 - aside;
        asideFrom -= aside;
    }

    /** Counts the bytes of all that was staged, also of what is aside. */
    void book(long stagedBytes) {
        bytes += stagedBytes;
    }

    /** What is aside is in the places from this one on, the last of which came first. */
    int asideFrom() {
        return asideFrom;
    }

    /** Forgets what is aside. */
    void dropAside() {
        for (int i = asideFrom; i < sizes.length; i++) {
            bytes -= sizes[i];
            changes[i] = null;
        }
        asideFrom = sizes.length;
    }

    void add(Object change, int size, int lane, int itsAttempts, int itsArrivals) {
        int index = count;
        add(change, size, lane);
        attempts(index, itsAttempts);
        arrivals(index, itsArrivals);
    }

    /** Adds what another pack has in a place, but for its attempts. */
    void add(Pack<P> from, int index, int itsAttempts) {
        add(from.changes[index], from.sizes[index], from.lanes[index], itsAttempts, from.arrivals(index));
    }

    /** Puts another change into a place of its lane. */
    void replace(int index, Object change, int size, int itsArrivals) {
        changes[index] = change;
        bytes += size - sizes[index];
        sizes[index] = size;
        arrivals(index, itsArrivals);
    }

    /** Moves the last changes of {@code from} to the end of this one, as many as both bounds allow. */
    void takeLast(Pack<P> from, int mostEntries, long mostBytes) {
        grow(mostEntries);
        while (from.count > 0 && count < mostEntries && bytes + from.sizes[from.count - 1] <= mostBytes) {
            int last = --from.count;
            add(from, last, from.attempts(last));
            from.bytes -= from.sizes[last];
            from.changes[last] = null;
            // The place is ready for a change that stands for itself.
            from.arrivals(last, 1);
        }
        sinceMillis = Math.min(sinceMillis, from.sinceMillis);
    }

    private void grow(int room) {
        if (room > sizes.length) {
            changes = Arrays.copyOf(changes, room);
            sizes = Arrays.copyOf(sizes, room);
            lanes = Arrays.copyOf(lanes, room);
            asideFrom = room;
            attempts = attempts == null ? null : Arrays.copyOf(attempts, room);
            arrivals = arrivals == null ? null : Arrays.copyOf(arrivals, room);
        }
    }

    /** A copy of the changes from {@code from} on, to {@code to} exclusive. */
    Pack<P> part(int from, int to) {
        Pack<P> part = new Pack<>(to - from, sinceMillis);
        for (int i = from; i < to; i++) {
            part.add(this, i, attempts(i));
        }
        return part;
    }

    Batch<P> batch() {
        return new Batch<>(count == changes.length ? changes : Arrays.copyOf(changes, count), bytes);
    }

    private void attempts(int index, int value) {
        if (value != 0 && attempts == null) {
            attempts = new int[sizes.length];
        }
        if (attempts != null) {
            attempts[index] = value;
        }
    }

    private void arrivals(int index, int value) {
        if (value != 1 && arrivals == null) {
            arrivals = new int[sizes.length];
            Arrays.fill(arrivals, 1);
        }
        if (arrivals != null) {
            arrivals[index] = value;
        }
    }
}
