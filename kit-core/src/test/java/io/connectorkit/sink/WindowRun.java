package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.VirtualTask;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.MemorySize;

/**
 * One sink over one trace in virtual time, with a checkpoint every 5 to 10 s and a source that is always ahead: what was
 * applied in each second, and how long each checkpoint waited.
 */
public final class WindowRun {

    /** Most that static settings and windows may take. */
    public static final int BATCH = 100;

    public static final int IN_FLIGHT = 32;
    public static final Duration BUDGET = Duration.ofSeconds(2);

    private static final ChangeKey KEY = ChangeKey.of("key");
    private static final IOException BUSY = new IOException("busy");

    private final long[] applied;
    private final List<Long> flushMillis = new ArrayList<>();
    private final long[] window;
    private final long[] records;
    private final long[] requests;

    private WindowRun(WindowTrace trace, long seed, SinkOfService make, boolean ours) throws Exception {
        VirtualTask task = new VirtualTask();
        WindowService service = new WindowService(task, trace, seed);
        SplittableRandom random = new SplittableRandom(seed ^ 0x5eed);
        applied = service.applied();
        window = new long[trace.seconds()];
        records = new long[trace.seconds()];
        requests = new long[trace.seconds()];
        try (SinkHarness<Integer> sink = SinkHarness.open(make.over(service, task), task)) {
            double nextCheckpoint = 5 + 5 * random.nextDouble();
            long written = 0;
            for (double now = 0; now < trace.seconds(); now = service.seconds()) {
                if (ours) {
                    int second = (int) now;
                    window[second] = sink.metric("window");
                    records[second] = sink.metric("numRecordsSend");
                    requests[second] = sink.metric("requests");
                }
                if (now >= nextCheckpoint) {
                    sink.flush();
                    flushMillis.add(Math.round((service.seconds() - now) * 1000));
                    nextCheckpoint = now + 5 + 5 * random.nextDouble();
                } else if (written > now * trace.recordsPerSecondOfSource()) {
                    task.advance(1);
                } else {
                    sink.write(0);
                    written++;
                }
            }
        }
    }

    /** Makes the sink under test; the stock one lives where its Flink types are. */
    interface SinkOfService {
        Sink<Integer> over(WindowService service, VirtualTask task);
    }

    /** The kit's sink with a fixed window. */
    public static WindowRun fixed(WindowTrace trace, long seed, int batch, int inFlight) throws Exception {
        SinkTuning tuning = tuning().withWindow(batch, inFlight);
        return new WindowRun(trace, seed, (service, task) -> sink(service, tuning, seed), true);
    }

    /** The kit's sink with a fixed window and {@code buffered} times the changes in flight held. */
    public static WindowRun fixed(WindowTrace trace, long seed, int batch, int inFlight, int buffered)
            throws Exception {
        SinkTuning tuning = tuning().withWindow(batch, inFlight).withBufferedEntries(buffered * batch * inFlight);
        return new WindowRun(trace, seed, (service, task) -> sink(service, tuning, seed), true);
    }

    /** The kit's sink with an adaptive window. */
    public static WindowRun adaptive(WindowTrace trace, long seed, Duration budget) throws Exception {
        SinkTuning tuning = tuning().withWindow(BATCH, IN_FLIGHT).withFlushBudget(budget);
        return new WindowRun(trace, seed, (service, task) -> sink(service, tuning, seed), true);
    }

    /** A stock async sink with Flink's default rate limiting. */
    public static WindowRun stock(WindowTrace trace, long seed) throws Exception {
        SinkTuning tuning = tuning().withWindow(BATCH, IN_FLIGHT);
        return new WindowRun(trace, seed, (service, task) -> WindowStockSink.withDefaults(service, tuning), false);
    }

    /** A stock async sink with the kit's tuning. */
    public static WindowRun stockTuned(WindowTrace trace, long seed, SinkTuning tuning) throws Exception {
        return new WindowRun(
                trace,
                seed,
                (service, task) -> WindowStockSink.withTuning(service, tuning, task::getCurrentProcessingTime),
                false);
    }

    private static SinkTuning tuning() {
        return SinkTuning.defaults().withBytes(MemorySize.ofMebiBytes(1), MemorySize.ofMebiBytes(64));
    }

    /** As {@link BatchSink} makes it, but for the seed of the back-off. */
    private static Sink<Integer> sink(WindowService service, SinkTuning tuning, long seed) {
        SinkOptions options = SinkOptions.defaults()
                .withTuning(tuning)
                .withRetry(new RetryPolicy(1_000, Duration.ofMillis(50), Duration.ofMillis(400)))
                .withRequestTimeout(Duration.ofMinutes(10));
        Changes<Integer, Integer> changes = Changes.of(record -> KEY, record -> record);
        OverService destination = new OverService(service);
        return context -> new BatchWriter<>(
                changes,
                destination,
                destination,
                options,
                new Rejections.Fail<>(destination.name()),
                context,
                new SplittableRandom(seed));
    }

    // ------------------------------------------------------------------ what came of it

    /** Changes applied a second, from one second to another. */
    public double goodput(int fromSecond, int toSecond) {
        return Arrays.stream(applied, fromSecond, toSecond).average().orElseThrow();
    }

    public long[] applied() {
        return applied.clone();
    }

    /** Requests at a time, second by second; 0 for a stock sink. */
    public long[] window() {
        return window.clone();
    }

    /** Changes in a request on average, second by second; 0 where none was answered or sent, and for a stock sink. */
    public long[] batch() {
        long[] batch = new long[records.length];
        for (int second = 1; second < batch.length; second++) {
            long sent = requests[second] - requests[second - 1];
            long accepted = records[second] - records[second - 1];
            batch[second] = sent > 0 && accepted > 0 ? accepted / sent : 0;
        }
        return batch;
    }

    public List<Long> flushMillis() {
        return Collections.unmodifiableList(flushMillis);
    }

    /** Seconds until five seconds in a row bring {@code wanted} on average; the rest of the trace if they never do. */
    public int secondsUntil(double wanted, int fromSecond, int toSecond) {
        for (int second = fromSecond; second + 5 <= toSecond; second++) {
            if (goodput(second, second + 5) >= wanted) {
                return second - fromSecond;
            }
        }
        return toSecond - fromSecond;
    }

    /** The 99th percentile, nearest rank. */
    public static long p99(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(0.99 * sorted.size()) - 1));
    }

    /** The service as a destination. */
    private record OverService(WindowService service) implements DestinationFactory<Integer>, Destination<Integer> {

        private static final long serialVersionUID = 1L;

        @Override
        public Destination<Integer> open(DestinationContext context) {
            return this;
        }

        @Override
        public String name() {
            return "simulated service";
        }

        @Override
        public Ordering ordering() {
            return Ordering.NONE;
        }

        @Override
        public boolean guarded() {
            return true;
        }

        @Override
        public int sizeOf(Change<Integer> change) {
            return WindowTrace.RECORD_BYTES;
        }

        @Override
        public void send(Batch<Integer> batch, Completion completion) {
            service.submit(batch.size(), done -> {
                if (done == batch.size()) {
                    completion.delivered();
                } else {
                    List<Outcome> outcomes = new ArrayList<>(Collections.nCopies(done, Outcome.delivered()));
                    outcomes.addAll(Collections.nCopies(batch.size() - done, Outcome.throttled(BUSY)));
                    completion.completed(outcomes);
                }
            });
        }

        @Override
        public void close() {}
    }
}
