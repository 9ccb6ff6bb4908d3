package io.connectorkit.aws.shard;

/** What happens when records were trimmed before they were read. */
public enum OnGap {
    /** The job fails for good: restarting it cannot bring them back. */
    FAIL,
    /** Reading goes on behind the gap, and {@link ShardDeserializer#gap} emits an element in place of what is lost. */
    EMIT_EVENT,
    /** Reading goes on behind the gap; the counter {@code gaps} and a warning tell. */
    CONTINUE
}
