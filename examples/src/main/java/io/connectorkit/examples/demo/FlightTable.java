package io.connectorkit.examples.demo;

import io.connectorkit.examples.demo.TrafficPlan.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The DynamoDB table of flights, whose stream the job reads. */
final class FlightTable {

    static final String NAME = "flights";
    static final String KEY = "flight";

    /** Most items in a BatchWriteItem (DynamoDB API reference). */
    static final int MAX_BATCH = 25;

    private final DynamoDbAsyncClient client;

    FlightTable(DynamoDbAsyncClient client) {
        this.client = client;
    }

    /** Creates the table, with a stream of new and old images. */
    void create() {
        client.createTable(CreateTableRequest.builder()
                        .tableName(NAME)
                        .keySchema(KeySchemaElement.builder()
                                .attributeName(KEY)
                                .keyType(KeyType.HASH)
                                .build())
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName(KEY)
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .streamSpecification(StreamSpecification.builder()
                                .streamEnabled(true)
                                .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)
                                .build())
                        .build())
                .join();
    }

    /** Puts and deletes {@code steps}, at most {@link #MAX_BATCH} of different flights; returns when all are acknowledged. */
    void writeBatch(List<Step> steps) {
        List<WriteRequest> requests = new ArrayList<>();
        for (Step step : steps) {
            requests.add(
                    step.kind() == TrafficPlan.Kind.CANCELLED
                            ? WriteRequest.builder()
                                    .deleteRequest(DeleteRequest.builder()
                                            .key(key(step.id()))
                                            .build())
                                    .build()
                            : WriteRequest.builder()
                                    .putRequest(PutRequest.builder()
                                            .item(item(step.image()))
                                            .build())
                                    .build());
        }
        Map<String, List<WriteRequest>> left = Map.of(NAME, requests);
        while (!left.isEmpty()) {
            left = client.batchWriteItem(
                            BatchWriteItemRequest.builder().requestItems(left).build())
                    .join()
                    .unprocessedItems();
        }
    }

    /** Corrects the delay of one flight, and nothing else of it. */
    void correct(Flight flight) {
        client.updateItem(UpdateItemRequest.builder()
                        .tableName(NAME)
                        .key(key(flight.id()))
                        .updateExpression("SET #status = :status, #delay = :delay, #revision = :revision")
                        .expressionAttributeNames(
                                Map.of("#status", "status", "#delay", "delay", "#revision", "revision"))
                        .expressionAttributeValues(Map.of(
                                ":status", AttributeValue.fromS(flight.status()),
                                ":delay", AttributeValue.fromN(String.valueOf(flight.delay())),
                                ":revision", AttributeValue.fromN(Integer.toString(flight.revision()))))
                        .build())
                .join();
    }

    /** All items, by id. */
    Map<String, Flight> scan() {
        Map<String, Flight> flights = new TreeMap<>();
        ScanRequest request =
                ScanRequest.builder().tableName(NAME).consistentRead(true).build();
        while (true) {
            ScanResponse page = client.scan(request).join();
            page.items().forEach(item -> flights.put(id(item), flight(item)));
            if (!page.hasLastEvaluatedKey()) {
                return flights;
            }
            request = request.toBuilder()
                    .exclusiveStartKey(page.lastEvaluatedKey())
                    .build();
        }
    }

    private static Map<String, AttributeValue> key(String id) {
        return Map.of(KEY, AttributeValue.fromS(id));
    }

    private static Map<String, AttributeValue> item(Flight flight) {
        Map<String, AttributeValue> item = new HashMap<>(key(flight.id()));
        item.put("scheduled", AttributeValue.fromS(flight.scheduled()));
        item.put("origin", AttributeValue.fromS(flight.origin()));
        item.put("destination", AttributeValue.fromS(flight.destination()));
        item.put("distance", AttributeValue.fromN(Integer.toString(flight.distance())));
        item.put("status", AttributeValue.fromS(flight.status()));
        item.put("revision", AttributeValue.fromN(Integer.toString(flight.revision())));
        if (flight.delay() != null) {
            item.put("delay", AttributeValue.fromN(Integer.toString(flight.delay())));
        }
        return item;
    }

    /** The id in an item, or in the keys of a stream record. */
    static String id(Map<String, AttributeValue> item) {
        return text(item, KEY);
    }

    /** An item, or an image of a stream record, as a flight. */
    static Flight flight(Map<String, AttributeValue> item) {
        AttributeValue delay = item.get("delay");
        return new Flight(
                id(item),
                text(item, "scheduled"),
                text(item, "origin"),
                text(item, "destination"),
                number(item, "distance"),
                text(item, "status"),
                delay == null ? null : Integer.valueOf(delay.n()),
                number(item, "revision"));
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        return present(item.get(name), name).s();
    }

    private static int number(Map<String, AttributeValue> item, String name) {
        return Integer.parseInt(present(item.get(name), name).n());
    }

    private static AttributeValue present(@Nullable AttributeValue value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("a flight must have the attribute " + name);
        }
        return value;
    }
}
