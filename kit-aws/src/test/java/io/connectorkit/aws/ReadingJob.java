package io.connectorkit.aws;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * A job that reads a stream, can be failed, stopped and rescaled, and writes down what its keyed state saw: the n-th
 * element of each key. State is exactly once, so an element that was lost, repeated or overtaken shows as a different
 * n-th element.
 */
public final class ReadingJob implements AutoCloseable {

    private static final Map<String, ReadingJob> JOBS = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final int LIMIT_SECONDS = 120;
    private static final long SLOW_NANOS = 1_000_000;

    /** One record or change as a job's element. */
    public record Seen(String key, String value) implements Serializable {}

    /** What the keyed state says. */
    public record Nth(String key, int n, String value, int attempt) implements Serializable {}

    private final String id = "reading-job-" + NEXT.incrementAndGet();
    private final Source<Seen, ?, ?> source;
    private final ConcurrentLinkedQueue<Nth> seen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger checkpoints = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();
    private final AtomicInteger fuse = new AtomicInteger();
    private volatile Runnable beforeFailure;
    private volatile boolean slow;
    private boolean running;
    private JobClient client;

    public ReadingJob(Source<Seen, ?, ?> source) {
        this.source = source;
        JOBS.put(id, this);
    }

    public ReadingJob start(int parallelism) throws Exception {
        return start(parallelism, null);
    }

    /** Starts, from a savepoint if there is one. */
    public ReadingJob start(int parallelism, String savepoint) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1000);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
        env.setRuntimeMode(RuntimeExecutionMode.STREAMING);
        env.enableCheckpointing(200);
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "stream")
                .uid("stream")
                .map(new Tripwire(id))
                .uid("tripwire")
                .keyBy(Seen::key)
                .process(new Counter(id))
                .uid("counter")
                .sinkTo(new DiscardingSink<>());
        client = env.executeAsync(id);
        running = true;
        return this;
    }

    /** What reads behind the source takes a millisecond for each element from now on. */
    public ReadingJob slow() {
        slow = true;
        return this;
    }

    public ReadingJob fast() {
        slow = false;
        return this;
    }

    /** In the order of arrival, those of failed attempts too. */
    public List<Nth> seen() {
        return List.copyOf(seen);
    }

    /** Values seen by the attempt and later ones, in the order of each key. */
    public List<String> values(int attempt) {
        return seen.stream()
                .filter(nth -> nth.attempt() >= attempt)
                .map(Nth::value)
                .toList();
    }

    /** Values seen by each key, in the order of its state; fails if a replay saw something else in the same place. */
    public Map<String, List<String>> byKey() {
        Map<String, TreeMap<Integer, String>> places = new TreeMap<>();
        for (Nth nth : seen) {
            String before =
                    places.computeIfAbsent(nth.key(), k -> new TreeMap<>()).put(nth.n(), nth.value());
            if (before != null && !before.equals(nth.value())) {
                throw new AssertionError(
                        "element " + nth.n() + " of key " + nth.key() + " was " + before + ", then " + nth.value());
            }
        }
        Map<String, List<String>> values = new TreeMap<>();
        places.forEach((key, byPlace) -> values.put(key, List.copyOf(byPlace.values())));
        return values;
    }

    public int checkpoints() {
        return checkpoints.get();
    }

    public int restarts() {
        return restarts.get();
    }

    /** At the end of the next checkpoint: does this, then fails the job. */
    public void failAfter(Runnable action) {
        beforeFailure = action;
    }

    /** Fails the job once a subtask has emitted so many elements from now on, between any two checkpoints. */
    public void failAfterElements(int elements) {
        fuse.set(elements);
    }

    /** Stops with a savepoint, without drain, and answers its path. */
    public String stop(Path folder) throws Exception {
        String savepoint = client.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        finish();
        return savepoint;
    }

    /** Waits for the end of a bounded job. */
    public void finish() throws Exception {
        client.getJobExecutionResult().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        running = false;
    }

    /** What ended the job. */
    public Throwable failure() throws Exception {
        try {
            client.getJobExecutionResult().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("the job ended without a failure");
        } catch (ExecutionException e) {
            running = false;
            return e;
        }
    }

    @Override
    public void close() throws Exception {
        if (running) {
            client.cancel().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        JOBS.remove(id);
    }

    private static final class Tripwire extends RichMapFunction<Seen, Seen> implements CheckpointListener {
        private static final long serialVersionUID = 1L;
        private final String id;

        Tripwire(String id) {
            this.id = id;
        }

        @Override
        public Seen map(Seen element) {
            ReadingJob job = JOBS.get(id);
            if (job != null && job.slow) {
                LockSupport.parkNanos(SLOW_NANOS);
            }
            if (job != null && job.fuse.get() > 0 && job.fuse.decrementAndGet() == 0) {
                job.restarts.incrementAndGet();
                throw new IllegalStateException("the test fails the job between two checkpoints");
            }
            return element;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() != 0) {
                return;
            }
            ReadingJob job = JOBS.get(id);
            if (job == null) {
                return;
            }
            job.checkpoints.incrementAndGet();
            Runnable action = job.beforeFailure;
            if (action != null) {
                job.beforeFailure = null;
                action.run();
                job.restarts.incrementAndGet();
                throw new IllegalStateException("the test fails the job");
            }
        }
    }

    private static final class Counter extends KeyedProcessFunction<String, Seen, Nth> {
        private static final long serialVersionUID = 1L;
        private final String id;
        private transient ValueState<Integer> count;

        Counter(String id) {
            this.id = id;
        }

        @Override
        public void open(OpenContext context) {
            count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Integer.class));
        }

        @Override
        public void processElement(Seen element, Context context, Collector<Nth> out) throws Exception {
            int n = (count.value() == null ? 0 : count.value()) + 1;
            count.update(n);
            ReadingJob job = JOBS.get(id);
            if (job != null) {
                job.seen.add(new Nth(
                        element.key(),
                        n,
                        element.value(),
                        getRuntimeContext().getTaskInfo().getAttemptNumber()));
            }
        }
    }
}
