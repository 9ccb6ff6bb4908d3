package io.connectorkit.tck;

import io.connectorkit.change.Change;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batches;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.SinkTuning;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * The same destination behind Flink's stock AsyncSinkWriter with its default strategy: what the kit is measured
 * against.
 *
 * @param changes how records read as changes
 * @param destination where they go
 * @param tuning batch, in-flight and buffer, the same for both
 */
public record StockSink<T, P>(Changes<T, P> changes, Destination<P> destination, SinkTuning tuning) implements Sink<T> {

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        ElementConverter<T, Entry<P>> converter = (element, ignored) -> {
            try {
                return new Entry<>(changes.read(element));
            } catch (Exception e) {
                throw new FlinkRuntimeException(e);
            }
        };
        AsyncSinkWriterConfiguration configuration = AsyncSinkWriterConfiguration.builder()
                .setMaxBatchSize(tuning.batchEntries())
                .setMaxBatchSizeInBytes(tuning.batchBytes().getBytes())
                .setMaxInFlightRequests(tuning.inFlight())
                .setMaxBufferedRequests(tuning.bufferedEntries())
                .setMaxTimeInBufferMS(tuning.linger().toMillis())
                .setMaxRecordSizeInBytes(tuning.batchBytes().getBytes())
                .build();
        return new Writer<>(converter, context, configuration, destination);
    }

    private record Entry<P>(Change<P> change) implements Serializable {}

    private static final class Writer<T, P> extends AsyncSinkWriter<T, Entry<P>> {
        private final Destination<P> destination;

        Writer(
                ElementConverter<T, Entry<P>> converter,
                WriterInitContext context,
                AsyncSinkWriterConfiguration configuration,
                Destination<P> destination) {
            super(converter, context, configuration, List.of());
            this.destination = destination;
        }

        @Override
        protected void submitRequestEntries(List<Entry<P>> entries, ResultHandler<Entry<P>> handler) {
            List<Change<P>> changes = new ArrayList<>(entries.size());
            for (Entry<P> entry : entries) {
                changes.add(entry.change());
            }
            destination.send(Batches.of(changes), new Completion() {
                @Override
                public void delivered() {
                    handler.complete();
                }

                @Override
                public void completed(List<Outcome> outcomes) {
                    List<Entry<P>> failed = new ArrayList<>();
                    for (int i = 0; i < outcomes.size(); i++) {
                        if (outcomes.get(i) instanceof Outcome.Failed) {
                            failed.add(entries.get(i));
                        }
                    }
                    handler.retryForEntries(failed);
                }

                @Override
                public void failed(FailureKind kind, Throwable cause) {
                    handler.retryForEntries(entries);
                }
            });
        }

        @Override
        protected long getSizeInBytes(Entry<P> entry) {
            return destination.sizeOf(entry.change());
        }
    }
}
