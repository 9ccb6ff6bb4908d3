package io.connectorkit.aws.shard;

import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;

/** What the enumerator shows of its shards; read on another thread than it is written. */
final class EnumeratorGauges {

    private volatile long listed;
    private volatile long waiting;
    private volatile long partsLeft;
    private volatile long snapshotRecords;

    void register(SplitEnumeratorMetricGroup group) {
        group.gauge(ShardMetric.LISTED_SHARDS.key(), () -> listed);
        group.gauge(ShardMetric.WAITING_CHILDREN.key(), () -> waiting);
        group.gauge(ShardMetric.SNAPSHOT_PARTS_LEFT.key(), () -> partsLeft);
        group.gauge(ShardMetric.SNAPSHOT_RECORDS.key(), () -> snapshotRecords);
        group.setUnassignedSplitsGauge(() -> waiting);
    }

    void show(ShardGraph graph) {
        listed = graph.size();
        waiting = graph.waiting();
        partsLeft = graph.partsLeft();
    }

    void snapshotRecords(long records) {
        snapshotRecords = records;
    }
}
