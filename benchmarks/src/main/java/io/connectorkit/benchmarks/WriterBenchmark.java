package io.connectorkit.benchmarks;

import io.connectorkit.benchmarks.contest.Against;
import io.connectorkit.benchmarks.contest.AtMost;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** CPU time and bytes for each record on its way through the writer, beside Flink's stock AsyncSinkWriter. */
@State(Scope.Thread)
@Against(value = "STOCK", param = "writer", floor = "NOTHING")
@AtMost(subject = "UNORDERED", cpu = 0.5, bytes = 0.25, promise = "half the stock writer's CPU, a quarter of its bytes")
@AtMost(subject = "KEYED", cpu = 1.0, promise = "at most the stock writer's CPU, up to 25,000 keys in flight")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class WriterBenchmark {

    static final int RECORDS = 100_000;

    /** Ids drawn before any comes again: far more than a buffer holds, or every change would find one of its key there. */
    private static final int IDS = 40 * RECORDS;

    @Param
    public WriterSubject.Kind writer;

    @Param({"0", "5"})
    public int latencyMillis;

    @Param
    public WriterSubject.Keys keys;

    /** Requests at a time: 500 changes each. */
    @Param("50")
    public int inFlight;

    private long[] ids;
    private int from;
    private WriterSubject subject;

    @Setup(Level.Trial)
    public void open() throws Exception {
        ids = WriterSubject.ids(keys, IDS);
        subject = new WriterSubject(writer, latencyMillis, inFlight);
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        subject.close();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long write(Blackhole blackhole) throws Exception {
        long yields = subject.write(ids, from, from + RECORDS, blackhole);
        from = (from + RECORDS) % IDS;
        return yields;
    }
}
