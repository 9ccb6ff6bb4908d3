package io.connectorkit.examples.demo;

import io.connectorkit.examples.flights.FlightsJob;
import org.apache.flink.api.common.JobID;

/** What the sinks of one job have counted, over all its attempts. */
record SinkCounts(JobID job) {

    /** Changes that the store has acknowledged. */
    long written(String sink) {
        return SinkMetrics.sum(job.toHexString(), sink, SinkMetrics.WRITTEN);
    }

    /** Changes among them that the store's guard refused. */
    long stale(String sink) {
        return SinkMetrics.sum(job.toHexString(), sink, SinkMetrics.STALE);
    }

    /** What both stores have acknowledged at least. */
    long slowest() {
        return Math.min(written(FlightsJob.ELASTICSEARCH), written(FlightsJob.POSTGRES));
    }
}
