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
import org.apache.flink.api.connector.sink2.Sink;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A writer under test, beside Flink's stock AsyncSinkWriter: same batch, in-flight and buffer, same mailbox, same
 * destination.
 *
 * <p>Each change is made just before it is written, as in a job. {@link Kind#NOTHING} makes them only: take its figures
 * off the others to see the writers' own. Time is virtual: with a latency all that may be in flight is, but nobody waits.
 */
public final class WriterSubject implements AutoCloseable {

    private static final int BATCH = 500;
    private static final int KEYS = 1_000_000;

    /** Which writer, and what it keeps in order. */
    public enum Kind {
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

    private final Kind kind;
    private final byte[] payload = new byte[100];
    private final ChangeVersion version = ChangeVersion.of(1);
    private final VirtualTask task = new VirtualTask();
    private final SinkHarness<Change<byte[]>> sink;

    /** {@code inFlight} requests of 500 changes at a time. */
    public WriterSubject(Kind kind, int latencyMillis, int inFlight) throws Exception {
        this.kind = kind;
        Instant store = new Instant(task, latencyMillis, kind == Kind.KEYED ? Ordering.COALESCE : Ordering.NONE);
        SinkTuning tuning = SinkTuning.defaults().withWindow(BATCH, inFlight);
        Changes<Change<byte[]>, byte[]> given = Changes.given(WriteMode.NEWEST_WINS);
        Sink<Change<byte[]>> subject = kind == Kind.STOCK
                ? new StockSink<>(given, store, tuning)
                : BatchSink.of(given, store, SinkOptions.defaults().withTuning(tuning));
        sink = SinkHarness.open(subject, task);
    }

    /** {@code count} ids of records. */
    public static long[] ids(Keys keys, int count) {
        SplittableRandom random = new SplittableRandom(1);
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = keys == Keys.UNIFORM
                    ? random.nextInt(KEYS)
                    // Zipf by inversion of its continuous form, exponent 1.1.
                    : (long) Math.pow(random.nextDouble(), -1 / 0.1) % KEYS;
        }
        return ids;
    }

    /** Writes a change for each id from {@code from} on, to {@code to} exclusive, and does not flush. */
    public long write(long[] ids, int from, int to, Blackhole blackhole) throws Exception {
        for (int i = from; i < to; i++) {
            Change<byte[]> change = new Change.Upsert<>(ChangeKey.of(ids[i]), version, payload);
            if (kind == Kind.NOTHING) {
                blackhole.consume(change);
            } else {
                sink.write(change);
                // As a task does between records.
                while (task.tryYield()) {}
            }
        }
        return task.yields();
    }

    @Override
    public void close() throws Exception {
        sink.flush();
        sink.close();
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
