package io.connectorkit.sink;

import io.connectorkit.failure.DeadLetter;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreWriteTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * A sink with a dead-letter sink nested in its writer.
 *
 * <p>Flink decides by the sink's class whether it has state and a committer, so there is one class for each of the four
 * kinds a dead-letter sink can be of.
 */
class DeadLetterSink<T> implements Sink<T> {

    private static final long serialVersionUID = 1L;

    final BatchSink.Nesting<T> outer;
    final Sink<DeadLetter> inner;

    private DeadLetterSink(BatchSink.Nesting<T> outer, Sink<DeadLetter> inner) {
        this.outer = outer;
        this.inner = inner;
    }

    @SuppressWarnings({"unchecked", "rawtypes"
    }) // The inner sink's own type arguments only have to agree with themselves.
    static <T> Sink<T> of(BatchSink.Nesting<T> outer, Sink<DeadLetter> inner) {
        if (inner instanceof SupportsPreWriteTopology || inner instanceof SupportsPostCommitTopology) {
            throw new IllegalArgumentException(
                    "the dead-letter sink must not have a topology before its writer or after"
                            + " its committer (Flink cannot nest one in another sink), got "
                            + inner.getClass().getName()
                            + "; write the letters to a plain sink and process them in a second job");
        }
        boolean committing = inner instanceof SupportsCommitter;
        if (inner instanceof SupportsWriterState) {
            return committing ? new StatefulCommitting(outer, inner) : new Stateful(outer, inner);
        }
        return committing ? new Committing(outer, inner) : new DeadLetterSink<>(outer, inner);
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return nest(context, inner.createWriter(new DeadLetterContext(context)));
    }

    final <C, S> NestedWriter<T, C, S> nest(WriterInitContext context, SinkWriter<DeadLetter> letters)
            throws IOException {
        return new NestedWriter<>(outer.open(context, letters), letters);
    }

    /** What a stateful inner sink adds. */
    private interface WithState<T, S> extends SupportsWriterState<T, S> {

        DeadLetterSink<T> nested();

        @SuppressWarnings("unchecked") // Only given to inner sinks of this type.
        private SupportsWriterState<DeadLetter, S> innerState() {
            return (SupportsWriterState<DeadLetter, S>) nested().inner;
        }

        @Override
        default StatefulSinkWriter<T, S> restoreWriter(WriterInitContext context, Collection<S> recovered)
                throws IOException {
            return nested().nest(context, innerState().restoreWriter(new DeadLetterContext(context), recovered));
        }

        @Override
        default SimpleVersionedSerializer<S> getWriterStateSerializer() {
            return innerState().getWriterStateSerializer();
        }
    }

    /** What a committing inner sink adds; a topology between its writer and its committer comes along. */
    private interface WithCommitter<T, W, C> extends SupportsCommitter<C>, SupportsPreCommitTopology<W, C> {

        DeadLetterSink<T> nested();

        @SuppressWarnings("unchecked") // Only given to inner sinks of this type.
        private SupportsCommitter<C> innerCommitter() {
            return (SupportsCommitter<C>) nested().inner;
        }

        @Override
        default Committer<C> createCommitter(CommitterInitContext context) throws IOException {
            return innerCommitter().createCommitter(context);
        }

        @Override
        default SimpleVersionedSerializer<C> getCommittableSerializer() {
            return innerCommitter().getCommittableSerializer();
        }

        @Override
        @SuppressWarnings("unchecked") // Without a topology, what is written is what is committed: W is C.
        default DataStream<CommittableMessage<C>> addPreCommitTopology(DataStream<CommittableMessage<W>> written) {
            return nested().inner instanceof SupportsPreCommitTopology<?, ?> topology
                    ? ((SupportsPreCommitTopology<W, C>) topology).addPreCommitTopology(written)
                    : (DataStream<CommittableMessage<C>>) (DataStream<?>) written;
        }

        @Override
        @SuppressWarnings("unchecked") // As above.
        default SimpleVersionedSerializer<W> getWriteResultSerializer() {
            return nested().inner instanceof SupportsPreCommitTopology<?, ?> topology
                    ? ((SupportsPreCommitTopology<W, C>) topology).getWriteResultSerializer()
                    : (SimpleVersionedSerializer<W>) getCommittableSerializer();
        }
    }

    private static final class Stateful<T, S> extends DeadLetterSink<T> implements WithState<T, S> {
        private static final long serialVersionUID = 1L;

        Stateful(BatchSink.Nesting<T> outer, Sink<DeadLetter> inner) {
            super(outer, inner);
        }

        @Override
        public DeadLetterSink<T> nested() {
            return this;
        }
    }

    private static final class Committing<T, W, C> extends DeadLetterSink<T> implements WithCommitter<T, W, C> {
        private static final long serialVersionUID = 1L;

        Committing(BatchSink.Nesting<T> outer, Sink<DeadLetter> inner) {
            super(outer, inner);
        }

        @Override
        public DeadLetterSink<T> nested() {
            return this;
        }
    }

    private static final class StatefulCommitting<T, W, C, S> extends DeadLetterSink<T>
            implements WithState<T, S>, WithCommitter<T, W, C> {
        private static final long serialVersionUID = 1L;

        StatefulCommitting(BatchSink.Nesting<T> outer, Sink<DeadLetter> inner) {
            super(outer, inner);
        }

        @Override
        public DeadLetterSink<T> nested() {
            return this;
        }
    }
}
