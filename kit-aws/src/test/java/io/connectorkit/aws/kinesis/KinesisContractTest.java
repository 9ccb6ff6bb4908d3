package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.ScriptedStream;
import io.connectorkit.aws.shard.ShardApi;
import io.connectorkit.aws.shard.ShardSourceContract;

class KinesisContractTest extends ShardSourceContract<KinesisRecord> {

    static final KinesisSourceOptions OPTIONS = KinesisSourceOptions.ofArn(
            "arn:aws:kinesis:eu-west-1:123456789012:stream/orders", AwsOptions.of("eu-west-1"));

    @Override
    protected ShardApi<KinesisRecord> open(ScriptedStream stream) {
        return new KinesisShardApi(OPTIONS, new ScriptedKinesis(stream), stream::millis);
    }

    /** Kinesis goes on with what is there: only the time that has passed tells. */
    @Override
    protected boolean tellsTrimmedPositions() {
        return false;
    }

    @Override
    protected String key(KinesisRecord record) {
        return record.partitionKey();
    }

    @Override
    protected String text(KinesisRecord record) {
        return record.data().asUtf8String();
    }
}
