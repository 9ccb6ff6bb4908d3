package io.connectorkit.sink;

/** In which order a destination needs the changes of a key. */
public enum Ordering {
    /** Changes are full images: only the newest waiting change of a key is kept and sent. */
    COALESCE,
    /** Every change of a key is sent, one after the other: appends and partial updates. */
    FIFO,
    /** Changes are independent: sent as they come, retried at any time. */
    NONE
}
