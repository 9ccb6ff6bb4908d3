package io.connectorkit.aws.shard;

/**
 * Where the reading of a shard stops.
 *
 * @param cutMillis a record created then or later is not read
 * @param quietMillis from then on, a shard with nothing more to read is over
 */
record ShardStop(long cutMillis, long quietMillis) {}
