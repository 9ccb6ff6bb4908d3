package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsServers;
import io.connectorkit.aws.ReadingJob;
import io.connectorkit.aws.ReadingJob.Nth;
import io.connectorkit.change.ChangeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

@ExtendWith(AwsServers.Shared.class)
class DynamoDbCdcSourceIT {

    private static final int ITEMS = 5_000;

    private final AwsOptions aws;
    private final String table = "cdc-" + System.nanoTime();
    private DynamoDbAsyncClient client;

    DynamoDbCdcSourceIT(AwsServers servers) {
        this.aws = servers.dynamoDb();
    }

    @BeforeEach
    void createTable() {
        client = aws.build(DynamoDbAsyncClient.builder());
        client.createTable(create -> create.tableName(table)
                        .attributeDefinitions(a -> a.attributeName("id").attributeType(ScalarAttributeType.S))
                        .keySchema(k -> k.attributeName("id").keyType(KeyType.HASH))
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .streamSpecification(
                                s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
                .join();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static Map<String, AttributeValue> item(int id, String value) {
        return Map.of("id", AttributeValue.fromS("item-" + id), "v", AttributeValue.fromS(value));
    }

    private void load() {
        List<CompletableFuture<?>> batches = new ArrayList<>();
        for (int from = 0; from < ITEMS; from += 25) {
            List<WriteRequest> puts = new ArrayList<>();
            for (int id = from; id < Math.min(from + 25, ITEMS); id++) {
                puts.add(WriteRequest.builder()
                        .putRequest(PutRequest.builder().item(item(id, "old")).build())
                        .build());
            }
            batches.add(client.batchWriteItem(batch -> batch.requestItems(Map.of(table, puts))));
        }
        CompletableFuture.allOf(batches.toArray(new CompletableFuture<?>[0])).join();
    }

    /** Puts, deletes and puts again until told to stop. */
    private Thread writer(AtomicBoolean stop) {
        Thread thread = new Thread(
                () -> {
                    Random random = new Random(11);
                    for (int n = 0; !stop.get(); n++) {
                        int id = random.nextInt(ITEMS + 500);
                        if (random.nextInt(3) == 0) {
                            client.deleteItem(delete -> delete.tableName(table)
                                            .key(Map.of("id", AttributeValue.fromS("item-" + id))))
                                    .join();
                        } else {
                            Map<String, AttributeValue> item = item(id, "new " + n);
                            client.putItem(put -> put.tableName(table).item(item))
                                    .join();
                        }
                    }
                },
                "writer");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private Map<String, String> inTable() {
        Map<String, String> rows = new TreeMap<>();
        client.scanPaginator(scan -> scan.tableName(table))
                .items()
                .subscribe(item -> rows.put(
                        ChangeKey.of(item.get("id").s()).text(), item.get("v").s()))
                .join();
        return rows;
    }

    /** What a target without any guard holds: the last arrival of each key. */
    private static Map<String, String> inTarget(ReadingJob job) {
        Map<String, String> rows = new TreeMap<>();
        for (Nth nth : job.seen()) {
            if (nth.value().equals("removed")) {
                rows.remove(nth.key());
            } else {
                rows.put(nth.key(), nth.value());
            }
        }
        return rows;
    }

    private DynamoDbCdcOptions options() {
        DynamoDbCdcOptions options = DynamoDbCdcOptions.ofTable(table, aws);
        return options.withScan(DynamoDbScanOptions.defaults().withSegments(4).withPageItems(20))
                .withStream(options.stream()
                        .withSource(options.stream()
                                .source()
                                .withDiscoveryInterval(Duration.ofSeconds(1))
                                .withPollDelays(Duration.ofMillis(5), Duration.ofMillis(100))));
    }

    private static void fail(ReadingJob job, int restarts) {
        job.failAfter(() -> {});
        await().atMost(Duration.ofSeconds(30)).until(() -> job.restarts() == restarts);
    }

    @Test
    void theTargetEqualsTheTableAfterChangesAndKillsDuringTheScan() throws Exception {
        load();
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = writer(stop);
        try (ReadingJob job = StreamJob.of(options()).start(2)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> job.seen().size() > ITEMS / 10);
            fail(job, 1);
            int rows = job.seen().size();
            await().atMost(Duration.ofSeconds(30)).until(() -> job.seen().size() > rows + ITEMS / 10);
            fail(job, 2);
            await().atMost(Duration.ofSeconds(30)).until(() -> job.seen().size() > ITEMS + 1000);
            stop.set(true);
            writer.join();
            Map<String, String> table = inTable();
            assertThat(table.values())
                    .anyMatch(value -> value.startsWith("new"))
                    .contains("old");
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> assertThat(inTarget(job)).isEqualTo(table));
        }
    }

    @Test
    void refusesATableThatDoesNotExist() throws Exception {
        DynamoDbCdcOptions options = DynamoDbCdcOptions.ofTable("no-such-table", aws);
        try (ReadingJob job = StreamJob.of(options).start(1)) {
            assertThat(job.failure())
                    .hasStackTraceContaining("table 'no-such-table' cannot be read: ResourceNotFoundException: ");
        }
    }
}
