package io.connectorkit.benchmarks.dynamodbstreams;

import io.connectorkit.aws.dynamodbstreams.DynamoDbChangeDeserializer;
import io.connectorkit.aws.dynamodbstreams.DynamoDbStreamsOptions;
import io.connectorkit.aws.dynamodbstreams.DynamoDbStreamsSource;
import io.connectorkit.benchmarks.contest.Bar;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** What a source of 100 idle shards costs: CPU time of its own threads, on the SDK's client over HTTP. */
public final class IdleShardsCpu implements Throughput {

    private static final int SHARDS = 100;
    private static final double PERCENT = 100.0;

    @Override
    public String name() {
        return "IdleShardsCpu";
    }

    @Override
    public void run(Session session) throws Exception {
        // Until the client's code is compiled: it is called 100 times a second.
        int warmUp = session.quick() ? 5 : 150;
        int measured = session.quick() ? 5 : 60;
        try (IdleStreamService service = new IdleStreamService(SHARDS)) {
            StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, new Configuration());
            DynamoDbStreamsOptions options = DynamoDbStreamsOptions.ofStream(IdleStreamService.ARN, service.options());
            env.fromSource(
                            DynamoDbStreamsSource.of(
                                    options,
                                    DynamoDbChangeDeserializer.of(String.class, change -> change.sequenceNumber())),
                            WatermarkStrategy.noWatermarks(),
                            "idle")
                    .sinkTo(new DiscardingSink<>());
            JobClient job = env.executeAsync("idle");
            await(warmUp);
            Map<String, Long> before = cpuNanos();
            long start = System.nanoTime();
            await(measured);
            Map<String, Long> after = cpuNanos();
            double nanos = System.nanoTime() - start;
            double task = share(before, after, nanos, name -> name.startsWith("Source: "));
            double client = share(
                    before,
                    after,
                    nanos,
                    name -> name.startsWith("kit-aws-io")
                            || name.startsWith("shard-source-timer")
                            || name.startsWith("SourceCoordinator"));
            session.figure(SHARDS + " idle shards: the task's thread", task, "% of a core");
            session.figure(
                    SHARDS + " idle shards: task, client, timer and coordinator together",
                    task + client,
                    "% of a core",
                    Bar.atMost(1, "under 1 % of a core"));
            job.cancel().get(30, TimeUnit.SECONDS);
        }
    }

    private static void await(int seconds) throws InterruptedException {
        var unused = new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
    }

    private static Map<String, Long> cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, Long> nanos = new HashMap<>();
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo info = threads.getThreadInfo(id);
            if (info != null) {
                nanos.merge(info.getThreadName(), threads.getThreadCpuTime(id), Long::sum);
            }
        }
        return nanos;
    }

    private static double share(
            Map<String, Long> before, Map<String, Long> after, double nanos, Predicate<String> threads) {
        return after.entrySet().stream()
                        .filter(thread -> threads.test(thread.getKey()))
                        .mapToDouble(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                        .sum()
                * PERCENT
                / nanos;
    }
}
