package io.connectorkit.benchmarks.dynamodbstreams;

import io.connectorkit.aws.shard.Shard;
import io.connectorkit.aws.shard.ShardApi;
import io.connectorkit.aws.shard.ShardDeserializer;
import io.connectorkit.aws.shard.ShardFault;
import io.connectorkit.aws.shard.ShardLimits;
import io.connectorkit.aws.shard.ShardPage;
import io.connectorkit.aws.shard.ShardPosition;
import io.connectorkit.aws.shard.ShardRecord;
import io.connectorkit.aws.shard.ShardSource;
import io.connectorkit.aws.shard.ShardSourceOptions;
import io.connectorkit.aws.shard.StartPosition;
import io.connectorkit.benchmarks.contest.Bar;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/** Heap after 10,000 and after 1,000,000 events of a job on the shard source, over ends and children. */
public final class ShardSourceHeap implements Throughput {

    private static final int SHARD_RECORDS = 5_000;
    private static final int LIVE = 8;
    private static final double MEGABYTE = 1024 * 1024;

    private static final AtomicLong SEEN = new AtomicLong();

    /** Lanes of shards, each of which ends after 5,000 records and has a child; a listing knows the last three of each. */
    private static final class Lanes implements ShardApi<Long> {

        private static long lane(String shardId) {
            return Long.parseLong(shardId.split("-")[1]);
        }

        private static long generation(String shardId) {
            return Long.parseLong(shardId.split("-")[2]);
        }

        @Override
        public String resolveStream(String restored) {
            return "lanes";
        }

        @Override
        public List<Shard> listShards(String stream) {
            long perLane = SEEN.get() / LIVE / SHARD_RECORDS;
            List<Shard> shards = new ArrayList<>();
            for (int lane = 0; lane < LIVE; lane++) {
                for (long generation = Math.max(0, perLane - 3); generation < perLane + 12; generation++) {
                    shards.add(new Shard(
                            "shard-" + lane + "-" + generation,
                            generation == 0 ? List.of() : List.of("shard-" + lane + "-" + (generation - 1)),
                            true));
                }
            }
            return shards;
        }

        @Override
        public CompletableFuture<String> iterator(String stream, String shardId, ShardPosition position) {
            String last = position.sequenceNumber();
            return CompletableFuture.completedFuture(last == null ? "0" : Long.toString(Long.parseLong(last) + 1));
        }

        @Override
        public CompletableFuture<ShardPage<Long>> records(String stream, String shardId, String iterator, int limit) {
            int from = Integer.parseInt(iterator);
            int to = Math.min(from + limit, SHARD_RECORDS);
            long first = (lane(shardId) << 40) + generation(shardId) * SHARD_RECORDS;
            List<ShardRecord<Long>> records = new ArrayList<>(to - from);
            for (int i = from; i < to; i++) {
                records.add(new ShardRecord<>(Integer.toString(i), 0, first + i));
            }
            return CompletableFuture.completedFuture(
                    new ShardPage<>(records, to == SHARD_RECORDS ? null : Integer.toString(to), 0));
        }

        @Override
        public ShardFault fault(Throwable failure) {
            return ShardFault.FATAL;
        }

        @Override
        public String text(Throwable failure) {
            return failure.toString();
        }

        @Override
        public ShardLimits limits() {
            return new ShardLimits(1000, Duration.ZERO, Duration.ZERO, 0, false, true);
        }

        @Override
        public void close() {}
    }

    private static final class Numbers implements ShardDeserializer<Long, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(Long record, Collector<Long> out) {
            out.collect(record);
        }

        @Override
        public TypeInformation<Long> getProducedType() {
            return Types.LONG;
        }
    }

    @Override
    public String name() {
        return "ShardSourceHeap";
    }

    @Override
    public void run(Session session) throws Exception {
        SEEN.set(0);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, new Configuration());
        env.enableCheckpointing(200);
        ShardSourceOptions options = ShardSourceOptions.defaults()
                .withStart(StartPosition.TRIM_HORIZON)
                .withDiscoveryInterval(Duration.ofSeconds(1));
        env.fromSource(ShardSource.of(Lanes::new, new Numbers(), options), WatermarkStrategy.noWatermarks(), "lanes")
                .map(number -> {
                    SEEN.incrementAndGet();
                    return number;
                })
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        JobClient job = env.executeAsync("heap");
        int most = session.scaled(1_000_000);
        double early = heapAfter(10_000);
        double late = heapAfter(most);
        session.figure("heap after 10,000 events", early, "MB");
        session.figure("heap after " + most + " events", late, "MB");
        session.figure("grown by", late - early, "MB", Bar.atMost(8, "heap flat"));
        job.cancel().get(30, TimeUnit.SECONDS);
    }

    private static double heapAfter(long events) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        while (SEEN.get() < events) {
            var unused = never.await(20, TimeUnit.MILLISECONDS);
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            var unused = never.await(200, TimeUnit.MILLISECONDS);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least / MEGABYTE;
    }
}
