package io.connectorkit.aws.shard;

/** Where a job without state starts to read. */
public enum StartPosition {
    /** With what is written from now on. */
    LATEST,
    /** With the oldest record still there. */
    TRIM_HORIZON
}
