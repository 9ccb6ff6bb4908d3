package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;

/** Which of two changes of a key is worth sending, and how many were not. */
final class Coalescing {

    private final boolean firstStays;
    private long coalesced;
    private long stale;

    Coalescing(WriteMode mode) {
        this.firstStays = mode == WriteMode.INSERT_ONLY;
    }

    /** One of the two goes unsent: the older version, or with equal or no versions the earlier arrival. */
    boolean arrivingStays(Change<?> held, Change<?> arriving) {
        if (firstStays) {
            stale++;
            return false;
        }
        ChangeVersion heldVersion = held.version();
        ChangeVersion arrivingVersion = arriving.version();
        if (heldVersion != null && arrivingVersion != null && arrivingVersion.compareTo(heldVersion) < 0) {
            stale++;
            return false;
        }
        coalesced++;
        return true;
    }

    /** Changes never sent because a newer one of their key took their place. */
    long coalesced() {
        return coalesced;
    }

    /** Changes never sent, since the last call, because what was already waiting for their key stays. */
    long drainStale() {
        long drained = stale;
        stale = 0;
        return drained;
    }
}
