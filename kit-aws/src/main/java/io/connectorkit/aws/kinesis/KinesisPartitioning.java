package io.connectorkit.aws.kinesis;

/** Where the partition key of a record comes from that names none. */
public enum KinesisPartitioning {
    /** The change's key: one string as it is, any other as its text. */
    KEY,
    /** The number of the sink's subtask: all records of a subtask share a shard as long as there is no resharding. */
    SUBTASK
}
