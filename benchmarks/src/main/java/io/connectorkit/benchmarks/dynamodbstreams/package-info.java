/** DynamoDB Streams and the shard source below it: throughput, idle cost, snapshots. */
package io.connectorkit.benchmarks.dynamodbstreams;
