package io.connectorkit.aws.shard;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.apache.flink.util.UserCodeClassLoader;

/** One source subtask of a {@link ShardJob}: a reader, and what the coordinator has sent it. */
final class ShardJobTask implements SourceReaderContext, ReaderOutput<String> {

    /** Splits, events and barriers, in the order sent. */
    final Queue<Runnable> fromCoordinator = new ArrayDeque<>();

    final ShardReader<?, String> reader;
    private final ShardJob<?> job;
    private final int subtask;
    private final MetricListener metrics = new MetricListener();
    private final SourceReaderMetricGroup group = InternalSourceReaderMetricGroup.mock(metrics.getMetricGroup());
    private boolean closed;
    private boolean finished;
    private boolean stopped;

    <R> ShardJobTask(ShardJob<R> job, int subtask, ShardApi<R> api) {
        this.job = job;
        this.subtask = subtask;
        ShardTimer timer = new ShardTimer() {
            @Override
            public void after(long delayMillis, Runnable action) {
                job.time().after(delayMillis, () -> {
                    if (!closed) {
                        action.run();
                    }
                });
            }

            @Override
            public void close() {
                closed = true;
            }
        };
        this.reader = new ShardReader<>(
                this,
                api,
                job.deserializer(),
                job.options(),
                timer,
                job.time(),
                new Random(job.time().millis()));
    }

    /** Whether there was something to emit. */
    boolean poll() {
        if (finished || stopped || !reader.isAvailable().isDone()) {
            return false;
        }
        finished = reader.pollNext(this) == InputStatus.END_OF_INPUT;
        return true;
    }

    /** Emits nothing more. */
    void stop() {
        stopped = true;
    }

    boolean isFinished() {
        return finished;
    }

    void close() {
        closed = true;
        reader.close();
    }

    long count(String metric) {
        return metrics.getCounter(metric).map(Counter::getCount).orElse(0L);
    }

    long gauge(String metric) {
        return metrics.<Long>getGauge(metric).map(Gauge::getValue).orElse(0L);
    }

    @Override
    public SourceOutput<String> createOutputForSplit(String splitId) {
        return new SourceOutput<>() {
            @Override
            public void collect(String record) {
                throw new AssertionError("emitted without its time");
            }

            @Override
            public void collect(String record, long timestamp) {
                job.emit(subtask, record);
            }

            @Override
            public void emitWatermark(Watermark watermark) {}

            @Override
            public void markIdle() {}

            @Override
            public void markActive() {}
        };
    }

    @Override
    public void releaseOutputForSplit(String splitId) {}

    @Override
    public void collect(String record) {
        throw new AssertionError("emitted past its shard's output");
    }

    @Override
    public void collect(String record, long timestamp) {
        throw new AssertionError("emitted past its shard's output");
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}

    @Override
    public SourceReaderMetricGroup metricGroup() {
        return group;
    }

    @Override
    public Configuration getConfiguration() {
        return new Configuration();
    }

    @Override
    public String getLocalHostName() {
        return "localhost";
    }

    @Override
    public int getIndexOfSubtask() {
        return subtask;
    }

    @Override
    public void sendSplitRequest() {
        throw new AssertionError("readers take what they are given");
    }

    @Override
    public void sendSourceEventToCoordinator(SourceEvent event) {
        job.coordinator().mailbox.add(() -> job.enumerator().handleSourceEvent(subtask, event));
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
        throw new UnsupportedOperationException();
    }
}
