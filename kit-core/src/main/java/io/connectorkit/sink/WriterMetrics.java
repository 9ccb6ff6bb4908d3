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

    private volatile long lastRequestMillis;

    WriterMetrics(SinkWriterMetricGroup group) {
        recordsSend = group.getNumRecordsSendCounter();
        bytesSend = group.getNumBytesSendCounter();
        sendErrors = group.getNumRecordsSendErrorsCounter();
        stale = group.counter("staleDropped");
        retries = group.counter("retries");
        throttles = group.counter("throttles");
        rejected = group.counter("rejected");
        timeouts = group.counter("timeouts");
        bisected = group.counter("bisected");
        requests = group.counter("requests");
        group.setCurrentSendTimeGauge(() -> lastRequestMillis);
    }

    void answeredAfter(long millis) {
        lastRequestMillis = millis;
    }

    /** Registered once the writer stands. */
    void observe(SinkWriterMetricGroup group, BatchWriter<?, ?> writer, ChangeBuffer<?> buffer, Window window) {
        group.gauge("bufferedEntries", buffer::entries);
        group.gauge("bufferedBytes", buffer::bytes);
        group.gauge("heldBackKeys", buffer::heldBackKeys);
        group.gauge("coalesced", buffer::coalesced);
        group.gauge("inFlight", writer::inFlight);
        group.gauge("window", window::limit);
    }
}
