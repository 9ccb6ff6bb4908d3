package io.connectorkit.sink;

import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOG = LoggerFactory.getLogger(BatchSink.class);

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
            implements Serializable {

        Binding {
            Objects.requireNonNull(changes, "changes");
            Objects.requireNonNull(destination, "destination");
            Objects.requireNonNull(options, "options");
        }

        SinkWriter<T> open(WriterInitContext context) throws IOException {
            SinkWriterMetricGroup group = context.metricGroup();
            int subtask = context.getTaskInfo().getIndexOfThisSubtask();
            LOG.info("{}: subtask {} opens with {}, {}", destination.name(), subtask, changes.writeMode(), options);
            Destination<P> opened = open(new DestinationContext(subtask, options.tuning(), group));
            WriterMetrics metrics = new WriterMetrics(group);
            BatchWriter<T, P> writer = new BatchWriter<>(
                    changes,
                    destination,
                    opened,
                    options,
                    context.getMailboxExecutor(),
                    context.getProcessingTimeService(),
                    new SplittableRandom(),
                    metrics);
            metrics.observe(group, writer, writer.buffer(), writer.window());
            return writer;
        }

        private Destination<P> open(DestinationContext context) throws IOException {
            try {
                return destination.open(context);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while opening " + destination.name(), e);
            } catch (Exception e) {
                throw new IOException(destination.name() + " could not be opened: " + e.getMessage(), e);
            }
        }
    }
}
