package io.connectorkit.benchmarks.kinesis;

import io.connectorkit.aws.shard.ShardDeserializer;
import io.connectorkit.aws.shard.ShardLimits;
import io.connectorkit.aws.shard.ShardSource;
import io.connectorkit.aws.shard.ShardSourceOptions;
import io.connectorkit.aws.shard.StartPosition;
import io.connectorkit.benchmarks.contest.Arrivals;
import io.connectorkit.benchmarks.contest.Bar;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Spread;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.benchmarks.kinesis.ScriptedShards.Requests;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * One subtask, 64 shards, 20 ms a request, pages of 1,000 records: a whole job, from its first record to its last, beside
 * the same job whose requests go one shard after another.
 */
public final class KinesisShardsThroughput implements Throughput {

    private static final int SHARDS = 64;
    private static final long LATENCY_MILLIS = 20;
    private static final int ROUNDS = 3;

    /** What GetRecords allows for a shard: 5 reads and 2 MiB a second. */
    private static final ShardLimits KINESIS =
            new ShardLimits(10_000, Duration.ofMillis(200), Duration.ZERO, 2L << 20, false, true);

    private static final ShardLimits NONE = new ShardLimits(10_000, Duration.ZERO, Duration.ZERO, 0, false, true);

    /** Travels with the job, which a {@link ShardLimits} does not. */
    @FunctionalInterface
    private interface Limits extends Serializable {
        ShardLimits get();
    }

    /** Of the running job: the operator that counts is in this JVM. */
    private static volatile Arrivals arrivals = new Arrivals(0);

    private static final class Numbers implements ShardDeserializer<Integer, Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(Integer record, Collector<Integer> out) {
            out.collect(record);
        }

        @Override
        public TypeInformation<Integer> getProducedType() {
            return Types.INT;
        }
    }

    @Override
    public String name() {
        return "KinesisShardsThroughput";
    }

    @Override
    public void run(Session session) throws Exception {
        int pages = session.quick() ? 3 : 10;
        int many = session.quick() ? 20 : 100;
        double[] kit = new double[ROUNDS];
        double[] one = new double[ROUNDS];
        double[] free = new double[ROUNDS];
        double[] ratio = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            double paced = job(pages, Requests.SIDE_BY_SIDE, () -> KINESIS);
            double serial = job(pages, Requests.ONE_AFTER_ANOTHER, () -> KINESIS);
            double unpaced = job(many, Requests.SIDE_BY_SIDE, () -> NONE);
            session.say("round " + round + ": " + Math.round(paced) + ", one after another " + Math.round(serial)
                    + ", without the service's limits " + Math.round(unpaced) + " records/s");
            if (round >= 0) {
                kit[round] = paced;
                one[round] = serial;
                free[round] = unpaced;
                ratio[round] = paced / serial;
            }
        }
        session.figure("one shard after another", Spread.of(one).median(), "records/s");
        session.figure("the kit, 5 reads a second and shard", Spread.of(kit).median(), "records/s");
        session.figure("the kit, without that limit", Spread.of(free).median(), "records/s");
        session.figure(
                "the kit within the limit, to one shard after another",
                Spread.of(ratio).median(),
                "times",
                Bar.atLeast(4, "64 shards side by side; over a long run the limit allows 6.4"));
    }

    private static double job(int pages, Requests requests, Limits limits) throws Exception {
        long records = (long) SHARDS * pages * ScriptedShards.PAGE;
        Arrivals counting = new Arrivals(records);
        arrivals = counting;
        ShardSourceOptions options = ShardSourceOptions.defaults()
                .withStart(StartPosition.TRIM_HORIZON)
                .withPageRecords(ScriptedShards.PAGE)
                .withBufferedRecords(100_000);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, new Configuration());
        env.enableCheckpointing(1000);
        env.getConfig().enableObjectReuse();
        env.fromSource(
                        ShardSource.of(
                                () -> new ScriptedShards(SHARDS, pages, LATENCY_MILLIS, requests, limits.get()),
                                new Numbers(),
                                options),
                        WatermarkStrategy.noWatermarks(),
                        "shards")
                .map(element -> {
                    arrivals.add();
                    return element;
                })
                .returns(Types.INT)
                .sinkTo(new DiscardingSink<>());
        JobClient job = env.executeAsync("shards");
        counting.await();
        job.cancel().get(30, TimeUnit.SECONDS);
        return counting.perSecond();
    }
}
