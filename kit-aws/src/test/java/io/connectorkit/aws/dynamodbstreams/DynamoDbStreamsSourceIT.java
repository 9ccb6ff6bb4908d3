package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.connectorkit.aws.DynamoDbLocal;
import io.connectorkit.aws.ReadingJob;
import io.connectorkit.aws.shard.OnGap;
import io.connectorkit.aws.shard.ShardSourceOptions;
import io.connectorkit.aws.shard.StartPosition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

class DynamoDbStreamsSourceIT {

    private static final String TABLE = "orders";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private DynamoDbLocal server;
    private DynamoDbAsyncClient client;
    private final Map<String, List<String>> written = new TreeMap<>();

    @BeforeEach
    void start() {
        server = DynamoDbLocal.start();
        client = server.client();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private String createTable(StreamViewType view) {
        return client.createTable(table -> {
                    table.tableName(TABLE)
                            .attributeDefinitions(a -> a.attributeName("id").attributeType(ScalarAttributeType.S))
                            .keySchema(k -> k.attributeName("id").keyType(KeyType.HASH))
                            .provisionedThroughput(p -> p.readCapacityUnits(1L).writeCapacityUnits(1L));
                    if (view != null) {
                        table.streamSpecification(s -> s.streamEnabled(true).streamViewType(view));
                    }
                })
                .join()
                .tableDescription()
                .latestStreamArn();
    }

    private void put(String key, String value) {
        client.putItem(put -> put.tableName(TABLE)
                        .item(Map.of("id", AttributeValue.fromS(key), "v", AttributeValue.fromS(value))))
                .join();
        written.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
    }

    /** Writes rounds of distinct keys, each round at once, so that each key's changes keep their order. */
    private void putRounds(String prefix, int keys, int rounds) {
        for (int round = 0; round < rounds; round++) {
            List<CompletableFuture<?>> puts = new ArrayList<>();
            for (int key = 0; key < keys; key++) {
                String name = "k" + key;
                String value = prefix + round;
                puts.add(client.putItem(put -> put.tableName(TABLE)
                        .item(Map.of("id", AttributeValue.fromS(name), "v", AttributeValue.fromS(value)))));
                written.computeIfAbsent(name, k -> new ArrayList<>()).add(value);
            }
            CompletableFuture.allOf(puts.toArray(new CompletableFuture<?>[0])).join();
        }
    }

    private DynamoDbStreamsOptions options(StartPosition start) {
        return DynamoDbStreamsOptions.ofTable(TABLE, server.options())
                .withSource(ShardSourceOptions.defaults()
                        .withStart(start)
                        .withDiscoveryInterval(Duration.ofSeconds(1))
                        .withPollDelays(Duration.ofMillis(10), Duration.ofMillis(200)));
    }

    private void awaitAllWritten(ReadingJob job) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(job.byKey()).isEqualTo(written));
    }

    @Test
    void readsExactlyWhatWasWrittenOverRolloversAndFailures() throws Exception {
        createTable(StreamViewType.NEW_AND_OLD_IMAGES);
        putRounds("before-", 20, 5);
        server.rolloverShards();
        putRounds("rolled-", 20, 5);
        try (ReadingJob job = StreamJob.of(options(StartPosition.TRIM_HORIZON)).start(2)) {
            await().until(() -> job.checkpoints() > 0);
            Random random = new Random(7);
            for (int i = 0; i < 3; i++) {
                putRounds("live-" + i + "-", 20, 1 + random.nextInt(5));
                server.rolloverShards();
                putRounds("more-" + i + "-", 20, 1 + random.nextInt(5));
                int restarts = job.restarts();
                int round = i;
                job.failAfter(() -> {
                    putRounds("failing-" + round + "-", 20, 1);
                    server.rolloverShards();
                    putRounds("failed-" + round + "-", 20, 1);
                });
                await().atMost(Duration.ofSeconds(30)).until(() -> job.restarts() > restarts);
            }
            awaitAllWritten(job);
        }
    }

    /** Fails the job in the middle of what it reads, and waits until it runs again. */
    private static void kill(ReadingJob job) {
        int restarts = job.restarts();
        job.failAfterElements(50);
        await().atMost(LIMIT).until(() -> job.restarts() > restarts);
        int checkpoints = job.checkpoints();
        await().atMost(LIMIT).until(() -> job.checkpoints() > checkpoints);
    }

    @Test
    void readsExactlyWhatWasWrittenOverKillsRolloversAndARescale(@TempDir Path savepoints) throws Exception {
        createTable(StreamViewType.NEW_AND_OLD_IMAGES);
        putRounds("before-", 20, 5);
        AtomicBoolean stop = new AtomicBoolean();
        try (ReadingJob job = StreamJob.of(options(StartPosition.TRIM_HORIZON)).start(2)) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                for (int round = 0; !stop.get(); round++) {
                    putRounds("live-" + round + "-", 20, 1);
                }
            });
            server.rolloverShards();
            kill(job);
            server.rolloverShards();
            kill(job);
            String savepoint = job.stop(savepoints);
            server.rolloverShards();
            server.rolloverShards();
            job.start(3, savepoint);
            kill(job);
            server.rolloverShards();
            stop.set(true);
            writer.join();
            putRounds("last-", 20, 2);
            awaitAllWritten(job);
            assertThat(job.restarts()).isEqualTo(3);
        } finally {
            stop.set(true);
        }
    }

    @Test
    void whatIsInFlightWhenTheJobIsStoppedIsNeitherLostNorRepeated(@TempDir Path savepoints) throws Exception {
        createTable(StreamViewType.NEW_AND_OLD_IMAGES);
        putRounds("one-", 40, 20);
        server.rolloverShards();
        putRounds("two-", 40, 20);
        try (ReadingJob job =
                StreamJob.of(options(StartPosition.TRIM_HORIZON)).slow().start(2)) {
            await().atMost(LIMIT).until(() -> job.seen().size() > 100);
            String first = job.stop(savepoints);
            int seen = job.seen().size();
            assertThat(seen).isLessThan(1600);
            job.start(3, first);
            await().atMost(LIMIT).until(() -> job.seen().size() > seen);
            String second = job.stop(savepoints);
            assertThat(job.seen()).hasSizeLessThan(1600);
            server.rolloverShards();
            putRounds("three-", 40, 5);
            job.fast().start(2, second);
            awaitAllWritten(job);
            assertThat(job.seen()).as("every change went downstream once").hasSize(1800);
        }
    }

    @Test
    void latestReadsWhatIsWrittenFromNowOn() throws Exception {
        createTable(StreamViewType.NEW_IMAGE);
        putRounds("old-", 5, 2);
        try (ReadingJob job = StreamJob.of(options(StartPosition.LATEST)).start(2)) {
            AtomicInteger marks = new AtomicInteger();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                put("mark", "m" + marks.incrementAndGet());
                return !job.seen().isEmpty();
            });
            written.clear();
            putRounds("new-", 5, 4);
            server.rolloverShards();
            putRounds("newer-", 5, 4);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                Map<String, List<String>> seen = job.byKey();
                seen.remove("mark");
                assertThat(seen).isEqualTo(written);
            });
        }
    }

    @Test
    void latestMissesNothingOfAnIdleShardOverARestart() throws Exception {
        createTable(StreamViewType.NEW_IMAGE);
        try (ReadingJob job = StreamJob.of(options(StartPosition.LATEST)).start(1)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> job.checkpoints() >= 3);
            job.failAfter(() -> put("k", "written while the job fails"));
            await().atMost(Duration.ofSeconds(30)).until(() -> job.restarts() == 1);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(job.values(1)).containsExactly("written while the job fails"));
        }
    }

    @Test
    void refusesATableWhoseStreamIsDisabled() throws Exception {
        createTable(null);
        try (ReadingJob job = StreamJob.of(options(StartPosition.LATEST)).start(1)) {
            assertThat(job.failure())
                    .hasStackTraceContaining(
                            "table 'orders' must have its stream enabled, got a disabled one; enable it with UpdateTable"
                                    + " (StreamEnabled=true, StreamViewType=NEW_AND_OLD_IMAGES)");
        }
    }

    @Test
    void refusesATableThatDoesNotExist() throws Exception {
        try (ReadingJob job = StreamJob.of(options(StartPosition.LATEST)).start(1)) {
            assertThat(job.failure())
                    .hasStackTraceContaining("table 'orders' cannot be read: ResourceNotFoundException: ");
        }
    }

    @Test
    void refusesAStreamThatDoesNotExist() throws Exception {
        String arn = createTable(StreamViewType.NEW_IMAGE).replace("/orders/", "/others/");
        try (ReadingJob job = StreamJob.of(DynamoDbStreamsOptions.ofStream(arn, server.options()))
                .start(1)) {
            assertThat(job.failure())
                    .hasStackTraceContaining("stream '" + arn + "' cannot be read: ResourceNotFoundException: ");
        }
    }

    @Test
    void refusesAViewWithoutTheImagesThatAreNeeded() throws Exception {
        createTable(StreamViewType.KEYS_ONLY);
        DynamoDbStreamsOptions options = options(StartPosition.LATEST).withRequiredImages(RequiredImages.NEW);
        try (ReadingJob job = StreamJob.of(options).start(1)) {
            assertThat(job.failure())
                    .hasStackTraceContaining("table 'orders' must have a view with the images that"
                            + " source.required-images names (NEW), got KEYS_ONLY; disable the stream and enable it with"
                            + " another StreamViewType, or lower source.required-images");
        }
    }

    @Test
    void failsForGoodWhenUnreadRecordsWereTrimmed() throws Exception {
        createTable(StreamViewType.NEW_IMAGE);
        put("k", "read");
        try (ReadingJob job = StreamJob.of(options(StartPosition.TRIM_HORIZON)).start(1)) {
            awaitAllWritten(job);
            int checkpoints = job.checkpoints();
            await().until(() -> job.checkpoints() > checkpoints + 1);
            job.failAfter(() -> {
                put("k", "lost");
                server.dilateHours(25);
            });
            assertThat(job.failure())
                    .hasStackTraceContaining(
                            "was trimmed before it was read to its end (position: after sequence number")
                    .hasStackTraceContaining("source.on-gap=continue");
        }
    }

    @Test
    void continuesBehindTheGapWhenTold() throws Exception {
        createTable(StreamViewType.NEW_IMAGE);
        put("k", "read");
        DynamoDbStreamsOptions options = options(StartPosition.TRIM_HORIZON);
        options = options.withSource(options.source().withOnGap(OnGap.CONTINUE));
        try (ReadingJob job = StreamJob.of(options).start(1)) {
            awaitAllWritten(job);
            int checkpoints = job.checkpoints();
            await().until(() -> job.checkpoints() > checkpoints + 1);
            job.failAfter(() -> {
                put("k", "lost");
                server.dilateHours(25);
            });
            await().atMost(Duration.ofSeconds(30)).until(() -> job.restarts() == 1);
            put("k", "behind the gap");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(job.values(1)).contains("behind the gap"));
        }
    }
}
