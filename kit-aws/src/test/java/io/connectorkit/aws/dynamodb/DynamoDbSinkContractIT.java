package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsServers;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The contract on a real table, with tombstones. */
@ExtendWith(AwsServers.Shared.class)
class DynamoDbSinkContractIT extends SinkContract<Map<String, AttributeValue>> {

    private static final String POISON = "poison";

    private final Table table;

    DynamoDbSinkContractIT(AwsServers servers) {
        table = Table.create(servers.dynamoDb());
    }

    @AfterEach
    void drop() {
        table.close();
    }

    DynamoDbTable guarded(DynamoDbTable unguarded) {
        return unguarded.withVersion("version").withTombstones("deletedAt", "expiresAt", Duration.ofHours(1));
    }

    @Override
    protected DestinationFactory<Map<String, AttributeValue>> destination(WriteMode mode) {
        DynamoDbTable unguarded = DynamoDbTable.of(table.name, "id");
        return new DynamoDbDestinationFactory<>(
                table.aws,
                mode == WriteMode.NEWEST_WINS ? guarded(unguarded) : unguarded,
                mode,
                new WholeItems(),
                Duration.ofSeconds(30),
                DynamoDbDestinationFactory.Clients.real());
    }

    @Override
    protected Map<String, AttributeValue> payload(ChangeKey key, String text) {
        // A number that is none is what a table refuses.
        return text.equals(POISON)
                ? Map.of("text", AttributeValue.fromN(POISON))
                : Map.of("text", AttributeValue.fromS(text));
    }

    @Override
    protected Map<ChangeKey, String> contents() {
        Map<ChangeKey, String> contents = new HashMap<>();
        table.items().forEach((key, item) -> {
            if (!item.containsKey("deletedAt")) {
                contents.put(key, item.get("text").s());
            }
        });
        return contents;
    }

    @Override
    protected Optional<String> poison() {
        // moto takes any text for a number.
        return AwsServers.elsewhere() ? Optional.empty() : Optional.of(POISON);
    }

    @Override
    protected SinkOptions options() {
        return SinkOptions.defaults()
                .withTuning(SinkTuning.forDynamoDb().withWindow(25, 8))
                .withRetry(RetryPolicy.defaults()
                        .withMaxAttempts(100)
                        .withDelays(Duration.ofMillis(1), Duration.ofMillis(20)));
    }
}
