package io.connectorkit.sink;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/** The writer's metrics: Flink's standard ones, counted when a change is acknowledged, and the kit's own. */
final class WriterMetrics {

    final Counter recordsSend;
    final Counter bytesSend;
    final Counter sendErrors;
    final Counter stale;
    final Counter retries;
    final Counter throttles;
    final Counter rejected;
    final Counter timeouts;
    final Counter bisected;
    final Counter requests;
    final CauseMetrics causes;

    private volatile long lastRequestMillis;

    WriterMetrics(SinkWriterMetricGroup group) {
        recordsSend = group.getNumRecordsSendCounter();
        bytesSend = group.getNumBytesSendCounter();
        sendErrors = group.getNumRecordsSendErrorsCounter();
        stale = group.counter(SinkMetric.STALE.key());
        retries = group.counter(SinkMetric.RETRIES.key());
        throttles = group.counter(SinkMetric.THROTTLES.key());
        rejected = group.counter(SinkMetric.REJECTED.key());
        timeouts = group.counter(SinkMetric.TIMEOUTS.key());
        bisected = group.counter(SinkMetric.BISECTED.key());
        requests = group.counter(SinkMetric.REQUESTS.key());
        causes = new CauseMetrics(group);
        group.setCurrentSendTimeGauge(() -> lastRequestMillis);
    }

    void answeredAfter(long millis) {
        lastRequestMillis = millis;
    }

    /** Registered once the writer stands. */
    void observe(SinkWriterMetricGroup group, BatchWriter<?, ?> writer, ChangeBuffer<?> buffer, Window window) {
        group.gauge(SinkMetric.BUFFERED_ENTRIES.key(), buffer::entries);
        group.gauge(SinkMetric.BUFFERED_BYTES.key(), buffer::bytes);
        group.gauge(SinkMetric.HELD_BACK_KEYS.key(), buffer::heldBackKeys);
        group.gauge(SinkMetric.COALESCED.key(), buffer::coalesced);
        group.gauge(SinkMetric.IN_FLIGHT.key(), writer::inFlight);
        group.gauge(SinkMetric.WINDOW.key(), window::limit);
        group.gauge(SinkMetric.BOTTLENECK.key(), () -> bottleneck(writer, buffer, window));
    }

    /** A snapshot taken by the reporter's thread: good enough to say where to look. */
    private String bottleneck(BatchWriter<?, ?> writer, ChangeBuffer<?> buffer, Window window) {
        if (writer.inFlight() >= window.limit()) {
            return window.limit() < writer.mostInFlight() ? "throttling" : "sink.in-flight";
        }
        return 2L * buffer.heldBackEntries() >= Math.max(1, buffer.entries()) ? "hot keys" : "source";
    }
}
