package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.ScriptedStream;
import io.connectorkit.aws.shard.ShardApi;
import io.connectorkit.aws.shard.ShardSourceContract;

class DynamoDbStreamsContractTest extends ShardSourceContract<DynamoDbChange> {

    private static final DynamoDbStreamsOptions OPTIONS = DynamoDbStreamsOptions.ofStream(
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000",
            AwsOptions.of("eu-west-1"));

    @Override
    protected ShardApi<DynamoDbChange> open(ScriptedStream stream) {
        return new DynamoDbStreamsApi(OPTIONS, new ScriptedDynamoDbStreams(stream), stream::millis);
    }

    /** A shard of DynamoDB Streams has one parent. */
    @Override
    protected boolean merges() {
        return false;
    }

    @Override
    protected String key(DynamoDbChange change) {
        return change.keys().get("id").s();
    }

    @Override
    protected String text(DynamoDbChange change) {
        return change.newImage().get("v").s();
    }
}
