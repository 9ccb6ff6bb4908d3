package io.connectorkit.benchmarks.growth;

import io.connectorkit.benchmarks.contest.Growth;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.operator.NewestWins;
import java.time.Duration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Keys in the state of {@link NewestWins}, in a whole Flink job on the heap state backend, beside the same job without
 * the operator: its start of half a second or more is in both.
 */
public final class OperatorGrowth implements Throughput {

    private static final int RECORDS = 2_000_000;

    @Override
    public String name() {
        return "OperatorGrowth";
    }

    @Override
    public void run(Session session) throws Exception {
        Growth growth = session.growth("NewestWins in a job of " + session.scaled(RECORDS) + " records", "keys");
        for (boolean guarded : new boolean[] {false, true}) {
            for (int keys : session.quick() ? new int[] {1_000} : new int[] {1_000, 10_000, 100_000, 1_000_000}) {
                growth.measure(
                        guarded ? "with NewestWins" : "without",
                        keys,
                        () -> job(guarded, keys, session.scaled(RECORDS)));
            }
        }
    }

    private static long job(boolean guarded, long keys, long records) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1);
        DataStream<Long> numbers = env.fromSequence(0, records - 1);
        DataStream<Long> out = guarded
                ? NewestWins.<Long>of(n -> ChangeKey.of(n % keys), ChangeVersion::of)
                        .withTtl(Duration.ofDays(1))
                        .apply(numbers)
                : numbers.keyBy(n -> n % keys).filter(n -> n >= 0);
        out.sinkTo(new DiscardingSink<>());
        env.execute("operator growth");
        return records;
    }
}
