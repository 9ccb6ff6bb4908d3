package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

class DynamoDbLocalIT {

    @Test
    void rollsShardsOverOnDemand() {
        try (DynamoDbLocal server = DynamoDbLocal.start();
                DynamoDbAsyncClient client = server.client();
                DynamoDbStreamsAsyncClient streams = server.streamsClient()) {
            String arn = client.createTable(table -> table.tableName("orders")
                            .attributeDefinitions(a -> a.attributeName("id").attributeType(ScalarAttributeType.S))
                            .keySchema(k -> k.attributeName("id").keyType(KeyType.HASH))
                            .provisionedThroughput(p -> p.readCapacityUnits(1L).writeCapacityUnits(1L))
                            .streamSpecification(
                                    s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
                    .join()
                    .tableDescription()
                    .latestStreamArn();
            server.rolloverShards();
            assertThat(streams.describeStream(d -> d.streamArn(arn))
                            .join()
                            .streamDescription()
                            .shards())
                    .hasSizeGreaterThan(1);
        }
    }

    @Test
    void namesThePortThatIsTaken() {
        try (DynamoDbLocal server = DynamoDbLocal.start()) {
            assertThatThrownBy(() -> DynamoDbLocal.start(server.port()))
                    .hasMessageStartingWith("DynamoDB Local cannot start on port " + server.port() + ": ");
        }
    }
}
