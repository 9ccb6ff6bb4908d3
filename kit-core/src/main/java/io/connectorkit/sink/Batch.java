package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * The changes of one request, read-only, in the order of arrival but for those that have waited for one of their key or have
 * failed before; no two of a key, unless the ordering is {@link Ordering#NONE}. Outcomes are given by position.
 *
 * @param <P> the payload
 */
public final class Batch<P> extends AbstractList<Change<P>> implements RandomAccess {

    /** Each a {@code Change<P>}. */
    private final Object[] changes;

    private final long bytes;

    Batch(Object[] changes, long bytes) {
        this.changes = changes;
        this.bytes = bytes;
    }

    @Override
    @SuppressWarnings("unchecked") // Nothing else is in there.
    public Change<P> get(int index) {
        return (Change<P>) changes[index];
    }

    @Override
    public int size() {
        return changes.length;
    }

    /** Sum of {@link Destination#sizeOf} over the changes. */
    public long bytes() {
        return bytes;
    }
}
