package io.connectorkit.sink;

import java.util.function.LongSupplier;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;

/**
 * A {@link SinkTuning} for Flink's stock async sinks ({@code AsyncSinkBase}).
 *
 * <p>Apart from the tuning itself, so that a job without flink-connector-base never loads these types.
 */
public final class AsyncSinkTuning {

    private static final LongSupplier CLOCK_MILLIS = () -> System.nanoTime() / 1_000_000;

    private AsyncSinkTuning() {}

    /** Configuration of one stock writer: build it where the writer is created, never share it. */
    public static AsyncSinkWriterConfiguration configuration(SinkTuning tuning) {
        return configuration(tuning, CLOCK_MILLIS);
    }

    static AsyncSinkWriterConfiguration configuration(SinkTuning tuning, LongSupplier clockMillis) {
        return AsyncSinkWriterConfiguration.builder()
                .setMaxBatchSize(tuning.batchEntries())
                .setMaxBatchSizeInBytes(tuning.batchBytes().getBytes())
                .setMaxInFlightRequests(tuning.inFlight())
                .setMaxBufferedRequests(tuning.bufferedEntries())
                .setMaxTimeInBufferMS(tuning.linger().toMillis())
                .setMaxRecordSizeInBytes(tuning.recordBytes().getBytes())
                .setRateLimitingStrategy(new AsyncSinkWindow(tuning, clockMillis))
                .build();
    }

    /**
     * The kit's window for one stock writer: fixed, or adaptive when the tuning has a flush budget.
     *
     * <p>A stock writer reports how many entries failed, never why. A request of which at least half failed counts as
     * throttled; fewer are bad records, which say nothing about load.
     */
    public static RateLimitingStrategy rateLimiting(SinkTuning tuning) {
        return new AsyncSinkWindow(tuning, CLOCK_MILLIS);
    }
}
