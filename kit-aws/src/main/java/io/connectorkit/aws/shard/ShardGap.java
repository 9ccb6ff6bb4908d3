package io.connectorkit.aws.shard;

import java.time.Instant;

/**
 * Records of a shard that were trimmed before they were read.
 *
 * @param position where reading stood: what is lost comes after it
 * @param seen when it was found out
 */
public record ShardGap(String stream, String shardId, ShardPosition position, Instant seen) {}
