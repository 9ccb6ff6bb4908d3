package io.connectorkit.aws.kinesis;

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
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
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
 * A job that reads a stream, can be failed and rescaled, and writes down what its keyed state saw: the n-th record of
 * each key. State is exactly once, so a record that was lost, repeated or overtaken shows as a different n-th record.
 */
final class KinesisJob implements AutoCloseable {

    private static final Map<String, KinesisJob> JOBS = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** One record as a job's element. */
    record Seen(String key, String value) implements Serializable {}

    /** What the keyed state says. */
    record Nth(String key, int n, String value) implements Serializable {}

    private final String id = "kinesis-job-" + NEXT.incrementAndGet();
    private final KinesisSourceOptions options;
    private final ConcurrentLinkedQueue<Nth> seen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger checkpoints = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();
    private volatile Runnable beforeFailure;
    private boolean running;
    private JobClient client;

    KinesisJob(KinesisSourceOptions options) {
        this.options = options;
        JOBS.put(id, this);
    }

    KinesisJob start(int parallelism) throws Exception {
        return start(parallelism, null);
    }

    /** Starts, from a savepoint if there is one. */
    KinesisJob start(int parallelism, String savepoint) throws Exception {
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
        env.fromSource(
                        KinesisSource.of(
                                options,
                                KinesisRecordDeserializer.of(
                                        Seen.class,
                                        record -> new Seen(
                                                record.partitionKey(),
                                                record.data().asUtf8String()))),
                        WatermarkStrategy.noWatermarks(),
                        "stream")
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

    /** Values seen by each key, in the order of its state; fails if a replay saw something else in the same place. */
    Map<String, List<String>> byKey() {
        Map<String, TreeMap<Integer, String>> places = new TreeMap<>();
        for (Nth nth : seen) {
            String before =
                    places.computeIfAbsent(nth.key(), k -> new TreeMap<>()).put(nth.n(), nth.value());
            if (before != null && !before.equals(nth.value())) {
                throw new AssertionError(
                        "record " + nth.n() + " of key " + nth.key() + " was " + before + ", then " + nth.value());
            }
        }
        Map<String, List<String>> values = new TreeMap<>();
        places.forEach((key, byPlace) -> values.put(key, List.copyOf(byPlace.values())));
        return values;
    }

    int checkpoints() {
        return checkpoints.get();
    }

    int restarts() {
        return restarts.get();
    }

    /** At the end of the next checkpoint: does this, then fails the job. */
    void failAfter(Runnable action) {
        beforeFailure = action;
    }

    /** Stops with a savepoint and answers its path. */
    String stop(Path folder) throws Exception {
        String savepoint = client.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get(60, TimeUnit.SECONDS);
        client.getJobExecutionResult().get(60, TimeUnit.SECONDS);
        running = false;
        return savepoint;
    }

    /** Waits for the end of a bounded job. */
    void finish() throws Exception {
        client.getJobExecutionResult().get(120, TimeUnit.SECONDS);
        running = false;
    }

    /** What ended the job. */
    Throwable failure() throws Exception {
        try {
            client.getJobExecutionResult().get(60, TimeUnit.SECONDS);
            throw new AssertionError("the job ended without a failure");
        } catch (ExecutionException e) {
            running = false;
            return e;
        }
    }

    @Override
    public void close() throws Exception {
        if (running) {
            client.cancel().get(30, TimeUnit.SECONDS);
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
        public Seen map(Seen record) {
            return record;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() != 0) {
                return;
            }
            KinesisJob job = JOBS.get(id);
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
        public void processElement(Seen record, Context context, Collector<Nth> out) throws Exception {
            int n = (count.value() == null ? 0 : count.value()) + 1;
            count.update(n);
            KinesisJob job = JOBS.get(id);
            if (job != null) {
                job.seen.add(new Nth(record.key(), n, record.value()));
            }
        }
    }
}
