package io.connectorkit.aws.shard;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.jspecify.annotations.Nullable;

/** Counters of one shard, or of all shards of a reader; counted on I/O threads too. */
final class ShardMeter implements AutoCloseable {

    private final MetricGroup group;
    private final @Nullable ShardMeter total;
    private final Map<ShardMetric, Counter> counters = new EnumMap<>(ShardMetric.class);

    /** Each count goes to {@code total} too. */
    ShardMeter(MetricGroup group, @Nullable ShardMeter total, LongSupplier millisBehindLatest, LongSupplier headroom) {
        this.group = group;
        this.total = total;
        for (ShardMetric metric : ShardMetric.of(ShardMetric.Kind.COUNTER, ShardMetric.Scope.SHARD)) {
            counters.put(metric, group.counter(metric.key(), new ThreadSafeSimpleCounter()));
        }
        group.gauge(ShardMetric.MILLIS_BEHIND_LATEST.key(), millisBehindLatest::getAsLong);
        group.gauge(ShardMetric.HEADROOM_MILLIS.key(), headroom::getAsLong);
    }

    void add(ShardMetric metric, long count) {
        Counter counter = counters.get(metric);
        if (counter != null && count > 0) {
            counter.inc(count);
        }
        if (total != null) {
            total.add(metric, count);
        }
    }

    /** Takes the metrics of a shard off: Flink's interface cannot, its groups can. */
    @Override
    public void close() {
        if (group instanceof AbstractMetricGroup<?> closeable) {
            closeable.close();
        }
    }
}
