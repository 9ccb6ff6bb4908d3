package io.connectorkit.jdbc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** Divides the table once and hands its parts to the readers that ask. */
final class JdbcEnumerator implements SplitEnumerator<JdbcSplit, JdbcSplitCodec.Pending> {

    private final SplitEnumeratorContext<JdbcSplit> context;
    private final JdbcScanQuery query;
    private final Set<Integer> waiting = new LinkedHashSet<>();
    private @Nullable List<JdbcSplit> pending;

    JdbcEnumerator(SplitEnumeratorContext<JdbcSplit> context, JdbcScanQuery query, @Nullable List<JdbcSplit> pending) {
        this.context = context;
        this.query = query;
        this.pending = pending;
    }

    @Override
    public void start() {
        if (pending == null) {
            context.callAsync(query::splits, this::divided);
        }
    }

    private void divided(List<JdbcSplit> splits, @Nullable Throwable failure) {
        if (failure != null) {
            throw new FlinkRuntimeException(String.valueOf(failure.getMessage()), failure);
        }
        pending = new ArrayList<>(splits);
        List<Integer> readers = List.copyOf(waiting);
        waiting.clear();
        readers.forEach(this::serve);
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String requesterHostname) {
        serve(subtask);
    }

    private void serve(int subtask) {
        List<JdbcSplit> splits = pending;
        if (!context.registeredReaders().containsKey(subtask)) {
            return;
        } else if (splits == null) {
            waiting.add(subtask);
        } else if (splits.isEmpty()) {
            context.signalNoMoreSplits(subtask);
        } else {
            context.assignSplit(splits.remove(0), subtask);
        }
    }

    @Override
    public void addSplitsBack(List<JdbcSplit> splits, int subtask) {
        if (pending == null) {
            pending = new ArrayList<>();
        }
        pending.addAll(0, splits);
    }

    /** Readers ask. */
    @Override
    public void addReader(int subtask) {}

    @Override
    public JdbcSplitCodec.Pending snapshotState(long checkpointId) {
        return new JdbcSplitCodec.Pending(pending == null ? null : List.copyOf(pending));
    }

    @Override
    public void close() {}
}
