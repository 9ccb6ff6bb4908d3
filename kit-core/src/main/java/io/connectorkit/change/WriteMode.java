package io.connectorkit.change;

/** What a sink does when the destination already holds the key. */
public enum WriteMode {
    /** The higher version stays: guarded by the store itself, so replays and late requests change nothing. */
    NEWEST_WINS,
    /** The last arrival stays, in key order; for sources without a version. */
    OVERWRITE,
    /** Only new keys are written; a key that exists is left as it is and counted as stale. */
    INSERT_ONLY
}
