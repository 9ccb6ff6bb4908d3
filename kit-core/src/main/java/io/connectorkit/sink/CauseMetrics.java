package io.connectorkit.sink;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Retries and rejections by cause: counters in a group for each class of exception, made when it is first seen. Lives on
 * the task thread.
 */
final class CauseMetrics {

    /** A destination that makes up classes must not fill the metric registry. */
    private static final int MOST_CAUSES = 50;

    private static final String OTHERS = "other";

    private final MetricGroup group;
    private final Map<String, Counter> counters = new HashMap<>();

    CauseMetrics(MetricGroup group) {
        this.group = group;
    }

    void retried(Throwable cause) {
        counter(SinkMetric.RETRIES, cause).inc();
    }

    void rejected(Throwable cause, int changes) {
        counter(SinkMetric.REJECTED, cause).inc(changes);
    }

    private Counter counter(SinkMetric metric, Throwable cause) {
        String name = cause.getClass().getSimpleName();
        if (name.isEmpty() || (counters.size() >= MOST_CAUSES && !counters.containsKey(key(metric, name)))) {
            name = OTHERS;
        }
        String label = name;
        return counters.computeIfAbsent(
                key(metric, name), key -> group.addGroup("cause", label).counter(metric.key()));
    }

    private static String key(SinkMetric metric, String name) {
        return metric.key() + ' ' + name;
    }
}
