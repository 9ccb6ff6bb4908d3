package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;

/** Which of two changes of a key is worth sending, and how many were not. */
final class Coalescing {

    /** Over so many arrivals {@link #isFrequent} is judged. */
    private static final int JUDGED = 1024;

    private final boolean firstStays;
    private long coalesced;
    private long stale;

    private int arrived;
    private long coalescedBefore;
    private boolean frequent;

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

    /** So many changes have arrived. */
    void arrived(int count) {
        arrived += count;
        if (arrived >= JUDGED) {
            frequent = coalesced - coalescedBefore > arrived * 2 / 5;
            coalescedBefore = coalesced;
            arrived = 0;
        }
    }

    /** Whether more than two of five that arrived last have taken the place of another. */
    boolean isFrequent() {
        return frequent;
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
