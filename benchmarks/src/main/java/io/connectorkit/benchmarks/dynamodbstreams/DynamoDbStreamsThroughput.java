package io.connectorkit.benchmarks.dynamodbstreams;

import io.connectorkit.aws.dynamodbstreams.DynamoDbChangeDeserializer;
import io.connectorkit.aws.dynamodbstreams.DynamoDbStreamsOptions;
import io.connectorkit.aws.dynamodbstreams.DynamoDbStreamsSource;
import io.connectorkit.aws.shard.StartPosition;
import io.connectorkit.benchmarks.contest.Arrivals;
import io.connectorkit.benchmarks.contest.Bar;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Spread;
import io.connectorkit.benchmarks.contest.Throughput;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/** One shard of DynamoDB Local, read by a whole job: records a second between its first record and its last. */
public final class DynamoDbStreamsThroughput implements Throughput {

    private static final int KEYS = 5_000;
    private static final int ROUNDS = 5;
    private static final double NANOS = 1e9;

    /** Of the running job: the operator that counts is in this JVM. */
    private static volatile Arrivals arrivals = new Arrivals(0);

    @Override
    public String name() {
        return "DynamoDbStreamsThroughput";
    }

    @Override
    public void run(Session session) throws Exception {
        int records = session.scaled(100_000);
        try (LocalTable table = new LocalTable()) {
            table.load(records, i -> LocalTable.item(i % KEYS, "value number " + i));
            double[] kit = new double[ROUNDS];
            double[] raw = new double[ROUNDS];
            for (int round = -1; round < ROUNDS; round++) {
                double job = job(table, records);
                double loop = loop(table, records);
                if (round >= 0) {
                    kit[round] = job;
                    raw[round] = loop;
                }
            }
            session.figure(
                    "a loop of GetRecords, nothing made of the records",
                    Spread.of(raw).median(),
                    "records/s");
            session.figure(
                    "a job on the kit's source, one shard",
                    Spread.of(kit).median(),
                    "records/s",
                    Bar.atLeast(35_000, "the best published on DynamoDB Local is 32,000 to 34,000"));
            session.skip(
                    "official connector",
                    "no artifact for this Flink on the mirror; it polls each 250 ms, so at"
                            + " most 4,000 records/s for a shard");
        }
    }

    private static double job(LocalTable table, int records) throws Exception {
        Arrivals counting = new Arrivals(records);
        arrivals = counting;
        DynamoDbStreamsOptions options = DynamoDbStreamsOptions.ofStream(table.streamArn, table.server.options())
                .withStart(StartPosition.TRIM_HORIZON);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, new Configuration());
        env.enableCheckpointing(1000);
        env.fromSource(
                        DynamoDbStreamsSource.of(
                                options,
                                DynamoDbChangeDeserializer.of(String.class, change -> change.sequenceNumber())),
                        WatermarkStrategy.noWatermarks(),
                        "stream")
                .map(element -> {
                    arrivals.add();
                    return element;
                })
                .returns(String.class)
                .sinkTo(new DiscardingSink<>());
        JobClient job = env.executeAsync("throughput");
        counting.await();
        job.cancel().get(30, TimeUnit.SECONDS);
        return counting.perSecond();
    }

    /** What the client and the server can do: one request after another. */
    private static double loop(LocalTable table, int records) {
        try (DynamoDbStreamsAsyncClient client = table.server.streamsClient()) {
            String shard = client.describeStream(describe -> describe.streamArn(table.streamArn))
                    .join()
                    .streamDescription()
                    .shards()
                    .get(0)
                    .shardId();
            String iterator = client.getShardIterator(
                            get -> get.streamArn(table.streamArn).shardId(shard).shardIteratorType("TRIM_HORIZON"))
                    .join()
                    .shardIterator();
            long start = System.nanoTime();
            int seen = 0;
            while (seen < records) {
                String from = iterator;
                GetRecordsResponse page = client.getRecords(
                                get -> get.shardIterator(from).limit(1000))
                        .join();
                seen += page.records().size();
                iterator = page.nextShardIterator();
            }
            return seen * NANOS / (System.nanoTime() - start);
        }
    }
}
