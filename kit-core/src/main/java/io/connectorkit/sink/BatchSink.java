package io.connectorkit.sink;

import io.connectorkit.failure.DeadLetter;
import io.connectorkit.failure.DeadLetterBudget;
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

    /**
     * The same sink with a place for changes that its destination will never accept: they are kept there with their
     * reason, and the job goes on. More of them than {@code budget} allows fail it.
     *
     * <p>Without this the first such change fails the job, because nothing else would lose nothing. The letters are
     * covered by the sink's checkpoints: at least once for any sink, exactly once for one with a committer (Flink's
     * FileSink). Bring letters back with the connector's {@code replay}.
     */
    public Sink<T> deadLettersTo(Sink<DeadLetter> deadLetters, DeadLetterBudget budget) {
        if (binding.destination.payloadCodec() == null) {
            throw new IllegalArgumentException("dead letters need a payload codec, and the destination of "
                    + binding.destination.name() + " has none; override DestinationFactory.payloadCodec()");
        }
        return DeadLetterSink.of(new Nesting<>(binding, budget), Objects.requireNonNull(deadLetters, "deadLetters"));
    }

    /** As {@link #deadLettersTo(Sink, DeadLetterBudget)} with any number of letters. */
    public Sink<T> deadLettersTo(Sink<DeadLetter> deadLetters) {
        return deadLettersTo(deadLetters, DeadLetterBudget.unlimited());
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return binding.open(context, new Rejections.Fail<>(binding.destination.name()));
    }

    /** Opens the sink's writer around a dead-letter writer. */
    record Nesting<T>(Binding<T, ?> binding, DeadLetterBudget budget) implements Serializable {

        Nesting {
            Objects.requireNonNull(budget, "budget");
        }

        SinkWriter<T> open(WriterInitContext context, SinkWriter<DeadLetter> letters) throws IOException {
            return open(binding, context, letters);
        }

        private <P> SinkWriter<T> open(Binding<T, P> typed, WriterInitContext context, SinkWriter<DeadLetter> letters)
                throws IOException {
            return typed.open(
                    context,
                    new DeadLetterQueue<>(
                            typed.destination.name(),
                            Objects.requireNonNull(typed.destination.payloadCodec(), "payloadCodec"),
                            context.createInputSerializer(),
                            letters,
                            budget,
                            context.getProcessingTimeService(),
                            context.metricGroup().counter(SinkMetric.DEAD_LETTERS.key())));
        }
    }

    /** Ties the payload type of changes and destination together. */
    record Binding<T, P>(Changes<T, P> changes, DestinationFactory<P> destination, SinkOptions options)
            implements Serializable {

        Binding {
            Objects.requireNonNull(changes, "changes");
            Objects.requireNonNull(destination, "destination");
            Objects.requireNonNull(options, "options");
        }

        SinkWriter<T> open(WriterInitContext context, Rejections<T, P> rejections) throws IOException {
            SinkWriterMetricGroup group = context.metricGroup();
            int subtask = context.getTaskInfo().getIndexOfThisSubtask();
            LOG.info("{}: subtask {} opens with {}, {}", destination.name(), subtask, changes.writeMode(), options);
            if (!options.flushOnCheckpoint() && subtask == 0) {
                LOG.warn(
                        "{}: sink.flush-on-checkpoint is off; what is buffered or in flight when the job fails is lost,"
                                + " up to {} changes for each subtask",
                        destination.name(),
                        options.tuning().bufferedEntries());
            }
            Destination<P> opened = open(new DestinationContext(subtask, options.tuning(), group));
            return new BatchWriter<>(
                    changes, destination, opened, options, rejections, context, new SplittableRandom());
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
