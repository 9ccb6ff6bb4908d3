package io.connectorkit.aws.shard;

import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/** The reader's counters; counted on I/O threads too. */
final class ReaderMetrics {

    final Counter records;
    final Counter bytes;
    final Counter gets;
    final Counter throttles;
    final Counter retries;
    final Counter iteratorRenewals;
    final Counter gaps;

    ReaderMetrics(
            SourceReaderMetricGroup group,
            LongSupplier millisBehindLatest,
            LongSupplier openShards,
            LongSupplier bufferedRecords) {
        records = group.counter("records", new ThreadSafeSimpleCounter());
        bytes = group.counter("bytes", new ThreadSafeSimpleCounter());
        gets = group.counter("gets", new ThreadSafeSimpleCounter());
        throttles = group.counter("throttles", new ThreadSafeSimpleCounter());
        retries = group.counter("retries", new ThreadSafeSimpleCounter());
        iteratorRenewals = group.counter("iteratorRenewals", new ThreadSafeSimpleCounter());
        gaps = group.counter("gaps", new ThreadSafeSimpleCounter());
        group.gauge("millisBehindLatest", millisBehindLatest::getAsLong);
        group.gauge("openShards", openShards::getAsLong);
        group.setPendingRecordsGauge(bufferedRecords::getAsLong);
    }
}
