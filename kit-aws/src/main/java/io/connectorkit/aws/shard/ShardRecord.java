package io.connectorkit.aws.shard;

/**
 * A record as read from a shard.
 *
 * @param sequenceNumber its place in the shard
 * @param createdMillis when the service took it, in milliseconds since 1970; may be rounded down
 */
public record ShardRecord<R>(String sequenceNumber, long createdMillis, R value) {}
