package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.shard.ScriptedStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** The SDK's client in front of a table in memory whose changes go to a scripted stream, in one step each. */
final class ScriptedTable implements DynamoDbAsyncClient {

    private final ScriptedStream stream;
    /** By hash, then key: the order of a scan. */
    private final TreeMap<String, String> items = new TreeMap<>();

    private final Queue<ScriptedStream.Refusal> refusals = new ArrayDeque<>();
    int scans;

    ScriptedTable(ScriptedStream stream) {
        this.stream = stream;
    }

    private static int hash(String key) {
        return (key.hashCode() * 0x9E3779B1) >>> 8;
    }

    private static String place(String key) {
        return String.format("%08x %s", hash(key), key);
    }

    void put(String key, String text) {
        items.put(place(key), text);
        stream.write(key, text);
    }

    void delete(String key) {
        if (items.remove(place(key)) != null) {
            stream.write(key, ScriptedDynamoDbStreams.REMOVED);
        }
    }

    /** Items by key. */
    Map<String, String> items() {
        Map<String, String> byKey = new TreeMap<>();
        items.forEach((place, text) -> byKey.put(place.substring(9), text));
        return byKey;
    }

    void refuse(ScriptedStream.Refusal refusal, int times) {
        for (int i = 0; i < times; i++) {
            refusals.add(refusal);
        }
    }

    @Override
    public CompletableFuture<DescribeTableResponse> describeTable(DescribeTableRequest request) {
        return CompletableFuture.completedFuture(DescribeTableResponse.builder()
                .table(table -> table.tableName(request.tableName())
                        .itemCount((long) items.size())
                        .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH)))
                .build());
    }

    @Override
    public CompletableFuture<ScanResponse> scan(ScanRequest request) {
        scans++;
        ScriptedStream.Refusal refusal = refusals.poll();
        if (refusal != null) {
            return CompletableFuture.failedFuture(ScriptedDynamoDbStreams.told(new ScriptedStream.Refused(refusal)));
        }
        String after = request.exclusiveStartKey().isEmpty()
                ? ""
                : place(request.exclusiveStartKey().get("id").s());
        int segments = request.totalSegments() == null ? 1 : request.totalSegments();
        int segment = request.segment() == null ? 0 : request.segment();
        List<String> page = items.tailMap(after, false).keySet().stream()
                .filter(place -> (int) ((long) hash(place.substring(9)) * segments >>> 24) == segment)
                .limit(request.limit())
                .toList();
        ScanResponse.Builder answer = ScanResponse.builder()
                .items(page.stream()
                        .map(place -> ScriptedDynamoDbStreams.item(place.substring(9), items.get(place)))
                        .toList())
                .consumedCapacity(consumed -> consumed.capacityUnits(1.0 * page.size()));
        if (page.size() == request.limit()) {
            answer.lastEvaluatedKey(
                    Map.of("id", AttributeValue.fromS(page.get(page.size() - 1).substring(9))));
        }
        return CompletableFuture.completedFuture(answer.build());
    }

    @Override
    public String serviceName() {
        return "scripted";
    }

    @Override
    public void close() {}
}
