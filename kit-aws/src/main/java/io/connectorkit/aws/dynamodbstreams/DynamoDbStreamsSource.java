package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.shard.ShardSource;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A DynamoDB stream as a Flink source: the changes of each item in their order, over every rollover of the shards.
 *
 * <p>LATEST means from the first start of the job on, also over restarts: DynamoDB Streams cannot position by time, so
 * a shard that was quiet until a restart is then read from its first record, and what was created more than two minutes
 * before the first start is dropped (creation times are rounded down and clocks differ; so after such a restart, changes
 * of the last two minutes before the start may appear, and none is lost). Shards that appear later are read in full.
 */
public final class DynamoDbStreamsSource {

    private DynamoDbStreamsSource() {}

    public static <T> Source<T, ? extends SourceSplit, ?> of(
            DynamoDbStreamsOptions options, DynamoDbChangeDeserializer<T> deserializer) {
        return ShardSource.of(() -> new DynamoDbStreamsApi(options), deserializer, options.source());
    }
}
