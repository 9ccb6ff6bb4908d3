package io.connectorkit.benchmarks.dynamodbstreams;

import io.connectorkit.aws.DynamoDbLocal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** A table with a stream on DynamoDB Local: key {@code id}, value {@code v}. */
final class LocalTable implements AutoCloseable {

    private static final int BATCH = 25;
    private static final int IN_FLIGHT = 8;

    final DynamoDbLocal server = DynamoDbLocal.start();
    final DynamoDbAsyncClient client = server.client();
    final String name = "items";
    final String streamArn;

    LocalTable() {
        streamArn = client.createTable(create -> create.tableName(name)
                        .attributeDefinitions(a -> a.attributeName("id").attributeType(ScalarAttributeType.S))
                        .keySchema(k -> k.attributeName("id").keyType(KeyType.HASH))
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .streamSpecification(
                                s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
                .join()
                .tableDescription()
                .latestStreamArn();
    }

    static Map<String, AttributeValue> key(int id) {
        return Map.of("id", AttributeValue.fromS("item-" + id));
    }

    static Map<String, AttributeValue> item(int id, String value) {
        Map<String, AttributeValue> item = new HashMap<>(key(id));
        item.put("v", AttributeValue.fromS(value));
        return item;
    }

    /** Writes items in batches of distinct keys. */
    void load(int count, IntFunction<Map<String, AttributeValue>> items) {
        for (int from = 0; from < count; ) {
            List<CompletableFuture<?>> batches = new ArrayList<>();
            for (int b = 0; b < IN_FLIGHT && from < count; b++, from += BATCH) {
                List<WriteRequest> puts = new ArrayList<>();
                for (int i = from; i < Math.min(from + BATCH, count); i++) {
                    puts.add(WriteRequest.builder()
                            .putRequest(
                                    PutRequest.builder().item(items.apply(i)).build())
                            .build());
                }
                batches.add(client.batchWriteItem(batch -> batch.requestItems(Map.of(name, puts))));
            }
            CompletableFuture.allOf(batches.toArray(new CompletableFuture<?>[0]))
                    .join();
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
