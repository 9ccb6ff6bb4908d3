/** DynamoDB Streams and the shard source below it: throughput, idle cost, heap, snapshots. */
@NullMarked
package io.connectorkit.benchmarks.dynamodbstreams;

import org.jspecify.annotations.NullMarked;
