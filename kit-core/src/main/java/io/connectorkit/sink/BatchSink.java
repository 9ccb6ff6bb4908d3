package io.connectorkit.sink;

import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * The sink of every connector: changes go to a {@link Destination} in batches, many requests at a time, never two for
 * one key.
 *
 * <p>At least once: a checkpoint completes only when everything written before it has been accepted, so the sink keeps
 * no state. With a guarded destination ({@link DestinationFactory#guarded()}) the result is the same as exactly once:
 * the newest change of each key, whatever was replayed.
 *
 * @param <T> the stream's records
 */
public final class BatchSink<T> implements Sink<T> {

    private static final long serialVersionUID = 1L;

    private final Binding<T, ?> binding;

    private BatchSink(Binding<T, ?> binding) {
        this.binding = binding;
    }

    /** A sink that reads records as {@code changes} and writes them to what {@code destination} opens. */
    public static <T, P> BatchSink<T> of(
            Changes<T, P> changes, DestinationFactory<P> destination, SinkOptions options) {
        return new BatchSink<>(new Binding<>(changes, destination, options));
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return binding.open(context);
    }

    /** Ties the payload type of changes and destination together. */
    private record Binding<T, P>(Changes<T, P> changes, DestinationFactory<P> destination, SinkOptions options)
            implements java.io.Serializable {

        Binding {
            Objects.requireNonNull(changes, "changes");
            Objects.requireNonNull(destination, "destination");
            Objects.requireNonNull(options, "options");
        }

        SinkWriter<T> open(WriterInitContext context) throws IOException {
            throw new IOException("not wired yet");
        }
    }
}
