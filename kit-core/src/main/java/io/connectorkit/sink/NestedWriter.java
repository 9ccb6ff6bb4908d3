package io.connectorkit.sink;

import io.connectorkit.failure.DeadLetter;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.util.IOUtils;

/**
 * The kit's writer with a dead-letter writer inside: one flush covers both, and state and committables are the inner
 * writer's, so the dead letters have the guarantee of their own sink.
 */
final class NestedWriter<T, C, S> implements CommittingSinkWriter<T, C>, StatefulSinkWriter<T, S> {

    private final SinkWriter<T> outer;
    private final SinkWriter<DeadLetter> inner;

    NestedWriter(SinkWriter<T> outer, SinkWriter<DeadLetter> inner) {
        this.outer = outer;
        this.inner = inner;
    }

    @Override
    public void write(T element, Context context) throws IOException, InterruptedException {
        outer.write(element, context);
    }

    @Override
    public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
        inner.writeWatermark(watermark);
    }

    /** Outer first: what it rejects while it drains is part of the same checkpoint. */
    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        outer.flush(endOfInput);
        inner.flush(endOfInput);
    }

    @Override
    @SuppressWarnings("unchecked") // The committables are of the type that the inner sink's serializer was given for.
    public Collection<C> prepareCommit() throws IOException, InterruptedException {
        return inner instanceof CommittingSinkWriter<?, ?> committing
                ? ((CommittingSinkWriter<DeadLetter, C>) committing).prepareCommit()
                : List.of();
    }

    @Override
    @SuppressWarnings("unchecked") // As above, for state.
    public List<S> snapshotState(long checkpointId) throws IOException {
        return inner instanceof StatefulSinkWriter<?, ?> stateful
                ? ((StatefulSinkWriter<DeadLetter, S>) stateful).snapshotState(checkpointId)
                : List.of();
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(outer, inner);
    }
}
