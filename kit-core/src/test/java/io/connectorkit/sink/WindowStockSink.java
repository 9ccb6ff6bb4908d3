package io.connectorkit.sink;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Flink's stock async sink over the simulated service. */
final class WindowStockSink extends AsyncSinkBase<Integer, Integer> {

    private static final long serialVersionUID = 1L;

    private final transient WindowService service;
    private final transient Function<SinkTuning, AsyncSinkWriterConfiguration> configuration;
    private final SinkTuning tuning;

    private WindowStockSink(
            WindowService service,
            SinkTuning tuning,
            Function<SinkTuning, AsyncSinkWriterConfiguration> configuration) {
        super(
                (record, context) -> record,
                tuning.batchEntries(),
                tuning.inFlight(),
                tuning.bufferedEntries(),
                tuning.batchBytes().getBytes(),
                tuning.linger().toMillis(),
                tuning.recordBytes().getBytes());
        this.service = service;
        this.tuning = tuning;
        this.configuration = configuration;
    }

    /** As Flink ships it: congestion control with AIMD, one batch in flight at first. */
    static WindowStockSink withDefaults(WindowService service, SinkTuning tuning) {
        return new WindowStockSink(service, tuning, given -> AsyncSinkWriterConfiguration.builder()
                .setMaxBatchSize(given.batchEntries())
                .setMaxBatchSizeInBytes(given.batchBytes().getBytes())
                .setMaxInFlightRequests(given.inFlight())
                .setMaxBufferedRequests(given.bufferedEntries())
                .setMaxTimeInBufferMS(given.linger().toMillis())
                .setMaxRecordSizeInBytes(given.recordBytes().getBytes())
                .build());
    }

    /** With the kit's window. */
    static WindowStockSink withTuning(WindowService service, SinkTuning tuning, LongSupplier clockMillis) {
        return new WindowStockSink(service, tuning, given -> AsyncSinkTuning.configuration(given, clockMillis));
    }

    @Override
    public AsyncSinkWriter<Integer, Integer> createWriter(WriterInitContext context) {
        return restoreWriter(context, List.of());
    }

    @Override
    public AsyncSinkWriter<Integer, Integer> restoreWriter(
            WriterInitContext context, Collection<BufferedRequestState<Integer>> states) {
        return new AsyncSinkWriter<>(getElementConverter(), context, configuration.apply(tuning), states) {
            @Override
            protected void submitRequestEntries(List<Integer> entries, ResultHandler<Integer> result) {
                service.submit(entries.size(), done -> {
                    if (done == entries.size()) {
                        result.complete();
                    } else {
                        result.retryForEntries(List.copyOf(entries.subList(done, entries.size())));
                    }
                });
            }

            @Override
            protected long getSizeInBytes(Integer entry) {
                return WindowTrace.RECORD_BYTES;
            }
        };
    }

    @Override
    public SimpleVersionedSerializer<BufferedRequestState<Integer>> getWriterStateSerializer() {
        throw new UnsupportedOperationException("not restored in these tests");
    }
}
