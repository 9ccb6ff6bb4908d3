package io.connectorkit.benchmarks.aws;

import io.connectorkit.aws.AwsCredentials;
import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.DynamoDbLocal;
import io.connectorkit.aws.FirehoseEndpoint;
import io.connectorkit.aws.KinesisLocal;
import io.connectorkit.aws.dynamodb.DynamoDbSinkFixture;
import io.connectorkit.aws.dynamodb.DynamoDbTable;
import io.connectorkit.aws.firehose.FirehoseEntry;
import io.connectorkit.aws.firehose.FirehoseSinkFixture;
import io.connectorkit.aws.firehose.FirehoseSinkOptions;
import io.connectorkit.aws.kinesis.KinesisEntry;
import io.connectorkit.aws.kinesis.KinesisSinkFixture;
import io.connectorkit.aws.kinesis.KinesisSinkOptions;
import io.connectorkit.benchmarks.contest.Bar;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Standing;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * The AWS sinks beside a loop over the bare SDK with as many requests at a time, which keeps no order, retries nothing and
 * loses what fails. The simulated service answers after 10 ms, or as late as the machine lets it: the ceiling is
 * in-flight x batch / latency (Little's law), where the latency is that of one request alone as the bare SDK sees it, from
 * making it to having read its answer.
 */
public final class AwsSinksBenchmark implements Throughput {

    private static final int LATENCY_MICROS = 10_000;
    private static final int LONE_REQUESTS = 300;
    private static final double CEILING_SHARE = 0.95;
    private static final byte[] PAYLOAD = new byte[100];
    private static final AwsOptions SIMULATED =
            AwsOptions.of("us-east-1").withCredentials(AwsCredentials.keys("a", "b"));

    @Override
    public String name() {
        return "AwsSinksBenchmark";
    }

    @Override
    public void run(Session session) throws Exception {
        // As JSON, so that the simulated service can count what is in a request.
        System.setProperty("aws.cborEnabled", "false");
        try (SimulatedHttp http = new SimulatedHttp(LATENCY_MICROS)) {
            simulatedDynamoDb(session, http);
            simulatedKinesis(session, http);
            simulatedFirehose(session, http);
        }
        dynamoDbLocal(session);
        kinesisLocal(session);
        firehoseEndpoint(session);
    }

    // ------------------------------------------------------------------ the work

    /** Distinct: no record waits for another. */
    private static String key(int i) {
        return "key-" + i;
    }

    private static SinkOptions window(SinkTuning preset, int batch, int inFlight) {
        return SinkOptions.defaults()
                .withTuning(preset.withWindow(batch, inFlight).withLinger(Duration.ofMillis(20)));
    }

    /** Writes {@code records} changes through a sink and drains it. */
    private static long drain(BatchSink<Integer> sink, int records) throws Exception {
        try (SinkHarness<Integer> harness = SinkHarness.open(sink)) {
            for (int i = 0; i < records; i++) {
                harness.write(i);
            }
            harness.flush();
        }
        return records;
    }

    /** Sends batches of {@code size}, {@code inFlight} at a time. */
    private static <R> long loop(
            int records,
            int size,
            int inFlight,
            Function<Integer, R> entry,
            Function<List<R>, CompletableFuture<?>> send)
            throws InterruptedException {
        Semaphore free = new Semaphore(inFlight);
        List<R> batch = new ArrayList<>(size);
        for (int i = 0; i < records; i++) {
            batch.add(entry.apply(i));
            if (batch.size() == size || i == records - 1) {
                free.acquire();
                var unused = send.apply(batch).whenComplete((answer, error) -> free.release());
                batch = new ArrayList<>(size);
            }
        }
        free.acquire(inFlight);
        return records;
    }

    private interface Work {
        long run() throws Exception;
    }

    private interface Bare {
        long run(int records, int inFlight) throws Exception;
    }

    private static void ceiling(
            Session session, String title, int records, int batch, int inFlight, Bare bare, Work kit) throws Exception {
        Standing standing = session.contest(title + ", simulated 10 ms", "records")
                .rival("bare SDK", () -> bare.run(records, inFlight))
                .rival("kit", kit::run)
                .note("batches of " + batch + ", " + inFlight + " in flight, records of 100 bytes, distinct keys")
                .run();
        int lone = session.scaled(LONE_REQUESTS);
        long start = System.nanoTime();
        bare.run(lone * batch, 1);
        double latencyMicros = (System.nanoTime() - start) / 1_000.0 / lone;
        double most = inFlight * batch * 1_000_000.0 / latencyMicros;
        session.figure(title + ", latency of one request alone", latencyMicros / 1_000, "ms");
        for (Standing.Row row : standing.rows()) {
            double share = row.perSecond().median() / most;
            if (row.rival().equals("kit")) {
                session.figure(
                        title + ", share of the ceiling",
                        share,
                        "",
                        Bar.atLeast(CEILING_SHARE, "at least 0.95 of the ceiling by Little's law"));
                session.figure(
                        title + ", allocated for each record", row.bytes().median(), "bytes");
            }
        }
    }

    // ------------------------------------------------------------------ DynamoDB

    private static Changes<Integer, Map<String, AttributeValue>> items() {
        AttributeValue payload = AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(PAYLOAD));
        return Changes.of(i -> ChangeKey.of(key(i)), i -> Map.of("payload", payload));
    }

    private static WriteRequest put(int i) {
        return WriteRequest.builder().putRequest(put -> put.item(item(i))).build();
    }

    private static Map<String, AttributeValue> item(int i) {
        return Map.of(
                "id",
                AttributeValue.fromS(key(i)),
                "payload",
                AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(PAYLOAD)));
    }

    private static void simulatedDynamoDb(Session session, SimulatedHttp http) throws Exception {
        try (DynamoDbAsyncClient client = simulated(DynamoDbAsyncClient.builder(), http)) {
            DynamoDbAsyncClient open = unclosed(DynamoDbAsyncClient.class, client);
            DynamoDbTable table = DynamoDbTable.of("orders", "id");
            int batched = session.scaled(24_000);
            ceiling(
                    session,
                    "DynamoDB, BatchWriteItem",
                    batched,
                    25,
                    4,
                    (count, inFlight) -> loop(
                            count,
                            25,
                            inFlight,
                            AwsSinksBenchmark::put,
                            batch -> client.batchWriteItem(request -> request.requestItems(Map.of("orders", batch)))),
                    () -> drain(
                            DynamoDbSinkFixture.sink(
                                    items(), table, SIMULATED, open, window(SinkTuning.forDynamoDb(), 25, 4)),
                            batched));
            int guarded = session.scaled(8_000);
            ceiling(
                    session,
                    "DynamoDB, guarded puts",
                    guarded,
                    1,
                    32,
                    (count, inFlight) -> loop(
                            count,
                            1,
                            inFlight,
                            AwsSinksBenchmark::item,
                            batch -> client.putItem(
                                    request -> request.tableName("orders").item(batch.get(0)))),
                    () -> drain(
                            DynamoDbSinkFixture.sink(
                                    items().withVersion(i -> ChangeVersion.of(i)),
                                    table.withVersion("version"),
                                    SIMULATED,
                                    open,
                                    window(SinkTuning.forDynamoDb(), 1, 32)),
                            guarded));
        }
    }

    private static void dynamoDbLocal(Session session) throws Exception {
        try (DynamoDbLocal server = DynamoDbLocal.start();
                DynamoDbAsyncClient client = server.client()) {
            client.createTable(request -> request.tableName("orders")
                            .billingMode(BillingMode.PAY_PER_REQUEST)
                            .attributeDefinitions(a -> a.attributeName("id").attributeType(ScalarAttributeType.S))
                            .keySchema(k -> k.attributeName("id").keyType(KeyType.HASH)))
                    .join();
            DynamoDbAsyncClient open = unclosed(DynamoDbAsyncClient.class, client);
            DynamoDbTable table = DynamoDbTable.of("orders", "id");
            int records = session.scaled(10_000);
            session.contest("DynamoDB Local, BatchWriteItem", "records")
                    .rival(
                            "bare SDK",
                            () -> loop(
                                    records,
                                    25,
                                    8,
                                    AwsSinksBenchmark::put,
                                    batch -> client.batchWriteItem(
                                            request -> request.requestItems(Map.of("orders", batch)))))
                    .rival(
                            "kit",
                            () -> drain(
                                    DynamoDbSinkFixture.sink(
                                            items(),
                                            table,
                                            server.options(),
                                            open,
                                            window(SinkTuning.forDynamoDb(), 25, 8)),
                                    records))
                    .note("bound by the emulator; 8 in flight")
                    .rounds(3)
                    .run();
        }
    }

    // ------------------------------------------------------------------ Kinesis

    private static Changes<Integer, KinesisEntry> kinesisEntries() {
        return Changes.of(i -> ChangeKey.of(key(i)), i -> KinesisEntry.of(PAYLOAD));
    }

    private static PutRecordsRequestEntry kinesisEntry(int i) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(key(i))
                .data(SdkBytes.fromByteArrayUnsafe(PAYLOAD))
                .build();
    }

    private static CompletableFuture<?> put(
            KinesisAsyncClient client, String stream, List<PutRecordsRequestEntry> batch) {
        return client.putRecords(request -> request.streamName(stream).records(batch));
    }

    private static void simulatedKinesis(Session session, SimulatedHttp http) throws Exception {
        try (KinesisAsyncClient client = simulated(KinesisAsyncClient.builder(), http)) {
            int records = session.scaled(60_000);
            ceiling(
                    session,
                    "Kinesis, PutRecords",
                    records,
                    50,
                    4,
                    (count, inFlight) -> loop(
                            count,
                            50,
                            inFlight,
                            AwsSinksBenchmark::kinesisEntry,
                            batch -> put(client, "orders", batch)),
                    () -> drain(
                            KinesisSinkFixture.sink(
                                    kinesisEntries(),
                                    KinesisSinkOptions.of("orders", SIMULATED),
                                    unclosed(KinesisAsyncClient.class, client),
                                    window(SinkTuning.forKinesis(), 50, 4)),
                            records));
        }
    }

    private static void kinesisLocal(Session session) throws Exception {
        try (KinesisLocal server = KinesisLocal.start();
                KinesisAsyncClient client = server.client()) {
            // It gets slower with every record that it holds.
            int records = session.scaled(2_000);
            String stream = "orders";
            server.createStream(stream, 4);
            session.contest("kinesis-local, PutRecords", "records")
                    .rival(
                            "bare SDK",
                            () -> loop(
                                    records,
                                    500,
                                    4,
                                    AwsSinksBenchmark::kinesisEntry,
                                    batch -> put(client, stream, batch)))
                    .rival(
                            "kit",
                            () -> drain(
                                    KinesisSinkFixture.sink(
                                            kinesisEntries(),
                                            KinesisSinkOptions.of(stream, server.options()),
                                            unclosed(KinesisAsyncClient.class, client),
                                            window(SinkTuning.forKinesis(), 500, 4)),
                                    records))
                    .note("bound by the emulator, which runs in Node; 4 in flight, 4 shards")
                    .rounds(3)
                    .run();
        }
    }

    // ------------------------------------------------------------------ Firehose

    private static Changes<Integer, FirehoseEntry> entries() {
        return Changes.of(i -> ChangeKey.of(key(i)), i -> FirehoseEntry.of(PAYLOAD));
    }

    private static CompletableFuture<?> put(FirehoseAsyncClient client, List<Record> batch) {
        return client.putRecordBatch(
                request -> request.deliveryStreamName("orders").records(batch));
    }

    private static Record record(int i) {
        return Record.builder().data(SdkBytes.fromByteArrayUnsafe(PAYLOAD)).build();
    }

    private static void simulatedFirehose(Session session, SimulatedHttp http) throws Exception {
        try (FirehoseAsyncClient client = simulated(FirehoseAsyncClient.builder(), http)) {
            int records = session.scaled(60_000);
            ceiling(
                    session,
                    "Firehose, PutRecordBatch",
                    records,
                    50,
                    4,
                    (count, inFlight) ->
                            loop(count, 50, inFlight, AwsSinksBenchmark::record, batch -> put(client, batch)),
                    () -> drain(
                            FirehoseSinkFixture.sink(
                                    entries(),
                                    FirehoseSinkOptions.of("orders", SIMULATED),
                                    unclosed(FirehoseAsyncClient.class, client),
                                    window(SinkTuning.forFirehose(), 50, 4)),
                            records));
        }
    }

    private static void firehoseEndpoint(Session session) throws Exception {
        try (FirehoseEndpoint server = FirehoseEndpoint.start();
                FirehoseAsyncClient client = server.options().build(FirehoseAsyncClient.builder())) {
            int records = session.scaled(50_000);
            session.contest("Firehose endpoint over HTTP", "records")
                    .rival(
                            "bare SDK",
                            () -> server.create("orders"),
                            () -> loop(records, 500, 4, AwsSinksBenchmark::record, batch -> put(client, batch)))
                    .rival(
                            "kit",
                            () -> server.create("orders"),
                            () -> drain(
                                    FirehoseSinkFixture.sink(
                                            entries(),
                                            FirehoseSinkOptions.of("orders", server.options()),
                                            unclosed(FirehoseAsyncClient.class, client),
                                            window(SinkTuning.forFirehose(), 500, 4)),
                                    records))
                    .note("bound by the endpoint; 4 in flight")
                    .rounds(3)
                    .run();
        }
    }

    private static <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C simulated(
            B builder, SimulatedHttp http) {
        return builder.region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                .httpClient(http)
                .build();
    }

    /** A sink closes its client; this one is used for many laps. */
    @SuppressWarnings("unchecked") // A proxy of the type is of the type.
    private static <C> C unclosed(Class<C> type, C client) {
        return (C) Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(client, arguments));
    }
}
