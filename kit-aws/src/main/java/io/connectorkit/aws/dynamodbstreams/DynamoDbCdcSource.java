package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.shard.ShardSource;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A DynamoDB table as a Flink source: every item as it is ({@link DynamoDbChange.EventName#READ}, with the lowest
 * version), then every change since before the scan began.
 *
 * <p>The scan runs in segments side by side on all subtasks, each resumed where the last checkpoint left it. The stream
 * begins once the whole table was read and, with more than one subtask, a checkpoint holds that: so a keyed operator sees
 * an item's row before any of its changes, and any sink ends up equal to the table. Until the stream has caught up, a key
 * may go back to an older value for a while: changes from between the start and the reading of its row are applied again
 * after it. A scan must be over within the 24 hours that a stream keeps; {@code headroomMillis} and {@code onGap} watch
 * over that.
 */
public final class DynamoDbCdcSource {

    private DynamoDbCdcSource() {}

    public static <T> Source<T, ? extends SourceSplit, ?> of(
            DynamoDbCdcOptions options, DynamoDbChangeDeserializer<T> deserializer) {
        return ShardSource.of(
                () -> new DynamoDbCdcApi(options),
                deserializer,
                options.stream().source());
    }
}
