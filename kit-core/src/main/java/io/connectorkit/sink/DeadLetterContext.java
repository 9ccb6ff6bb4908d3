package io.connectorkit.sink;

import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.util.UserCodeClassLoader;

/**
 * What a dead-letter sink's writer is opened with: the outer sink's context, but metrics under {@code deadLetterSink}, so
 * that letters are not counted as changes sent and names do not clash.
 */
record DeadLetterContext(WriterInitContext outer) implements WriterInitContext {

    static final String GROUP = "deadLetterSink";

    @Override
    public SinkWriterMetricGroup metricGroup() {
        return new Metrics(
                outer.metricGroup().addGroup(GROUP), outer.metricGroup().getIOMetricGroup());
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
        return outer.getUserCodeClassLoader();
    }

    @Override
    public MailboxExecutor getMailboxExecutor() {
        return outer.getMailboxExecutor();
    }

    @Override
    public ProcessingTimeService getProcessingTimeService() {
        return outer.getProcessingTimeService();
    }

    @Override
    public SerializationSchema.InitializationContext asSerializationSchemaInitializationContext() {
        return outer.asSerializationSchemaInitializationContext();
    }

    @Override
    public boolean isObjectReuseEnabled() {
        return false;
    }

    @Override
    public <I> TypeSerializer<I> createInputSerializer() {
        throw new UnsupportedOperationException("a dead-letter sink must bring its own serializer for DeadLetter");
    }

    @Override
    public OptionalLong getRestoredCheckpointId() {
        return outer.getRestoredCheckpointId();
    }

    @Override
    public JobInfo getJobInfo() {
        return outer.getJobInfo();
    }

    @Override
    public TaskInfo getTaskInfo() {
        return outer.getTaskInfo();
    }

    private record Metrics(MetricGroup group, OperatorIOMetricGroup io) implements SinkWriterMetricGroup {

        @Override
        public Counter getNumRecordsOutErrorsCounter() {
            return counter("numRecordsOutErrors");
        }

        @Override
        public Counter getNumRecordsSendErrorsCounter() {
            return counter("numRecordsSendErrors");
        }

        @Override
        public Counter getNumRecordsSendCounter() {
            return counter("numRecordsSend");
        }

        @Override
        public Counter getNumBytesSendCounter() {
            return counter("numBytesSend");
        }

        @Override
        public void setCurrentSendTimeGauge(Gauge<Long> gauge) {
            gauge("currentSendTime", gauge);
        }

        @Override
        public OperatorIOMetricGroup getIOMetricGroup() {
            return io;
        }

        @Override
        public Counter counter(String name) {
            return group.counter(name);
        }

        @Override
        public <C extends Counter> C counter(String name, C counter) {
            return group.counter(name, counter);
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            return group.gauge(name, gauge);
        }

        @Override
        public <H extends Histogram> H histogram(String name, H histogram) {
            return group.histogram(name, histogram);
        }

        @Override
        public <M extends Meter> M meter(String name, M meter) {
            return group.meter(name, meter);
        }

        @Override
        public MetricGroup addGroup(String name) {
            return group.addGroup(name);
        }

        @Override
        public MetricGroup addGroup(String key, String value) {
            return group.addGroup(key, value);
        }

        @Override
        public String[] getScopeComponents() {
            return group.getScopeComponents();
        }

        @Override
        public Map<String, String> getAllVariables() {
            return group.getAllVariables();
        }

        @Override
        public String getMetricIdentifier(String metricName) {
            return group.getMetricIdentifier(metricName);
        }

        @Override
        public String getMetricIdentifier(String metricName, CharacterFilter filter) {
            return group.getMetricIdentifier(metricName, filter);
        }
    }
}
