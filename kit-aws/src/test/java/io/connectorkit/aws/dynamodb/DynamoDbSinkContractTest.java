package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkContract;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The contract over a scripted service that leaves a tenth of all batched items unprocessed. */
class DynamoDbSinkContractTest extends SinkContract<Map<String, AttributeValue>> {

    private final FakeDynamoDb service = new FakeDynamoDb();

    @AfterEach
    void stop() {
        service.stop();
    }

    @Override
    protected DestinationFactory<Map<String, AttributeValue>> destination(WriteMode mode) {
        SplittableRandom random = new SplittableRandom(5);
        service.unprocessed = request -> random.nextInt(10) == 0;
        DynamoDbTable table = DynamoDbTable.of("table", "id");
        return new DynamoDbDestinationFactory<>(
                AwsOptions.of("eu-west-1").withCredentials(FakeDynamoDb.KEYS),
                mode == WriteMode.NEWEST_WINS
                        ? table.withVersion("v").withTombstones("deletedAt", "expiresAt", Duration.ofDays(1))
                        : table,
                mode,
                new WholeItems(),
                Duration.ofSeconds(30),
                (options, credentials) -> service);
    }

    @Override
    protected Map<String, AttributeValue> payload(ChangeKey key, String text) {
        return text.equals("poison")
                ? Map.of("text", AttributeValue.fromN("poison"))
                : Map.of("text", AttributeValue.fromS(text));
    }

    @Override
    protected Map<ChangeKey, String> contents() {
        Map<ChangeKey, String> contents = new HashMap<>();
        service.items().forEach((id, item) -> {
            if (!item.containsKey("deletedAt")) {
                contents.put(ChangeKey.of(id), item.get("text").s());
            }
        });
        return contents;
    }

    @Override
    protected Optional<String> poison() {
        return Optional.of("poison");
    }

    @Override
    protected SinkOptions options() {
        return SinkOptions.defaults()
                .withTuning(SinkTuning.forDynamoDb().withWindow(25, 16))
                .withRetry(RetryPolicy.defaults()
                        .withMaxAttempts(100)
                        .withDelays(Duration.ofMillis(1), Duration.ofMillis(20)));
    }
}
