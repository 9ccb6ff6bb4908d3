package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.shard.ScriptedStream;
import io.connectorkit.aws.shard.ShardApi;
import io.connectorkit.aws.shard.ShardSourceContract;

class FanOutContractTest extends ShardSourceContract<KinesisRecord> {

    private static final KinesisSourceOptions OPTIONS =
            KinesisContractTest.OPTIONS.withFanOut(FanOutOptions.of("contract"));

    @Override
    protected ShardApi<KinesisRecord> open(ScriptedStream stream) {
        return new FanOutShardApi(OPTIONS, new ScriptedKinesis(stream), millis -> {}, stream::millis);
    }

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
