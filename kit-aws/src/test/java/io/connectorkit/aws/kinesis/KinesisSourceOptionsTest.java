package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.ShardSourceOptions;
import io.connectorkit.aws.shard.StartPosition;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class KinesisSourceOptionsTest {

    private static final AwsOptions AWS = AwsOptions.of("eu-west-1");
    private static final String ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";

    @Test
    void tellsAllProblemsAtOnce() {
        ShardSourceOptions source = ShardSourceOptions.defaults()
                .withPageRecords(10_001)
                .withStart(StartPosition.after(Map.of("shardId-0", "x")));
        assertThatThrownBy(() -> new KinesisSourceOptions(
                        "a b", "arn:aws:sns:eu-west-1:1:topic", null, PackedRecords.OF_SHARD, source, AWS))
                .hasMessage("exactly one of stream.name and stream.arn must be set, got both\n"
                        + "stream.name must be 1 to 128 letters, digits, '_', '-' or '.', got 'a b'\n"
                        + "stream.arn must look like arn:aws:kinesis:REGION:ACCOUNT:stream/NAME, got"
                        + " 'arn:aws:sns:eu-west-1:1:topic'\n"
                        + "source.page-size must be between 1 and 10000 (Kinesis GetRecords), got 10001\n"
                        + "source.start of shard 'shardId-0' must be a decimal sequence number, got 'x'");
        assertThatThrownBy(() -> new KinesisSourceOptions(
                        null, null, null, PackedRecords.OF_SHARD, ShardSourceOptions.defaults(), AWS))
                .hasMessage("exactly one of stream.name and stream.arn must be set, got neither");
    }

    @Test
    void refusesAnArnOfAnotherRegion() {
        assertThatThrownBy(() -> KinesisSourceOptions.ofArn(ARN, AwsOptions.of("us-east-1")))
                .hasMessage("aws.region must be the region of stream.arn (eu-west-1), got us-east-1");
    }

    @Test
    void travelsWithTheJob() throws Exception {
        KinesisSourceOptions options = KinesisSourceOptions.ofArn(ARN, AWS)
                .withFanOut(FanOutOptions.of("c"))
                .withStart(StartPosition.after(Map.of("shardId-0", "42")));
        assertThat(InstantiationUtil.clone(options)).isEqualTo(options);
    }
}
