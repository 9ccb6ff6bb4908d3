package io.connectorkit.examples.demo;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * The sinks' own counters, read through a metric reporter in this JVM. Counters of tasks that are gone stay in the sums.
 */
public final class SinkMetrics implements MetricReporter {

    /** Changes that the store has acknowledged, the stale ones included. */
    static final String WRITTEN = "numRecordsSend";

    /** Changes that the guard refused because the store held a newer one. */
    static final String STALE = "staleDropped";

    private static final Object LOCK = new Object();

    private static final Map<Counter, Series> LIVE = new IdentityHashMap<>();
    private static final Map<Series, Long> GONE = new HashMap<>();

    /** One counter over all subtasks and attempts. */
    private record Series(String job, String operator, String metric) {}

    /** Found by Flink through the service file of this class. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new SinkMetrics();
        }
    }

    /** The sum of {@code metric} over the subtasks of the sink named {@code sink}, since the job's first start. */
    static long sum(String job, String sink, String metric) {
        long sum = 0;
        synchronized (LOCK) {
            for (Map.Entry<Series, Long> gone : GONE.entrySet()) {
                sum += matches(gone.getKey(), job, sink, metric) ? gone.getValue() : 0;
            }
            for (Map.Entry<Counter, Series> live : LIVE.entrySet()) {
                sum += matches(live.getValue(), job, sink, metric)
                        ? live.getKey().getCount()
                        : 0;
            }
        }
        return sum;
    }

    private static boolean matches(Series series, String job, String sink, String metric) {
        return series.metric.equals(metric) && series.job.equals(job) && series.operator.startsWith(sink);
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        if (metric instanceof Counter counter && (name.equals(WRITTEN) || name.equals(STALE))) {
            Map<String, String> scope = group.getAllVariables();
            String job = scope.get("<job_id>");
            String operator = scope.get("<operator_name>");
            if (job != null && operator != null) {
                synchronized (LOCK) {
                    LIVE.put(counter, new Series(job, operator, name));
                }
            }
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        if (metric instanceof Counter counter) {
            synchronized (LOCK) {
                Series series = LIVE.remove(counter);
                if (series != null) {
                    GONE.merge(series, counter.getCount(), Long::sum);
                }
            }
        }
    }
}
