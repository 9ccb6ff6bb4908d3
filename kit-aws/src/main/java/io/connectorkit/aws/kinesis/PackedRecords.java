package io.connectorkit.aws.kinesis;

/** Which of the records that a producer packed into one are read. */
public enum PackedRecords {
    /**
     * Those whose hash key the shard holds. A split or merge while they are sent brings records to a shard that is not
     * theirs; the Kinesis Producer Library sees that and sends them again, so AWS's own consumers leave them out too.
     */
    OF_SHARD,
    /** All: for producers that pack records of any shard together and send none again. */
    ALL
}
