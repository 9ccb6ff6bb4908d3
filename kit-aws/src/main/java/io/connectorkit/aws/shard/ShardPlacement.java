package io.connectorkit.aws.shard;

/** Where a child shard may be read. */
enum ShardPlacement {
    /** Behind its parents' records: on their subtask, or anywhere once a checkpoint holds their ends. */
    LINEAGE,
    /** Where its id hashes to, once its parents were read, as other sources do: only to show in tests what that breaks. */
    PLAIN
}
