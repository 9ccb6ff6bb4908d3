package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.ShardSourceOptions;
import java.time.Duration;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class DynamoDbStreamsOptionsTest {

    private static final AwsOptions AWS = AwsOptions.of("eu-west-1");

    @Test
    void tellsAllProblemsAtOnce() {
        assertThatThrownBy(() -> new DynamoDbStreamsOptions(
                        "x",
                        "arn:aws:sns:eu-west-1:1:topic",
                        RequiredImages.NONE,
                        ShardSourceOptions.defaults().withPageRecords(1001),
                        AWS))
                .hasMessage("exactly one of table-name and stream.arn must be set, got both\n"
                        + "table-name must be 3 to 255 letters, digits, '_', '-' or '.', got 'x'\n"
                        + "stream.arn must look like arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL, got"
                        + " 'arn:aws:sns:eu-west-1:1:topic'\n"
                        + "source.page-size must be between 1 and 1000 (DynamoDB Streams GetRecords), got 1001");
    }

    @Test
    void tellsAllProblemsOfTheSourceAtOnce() {
        ShardSourceOptions fine = ShardSourceOptions.defaults();
        assertThatThrownBy(() -> new ShardSourceOptions(
                        fine.start(),
                        fine.stop(),
                        Duration.ofMillis(999),
                        Duration.ofMillis(10),
                        Duration.ofMillis(9),
                        0,
                        0,
                        fine.onGap(),
                        fine.retry()))
                .hasMessage(
                        "source.discovery-interval must be at least 1 s (the service allows 10 listings a second for"
                                + " the whole account), got PT0.999S\n"
                                + "source.poll.max-delay must be at least source.poll.min-delay (PT0.01S), got PT0.009S\n"
                                + "source.page-size must be at least 1, got 0\n"
                                + "source.buffer.max-records must be at least 1, got 0");
    }

    @Test
    void theSourceTravelsWithTheJobAndTellsItsType() throws Exception {
        Source<String, ?, ?> source = DynamoDbStreamsSource.of(
                DynamoDbStreamsOptions.ofTable("orders", AWS),
                DynamoDbChangeDeserializer.of(String.class, DynamoDbChange::shardId));
        assertThat(InstantiationUtil.clone(source))
                .isInstanceOfSatisfying(
                        org.apache.flink.api.java.typeutils.ResultTypeQueryable.class,
                        typed -> assertThat(typed.getProducedType().getTypeClass())
                                .isEqualTo(String.class));
    }

    @Test
    void knowsWhichViewsHaveTheImages() {
        assertThat(RequiredImages.NONE.metBy("KEYS_ONLY")).isTrue();
        assertThat(RequiredImages.NEW.metBy("KEYS_ONLY")).isFalse();
        assertThat(RequiredImages.NEW.metBy("OLD_IMAGE")).isFalse();
        assertThat(RequiredImages.NEW.metBy("NEW_IMAGE")).isTrue();
        assertThat(RequiredImages.OLD.metBy("NEW_AND_OLD_IMAGES")).isTrue();
        assertThat(RequiredImages.NEW_AND_OLD.metBy("NEW_IMAGE")).isFalse();
        assertThat(RequiredImages.NEW_AND_OLD.metBy("NEW_AND_OLD_IMAGES")).isTrue();
    }
}
