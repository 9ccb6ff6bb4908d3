package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.change.ChangeKey;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** A table of its own for a test, and what is in it. */
final class Table implements AutoCloseable {

    private static final AtomicInteger TABLES = new AtomicInteger();

    final String name;
    final AwsOptions aws;
    final DynamoDbAsyncClient client;

    private Table(AwsOptions aws, ScalarAttributeType key, ScalarAttributeType sort) {
        this.name = "table-" + TABLES.incrementAndGet() + "-"
                + ProcessHandle.current().pid();
        this.aws = aws;
        this.client = aws.build(DynamoDbAsyncClient.builder());
        client.createTable(request -> {
                    request.tableName(name).billingMode(BillingMode.PAY_PER_REQUEST);
                    if (sort == null) {
                        request.attributeDefinitions(a -> a.attributeName("id").attributeType(key))
                                .keySchema(k -> k.attributeName("id").keyType(KeyType.HASH));
                    } else {
                        request.attributeDefinitions(
                                        a -> a.attributeName("id").attributeType(key),
                                        a -> a.attributeName("line").attributeType(sort))
                                .keySchema(
                                        k -> k.attributeName("id").keyType(KeyType.HASH),
                                        k -> k.attributeName("line").keyType(KeyType.RANGE));
                    }
                })
                .join();
    }

    /** With a partition key {@code id} of text. */
    static Table create(AwsOptions aws) {
        return new Table(aws, ScalarAttributeType.S, null);
    }

    /** With a partition key {@code id}, and a sort key {@code line} unless null. */
    static Table create(AwsOptions aws, ScalarAttributeType key, ScalarAttributeType sort) {
        return new Table(aws, key, sort);
    }

    /** All items, tombstones included. */
    Map<ChangeKey, Map<String, AttributeValue>> items() {
        Map<ChangeKey, Map<String, AttributeValue>> items = new HashMap<>();
        for (var page = client.scan(scan -> scan.tableName(name).consistentRead(true))
                        .join();
                ; ) {
            for (Map<String, AttributeValue> item : page.items()) {
                items.put(key(item), item);
            }
            if (!page.hasLastEvaluatedKey() || page.lastEvaluatedKey().isEmpty()) {
                return items;
            }
            var from = page.lastEvaluatedKey();
            page = client.scan(scan -> scan.tableName(name).consistentRead(true).exclusiveStartKey(from))
                    .join();
        }
    }

    /** One item by a key of text; empty when there is none. */
    Map<String, AttributeValue> item(String id) {
        return client.getItem(
                        get -> get.tableName(name).consistentRead(true).key(Map.of("id", AttributeValue.fromS(id))))
                .join()
                .item();
    }

    void put(Map<String, AttributeValue> item) {
        client.putItem(put -> put.tableName(name).item(item)).join();
    }

    private static ChangeKey key(Map<String, AttributeValue> item) {
        return item.containsKey("line")
                ? ChangeKey.of(part(item.get("id")), part(item.get("line")))
                : ChangeKey.of(part(item.get("id")));
    }

    private static Object part(AttributeValue value) {
        return switch (value.type()) {
            case N -> new java.math.BigDecimal(value.n());
            case B -> value.b().asByteArray();
            default -> value.s();
        };
    }

    @Override
    public void close() {
        client.deleteTable(delete -> delete.tableName(name)).join();
        client.close();
    }
}
