package io.connectorkit.aws.shard;

/** What a failed request means for the reading of a shard. */
public enum ShardFault {
    /** The iterator is too old: a new one is asked for from the last position. */
    EXPIRED_ITERATOR,
    /** Records at the position were trimmed before they were read. */
    TRIMMED,
    /** The shard is not there any more, while its stream is. */
    SHARD_GONE,
    /** The service asks for less load. */
    THROTTLED,
    /** Likely to pass. */
    RETRYABLE,
    /** Will not pass: wrong credentials, missing stream, malformed request. */
    FATAL
}
