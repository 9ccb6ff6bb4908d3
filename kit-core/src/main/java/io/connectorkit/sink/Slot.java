package io.connectorkit.sink;

import io.connectorkit.change.Change;
import org.jspecify.annotations.Nullable;

/**
 * What the writer knows of one key (or of one change, where changes are independent): the change to send now and those
 * that wait behind it. Pooled; lives from the key's first change to the moment nothing of it is left to send.
 */
final class Slot<P> {

    enum State {
        /** In the pool. */
        FREE,
        /** In the ready queue: may go with the next batch. */
        READY,
        /** In a request; later changes of the key are held back. */
        FLYING,
        /** Failed, waiting for its back-off to pass. */
        DELAYED,
        /** Part of a refused batch that is being halved. */
        ISOLATED
    }

    final int number;

    State state = State.FREE;

    /** The key's hash: by the time the change is settled, the key itself is no longer in any cache. */
    int hash;

    /** The change to send or in flight; null only in the pool. */
    @Nullable
    Change<P> change;

    int bytes;

    /** How many arrivals the change stands for: more than 1 only after a {@link Join}. */
    int arrivals;

    /** Failed attempts since the key's last success. */
    int attempts;

    /** When the change became ready, in the writer's coarse time. */
    long sinceMillis;

    /** When a delayed slot is ready again. */
    long dueMillis;

    /** Changes that arrived while this one was in flight, oldest first. */
    @Nullable
    Later<P> later;

    @Nullable
    Later<P> lastLater;

    Slot(int number) {
        this.number = number;
    }

    Change<P> current() {
        Change<P> current = change;
        if (current == null) {
            throw new IllegalStateException("slot " + number + " is " + state + " without a change");
        }
        return current;
    }

    /** A change held back behind one in flight. Pooled. */
    static final class Later<P> {
        @Nullable
        Change<P> change;

        int bytes;
        int arrivals;

        @Nullable
        Later<P> next;
    }
}
