package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.util.List;

/** Makes batches, for tests that call a destination without its writer. */
public final class Batches {

    private Batches() {}

    @SafeVarargs
    public static <P> Batch<P> of(Change<P>... changes) {
        return new Batch<>(changes, changes.length);
    }

    @SuppressWarnings("unchecked") // An array of a generic type has no other way.
    public static <P> Batch<P> of(List<Change<P>> changes) {
        return of(changes.toArray(new Change[0]));
    }
}
