package io.connectorkit.change;

/** What stays behind of a deleted key. */
public enum DeleteMode {
    /** Nothing: a replay that is older than the delete but arrives after it can bring the row back. */
    HARD,
    /** A durable fence (key, version, time) hidden from readers, so that a late replay cannot bring the row back. */
    TOMBSTONE
}
