package io.connectorkit.tck;

import java.io.IOException;
import java.util.OptionalLong;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;

/**
 * Drives the writer of a sink without a cluster: {@link #write}, {@link #flush} as a checkpoint does, metrics by name.
 *
 * @param <T> the sink's records
 */
public final class SinkHarness<T> implements AutoCloseable {

    private final SinkWriter<T> writer;
    private final RecordedMetrics metrics = new RecordedMetrics();
    private final AutoCloseable task;

    private SinkHarness(Sink<T> sink, MailboxExecutor mailbox, ProcessingTimeService clock, AutoCloseable task)
            throws IOException {
        this.task = task;
        this.writer = sink.createWriter(new Context(mailbox, clock, metrics));
    }

    /** In real time, for real destinations. */
    public static <T> SinkHarness<T> open(Sink<T> sink) throws IOException {
        RealTask task = new RealTask();
        return new SinkHarness<>(sink, task, task, task);
    }

    /** In virtual time. */
    public static <T> SinkHarness<T> open(Sink<T> sink, VirtualTask task) throws IOException {
        return new SinkHarness<>(sink, task, task, () -> {});
    }

    public void write(T record) throws IOException, InterruptedException {
        writer.write(record, NO_TIMESTAMP);
    }

    /** As a checkpoint does: returns when everything written has been accepted. */
    public void flush() throws IOException, InterruptedException {
        writer.flush(false);
    }

    /** As the end of a bounded stream does. */
    public void finish() throws IOException, InterruptedException {
        writer.flush(true);
    }

    public long metric(String name) {
        return metrics.value(name);
    }

    /** All metrics of the sink. */
    public RecordedMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() throws Exception {
        try {
            writer.close();
        } finally {
            task.close();
        }
    }

    private static final SinkWriter.Context NO_TIMESTAMP = new SinkWriter.Context() {
        @Override
        public long currentWatermark() {
            return Long.MIN_VALUE;
        }

        @Override
        public Long timestamp() {
            return null;
        }
    };

    private record Context(MailboxExecutor mailbox, ProcessingTimeService clock, SinkWriterMetricGroup metrics)
            implements WriterInitContext, TaskInfo {

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(SinkHarness.class.getClassLoader());
        }

        @Override
        public MailboxExecutor getMailboxExecutor() {
            return mailbox;
        }

        @Override
        public ProcessingTimeService getProcessingTimeService() {
            return clock;
        }

        @Override
        public SinkWriterMetricGroup metricGroup() {
            return metrics;
        }

        @Override
        public SerializationSchema.InitializationContext asSerializationSchemaInitializationContext() {
            throw new UnsupportedOperationException("the kit's sinks take no serialization schema");
        }

        @Override
        public boolean isObjectReuseEnabled() {
            return false;
        }

        @Override
        @SuppressWarnings("unchecked") // Any record will do: Kryo writes its class along.
        public <I> TypeSerializer<I> createInputSerializer() {
            return new GenericTypeInfo<>((Class<I>) Object.class).createSerializer(new SerializerConfigImpl());
        }

        @Override
        public OptionalLong getRestoredCheckpointId() {
            return OptionalLong.empty();
        }

        @Override
        public JobInfo getJobInfo() {
            throw new UnsupportedOperationException("a harness has no job");
        }

        @Override
        public TaskInfo getTaskInfo() {
            return this;
        }

        @Override
        public String getTaskName() {
            return "harness";
        }

        @Override
        public int getMaxNumberOfParallelSubtasks() {
            return 1;
        }

        @Override
        public int getIndexOfThisSubtask() {
            return 0;
        }

        @Override
        public int getNumberOfParallelSubtasks() {
            return 1;
        }

        @Override
        public int getAttemptNumber() {
            return 0;
        }

        @Override
        public String getTaskNameWithSubtasks() {
            return "harness (1/1)";
        }

        @Override
        public String getAllocationIDAsString() {
            return "harness";
        }
    }
}
