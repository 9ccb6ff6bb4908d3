package io.connectorkit.mongodb;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** Cuts the collection into splits once and hands them out, one for each request of a reader. */
final class MongoEnumerator implements SplitEnumerator<MongoSplit, MongoSourceState> {

    private final SplitEnumeratorContext<MongoSplit> context;
    private final Callable<List<MongoSplit>> partitions;
    private final ArrayDeque<MongoSplit> splits = new ArrayDeque<>();

    /** Readers that asked before there were splits. */
    private final Set<Integer> waiting = new TreeSet<>();

    private boolean partitioned;

    MongoEnumerator(
            SplitEnumeratorContext<MongoSplit> context,
            Callable<List<MongoSplit>> partitions,
            MongoSourceState restored) {
        this.context = context;
        this.partitions = partitions;
        if (restored.splits() != null) {
            splits.addAll(restored.splits());
            partitioned = true;
        }
    }

    @Override
    public void start() {
        if (!partitioned) {
            context.callAsync(partitions, this::partitioned);
        }
    }

    private void partitioned(@Nullable List<MongoSplit> found, @Nullable Throwable failure) {
        if (failure != null || found == null) {
            throw new FlinkRuntimeException(
                    failure == null ? "no splits" : String.valueOf(failure.getMessage()), failure);
        }
        splits.addAll(found);
        partitioned = true;
        Set<Integer> asked = new TreeSet<>(waiting);
        waiting.clear();
        asked.forEach(this::assign);
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {
        if (partitioned) {
            assign(subtask);
        } else {
            waiting.add(subtask);
        }
    }

    private void assign(int subtask) {
        if (!context.registeredReaders().containsKey(subtask)) {
            // It failed meanwhile, and asks again when it is back.
            return;
        }
        MongoSplit next = splits.poll();
        if (next == null) {
            context.signalNoMoreSplits(subtask);
        } else {
            context.assignSplit(next, subtask);
        }
    }

    @Override
    public void addSplitsBack(List<MongoSplit> back, int subtask) {
        for (int i = back.size() - 1; i >= 0; i--) {
            splits.addFirst(back.get(i));
        }
    }

    @Override
    public void addReader(int subtask) {
        // Readers ask when they are ready.
    }

    @Override
    public MongoSourceState snapshotState(long checkpointId) {
        return new MongoSourceState(partitioned ? new ArrayList<>(splits) : null);
    }

    @Override
    public void close() {}
}
