package io.connectorkit.tck;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** A metric group whose counters and gauges can be read by name. */
public final class RecordedMetrics extends UnregisteredMetricsGroup implements SinkWriterMetricGroup {

    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Gauge<?>> gauges = new ConcurrentHashMap<>();

    /** Value of the counter or gauge of this name; fails when there is none. */
    public long value(String name) {
        Counter counter = counters.get(name);
        if (counter != null) {
            return counter.getCount();
        }
        Gauge<?> gauge = gauges.get(name);
        if (gauge == null) {
            throw new AssertionError(
                    "no metric '" + name + "'; there are " + counters.keySet() + " and " + gauges.keySet());
        }
        return ((Number) gauge.getValue()).longValue();
    }

    /** Names of all counters and gauges. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>(counters.keySet());
        names.addAll(gauges.keySet());
        return names;
    }

    /** What the gauge of this name says. */
    public Object gauge(String name) {
        return gauges.get(name).getValue();
    }

    @Override
    public Counter counter(String name) {
        return counters.computeIfAbsent(name, ignored -> new SimpleCounter());
    }

    @Override
    public <C extends Counter> C counter(String name, C counter) {
        counters.put(name, counter);
        return counter;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
        gauges.put(name, gauge);
        return gauge;
    }

    /** Counters of a group are told apart by its name: {@code cause.IOException.retries}. */
    @Override
    public MetricGroup addGroup(String key, String value) {
        return new UnregisteredMetricsGroup() {
            @Override
            public Counter counter(String name) {
                return RecordedMetrics.this.counter(key + "." + value + "." + name);
            }
        };
    }

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
        return UnregisteredMetricsGroup.createOperatorIOMetricGroup();
    }
}
