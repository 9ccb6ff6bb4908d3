package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsCredentials;
import io.connectorkit.aws.FakeService;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * DynamoDB in this JVM: one table with the key {@code id} of text; knows the three conditions of the sink and leaves items
 * of a batch unprocessed as it is told to.
 */
final class FakeDynamoDb implements DynamoDbAsyncClient {

    static final AwsCredentials KEYS = AwsCredentials.keys("fake", "fake");

    final FakeService service = new FakeService();
    private final Map<String, Map<String, AttributeValue>> items = new HashMap<>();

    /** Which write requests of a batch are left unprocessed; asked once for each. */
    volatile Predicate<WriteRequest> unprocessed = request -> false;

    Map<String, Map<String, AttributeValue>> items() {
        synchronized (service) {
            return new HashMap<>(items);
        }
    }

    @Override
    public CompletableFuture<DescribeTableResponse> describeTable(DescribeTableRequest request) {
        return service.answer(() -> DescribeTableResponse.builder()
                .table(table -> table.tableName(request.tableName())
                        .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH))
                        .attributeDefinitions(a -> a.attributeName("id").attributeType(ScalarAttributeType.S)))
                .build());
    }

    @Override
    public CompletableFuture<DescribeTimeToLiveResponse> describeTimeToLive(DescribeTimeToLiveRequest request) {
        return service.answer(() -> DescribeTimeToLiveResponse.builder()
                .timeToLiveDescription(
                        ttl -> ttl.timeToLiveStatus(TimeToLiveStatus.ENABLED).attributeName("expiresAt"))
                .build());
    }

    @Override
    public CompletableFuture<PutItemResponse> putItem(PutItemRequest request) {
        return service.answer(() -> {
            String id = validated(request.item());
            check(
                    id,
                    request.conditionExpression(),
                    request.expressionAttributeNames(),
                    request.expressionAttributeValues());
            items.put(id, request.item());
            return PutItemResponse.builder().build();
        });
    }

    @Override
    public CompletableFuture<DeleteItemResponse> deleteItem(DeleteItemRequest request) {
        return service.answer(() -> {
            String id = validated(request.key());
            check(
                    id,
                    request.conditionExpression(),
                    request.expressionAttributeNames(),
                    request.expressionAttributeValues());
            items.remove(id);
            return DeleteItemResponse.builder().build();
        });
    }

    @Override
    public CompletableFuture<BatchWriteItemResponse> batchWriteItem(BatchWriteItemRequest request) {
        return service.answer(() -> {
            List<WriteRequest> left = new ArrayList<>();
            Map.Entry<String, List<WriteRequest>> table =
                    request.requestItems().entrySet().iterator().next();
            Set<String> ids = new HashSet<>();
            for (WriteRequest write : table.getValue()) {
                if (!ids.add(validated(
                        write.putRequest() != null
                                ? write.putRequest().item()
                                : write.deleteRequest().key()))) {
                    throw FakeService.error(
                            400, "ValidationException", "Provided list of item keys contains duplicates");
                }
            }
            if (ids.size() > 25) {
                throw new AssertionError("a batch of " + ids.size());
            }
            for (WriteRequest write : table.getValue()) {
                if (unprocessed.test(write)) {
                    left.add(write);
                } else if (write.putRequest() != null) {
                    Map<String, AttributeValue> item = write.putRequest().item();
                    items.put(item.get("id").s(), item);
                } else {
                    items.remove(write.deleteRequest().key().get("id").s());
                }
            }
            return BatchWriteItemResponse.builder()
                    .unprocessedItems(left.isEmpty() ? Map.of() : Map.of(table.getKey(), left))
                    .build();
        });
    }

    private static String validated(Map<String, AttributeValue> item) {
        for (AttributeValue value : item.values()) {
            if (value.n() != null && !value.n().matches("-?[0-9.E+-]+")) {
                throw FakeService.error(
                        400,
                        "ValidationException",
                        "The parameter cannot be converted to a numeric value: " + value.n());
            }
        }
        return item.get("id").s();
    }

    private void check(String id, String condition, Map<String, String> names, Map<String, AttributeValue> values) {
        if (condition == null) {
            return;
        }
        Map<String, AttributeValue> item = items.get(id);
        boolean holds =
                switch (condition) {
                    case "attribute_not_exists(#k)" -> item == null || !item.containsKey(names.get("#k"));
                    case "attribute_not_exists(#v) OR #v <= :v" -> compare(item, names, values) <= 0;
                    case "attribute_not_exists(#v) OR #v < :v" -> compare(item, names, values) < 0;
                    default -> throw new AssertionError("no such condition: " + condition);
                };
        if (!holds) {
            throw ConditionalCheckFailedException.builder()
                    .message("The conditional request failed")
                    .statusCode(400)
                    .item(item)
                    .build();
        }
    }

    private static int compare(
            Map<String, AttributeValue> item, Map<String, String> names, Map<String, AttributeValue> values) {
        AttributeValue held = item == null ? null : item.get(names.get("#v"));
        return held == null
                ? -1
                : new BigDecimal(held.n())
                        .compareTo(new BigDecimal(values.get(":v").n()));
    }

    void stop() {
        service.close();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
