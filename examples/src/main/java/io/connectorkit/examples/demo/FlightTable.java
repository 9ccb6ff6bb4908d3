package io.connectorkit.examples.demo;

import io.connectorkit.examples.demo.TrafficPlan.Step;
import io.connectorkit.examples.flights.Flight;
import io.connectorkit.examples.flights.FlightsJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    private static final String NAME = FlightsJob.FLIGHTS;
    private static final String KEY = "flight";

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
            page.items().stream().map(Flight::of).forEach(flight -> flights.put(flight.id(), flight));
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
}
