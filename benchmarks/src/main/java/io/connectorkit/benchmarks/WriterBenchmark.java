package io.connectorkit.benchmarks;

import io.connectorkit.benchmarks.contest.Against;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.StockSink;
import io.connectorkit.tck.VirtualTask;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.Sink;
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

/**
 * CPU time and bytes for each record on its way through the writer, beside Flink's stock AsyncSinkWriter: same batch,
 * in-flight and buffer, same mailbox, same destination.
 *
 * <p>Each change is made just before it is written, as in a job. {@link Writer#NOTHING} makes them only: take its figures
 * off the others to see the writers' own. Time is virtual: with a latency of 5 ms all that may be in flight is, but
 * nobody waits. One invocation writes {@value #RECORDS} changes and does not flush.
 */
@State(Scope.Thread)
@Against(value = "STOCK", param = "writer", floor = "NOTHING")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class WriterBenchmark {

    static final int RECORDS = 100_000;
    private static final int BATCH = 500;

    /** Which writer, and what it keeps in order. */
    public enum Writer {
        NOTHING,
        STOCK,
        UNORDERED,
        KEYED
    }

    /** How keys are drawn. */
    public enum Keys {
        UNIFORM,
        ZIPF
    }

    @Param
    public Writer writer;

    @Param({"0", "5"})
    public int latencyMillis;

    @Param
    public Keys keys;

    /** Requests at a time: 500 changes each. */
    @Param({"8", "50"})
    public int inFlight;

    private final byte[] payload = new byte[100];
    private final ChangeVersion version = ChangeVersion.of(1);
    private final long[] ids = new long[RECORDS];
    private VirtualTask task;
    private SinkHarness<Change<byte[]>> sink;

    @Setup(Level.Trial)
    public void open() throws Exception {
        task = new VirtualTask();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < RECORDS; i++) {
            ids[i] = keys == Keys.UNIFORM
                    ? random.nextInt(1_000_000)
                    // Zipf by inversion of its continuous form, exponent 1.1.
                    : (long) Math.pow(random.nextDouble(), -1 / 0.1) % 1_000_000;
        }
        Instant store = new Instant(task, latencyMillis, writer == Writer.KEYED ? Ordering.COALESCE : Ordering.NONE);
        SinkTuning tuning = SinkTuning.defaults().withWindow(BATCH, inFlight);
        Changes<Change<byte[]>, byte[]> given = Changes.given(WriteMode.NEWEST_WINS);
        Sink<Change<byte[]>> subject = writer == Writer.STOCK
                ? new StockSink<>(given, store, tuning)
                : BatchSink.of(given, store, SinkOptions.defaults().withTuning(tuning));
        sink = SinkHarness.open(subject, task);
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        sink.flush();
        sink.close();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long write(Blackhole blackhole) throws Exception {
        for (long id : ids) {
            Change<byte[]> change = new Change.Upsert<>(ChangeKey.of(id), version, payload);
            if (writer == Writer.NOTHING) {
                blackhole.consume(change);
            } else {
                sink.write(change);
                // As a task does between records.
                while (task.tryYield()) {}
            }
        }
        return task.yields();
    }

    /** Takes everything, at once or a while later. */
    private static final class Instant implements DestinationFactory<byte[]>, Destination<byte[]> {
        private static final long serialVersionUID = 1L;
        private final transient VirtualTask task;
        private final int latencyMillis;
        private final Ordering ordering;

        Instant(VirtualTask task, int latencyMillis, Ordering ordering) {
            this.task = task;
            this.latencyMillis = latencyMillis;
            this.ordering = ordering;
        }

        @Override
        public void send(Batch<byte[]> batch, Completion completion) {
            if (latencyMillis == 0) {
                completion.delivered();
            } else {
                task.in(latencyMillis, completion::delivered);
            }
        }

        @Override
        public int sizeOf(Change<byte[]> change) {
            return 100;
        }

        @Override
        public Destination<byte[]> open(DestinationContext context) {
            return this;
        }

        @Override
        public String name() {
            return "instant store";
        }

        @Override
        public Ordering ordering() {
            return ordering;
        }

        @Override
        public boolean guarded() {
            return true;
        }

        @Override
        public void close() {}
    }
}
