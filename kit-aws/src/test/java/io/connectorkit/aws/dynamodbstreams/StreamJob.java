package io.connectorkit.aws.dynamodbstreams;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * A job that reads a stream, can be failed once, and writes down what its keyed state saw: the n-th change of each key.
 * State is exactly once, so a change that was lost, repeated or overtaken shows as a different n-th change.
 */
final class StreamJob implements AutoCloseable {

    private static final Map<String, StreamJob> JOBS = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** One change as a job's element. */
    record Seen(String key, String value, String sequenceNumber) implements Serializable {}

    /** What the keyed state says. */
    record Nth(String key, int n, String value, int attempt) implements Serializable {}

    private final String id = "job-" + NEXT.incrementAndGet();
    private final ConcurrentLinkedQueue<Nth> seen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger checkpoints = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();
    private volatile Runnable beforeFailure;
    private boolean ended;
    private final JobClient client;

    StreamJob(DynamoDbStreamsOptions options, int parallelism) throws Exception {
        this(source(options), parallelism);
    }

    StreamJob(Source<Seen, ?, ?> source, int parallelism) throws Exception {
        JOBS.put(id, this);
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1000);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
        env.setRuntimeMode(RuntimeExecutionMode.STREAMING);
        env.enableCheckpointing(200);
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "stream")
                .map(new Tripwire(id))
                .keyBy(Seen::key)
                .process(new Counter(id))
                .sinkTo(new DiscardingSink<>());
        client = env.executeAsync(id);
    }

    private static Source<Seen, ?, ?> source(DynamoDbStreamsOptions options) {
        return DynamoDbStreamsSource.of(options, deserializer());
    }

    /** Key and value of each change. */
    static DynamoDbChangeDeserializer<Seen> deserializer() {
        return DynamoDbChangeDeserializer.of(
                Seen.class,
                change -> new Seen(
                        change.key().text(),
                        change.newImage() == null
                                ? "removed"
                                : change.newImage().get("v").s(),
                        change.sequenceNumber()));
    }

    List<Nth> seen() {
        return List.copyOf(seen);
    }

    /** Values seen by the attempt, in the order of each key. */
    List<String> values(int attempt) {
        return seen.stream()
                .filter(nth -> nth.attempt() >= attempt)
                .map(Nth::value)
                .toList();
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

    /** What ended the job. */
    Throwable failure() throws Exception {
        try {
            client.getJobExecutionResult().get(60, TimeUnit.SECONDS);
            throw new AssertionError("the job ended without a failure");
        } catch (ExecutionException e) {
            ended = true;
            return e;
        }
    }

    @Override
    public void close() throws Exception {
        if (!ended) {
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
        public Seen map(Seen change) {
            return change;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() != 0) {
                return;
            }
            StreamJob job = JOBS.get(id);
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
        public void processElement(Seen change, Context context, Collector<Nth> out) throws Exception {
            int n = (count.value() == null ? 0 : count.value()) + 1;
            count.update(n);
            StreamJob job = JOBS.get(id);
            if (job != null) {
                job.seen.add(new Nth(
                        change.key(),
                        n,
                        change.value(),
                        getRuntimeContext().getTaskInfo().getAttemptNumber()));
            }
        }
    }
}
