package io.connectorkit.sink;

import io.connectorkit.change.Change;

/** Batches for tests that call a destination directly. */
public final class Batches {

    private Batches() {}

    @SafeVarargs
    public static <P> Batch<P> of(Change<P>... changes) {
        return new Batch<>(changes, changes.length);
    }
}
