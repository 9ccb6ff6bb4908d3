package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The sink over a client that the caller brings, such as one of a simulated service. */
public final class DynamoDbSinkFixture {

    private DynamoDbSinkFixture() {}

    public static <T> BatchSink<T> sink(
            Changes<T, Map<String, AttributeValue>> changes,
            DynamoDbTable table,
            AwsOptions aws,
            DynamoDbAsyncClient client,
            SinkOptions options) {
        return BatchSink.of(
                changes,
                new DynamoDbDestinationFactory<>(
                        aws,
                        table,
                        changes.writeMode(),
                        new WholeItems(),
                        Duration.ofSeconds(30),
                        (ignored, credentials) -> client),
                options);
    }
}
