package io.connectorkit.benchmarks;

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

/**
 * CPU time and bytes for each record on its way through the writer, beside Flink's stock AsyncSinkWriter: same batch,
 * in-flight and buffer, same mailbox, same destination, changes made beforehand.
 *
 * <p>Time is virtual: with a latency of 5 ms up to 25,000 changes are in flight, but nobody waits, so the figure is the
 * writer's own work. One invocation writes {@value #RECORDS} changes and does not flush.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class WriterBenchmark {

    static final int RECORDS = 100_000;
    private static final int BATCH = 500;
    private static final int IN_FLIGHT = 50;

    /** Which writer, and what it keeps in order. */
    public enum Writer {
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

    private VirtualTask task;
    private Change<byte[]>[] changes;
    private SinkHarness<Change<byte[]>> sink;

    @Setup(Level.Trial)
    @SuppressWarnings({"unchecked", "rawtypes"}) // An array of a generic type has no other way.
    public void open() throws Exception {
        task = new VirtualTask();
        SplittableRandom random = new SplittableRandom(1);
        byte[] payload = new byte[100];
        changes = new Change[RECORDS];
        for (int i = 0; i < RECORDS; i++) {
            int key = keys == Keys.UNIFORM
                    ? random.nextInt(1_000_000)
                    // Zipf by inversion of its continuous form, exponent 1.1.
                    : (int) Math.pow(random.nextDouble(), -1 / 0.1) % 1_000_000;
            changes[i] = new Change.Upsert<>(ChangeKey.of("key-" + key), ChangeVersion.of(1), payload);
        }
        Instant store = new Instant(task, latencyMillis, writer == Writer.KEYED ? Ordering.COALESCE : Ordering.NONE);
        SinkTuning tuning = SinkTuning.defaults().withWindow(BATCH, IN_FLIGHT);
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
    public long write() throws Exception {
        for (Change<byte[]> change : changes) {
            sink.write(change);
            // As a task does between records.
            while (task.tryYield()) {}
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
