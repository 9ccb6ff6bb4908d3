package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * The changes of one request, read-only and in arrival order. Outcomes are given by position.
 *
 * @param <P> the payload
 */
public final class Batch<P> extends AbstractList<Change<P>> implements RandomAccess {

    private final Change<P>[] changes;
    private final long bytes;

    Batch(Change<P>[] changes, long bytes) {
        this.changes = changes;
        this.bytes = bytes;
    }

    @Override
    public Change<P> get(int index) {
        return changes[index];
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
