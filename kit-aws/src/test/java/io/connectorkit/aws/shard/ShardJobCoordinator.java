package io.connectorkit.aws.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/**
 * The coordinator of a {@link ShardJob}, as Flink's: one mailbox, splits that travel serialized, and a tracker that
 * gives back to the enumerator what a failed subtask was given since the checkpoint it goes back to.
 */
final class ShardJobCoordinator implements SplitEnumeratorContext<ShardSplit> {

    final Queue<Runnable> mailbox = new ArrayDeque<>();
    private final ShardJob<?> job;
    private final Map<Integer, ReaderInfo> readers = new HashMap<>();
    /** The attempts that registered: what is sent to one that has failed since goes nowhere. */
    private final Map<Integer, ShardJobTask> attempts = new HashMap<>();

    private final Map<Integer, List<ShardSplit>> sinceSnapshot = new HashMap<>();
    private final TreeMap<Long, Map<Integer, List<ShardSplit>>> bySnapshot = new TreeMap<>();
    private boolean closed;

    ShardJobCoordinator(ShardJob<?> job) {
        this.job = job;
    }

    void register(int subtask, ShardJobTask attempt) {
        mailbox.add(() -> {
            attempts.put(subtask, attempt);
            readers.put(subtask, new ReaderInfo(subtask, "localhost"));
            job.enumerator().addReader(subtask);
        });
    }

    /** What the enumerator keeps, with the splits given out before it. */
    EnumeratorState snapshot(long checkpoint) {
        Map<Integer, List<ShardSplit>> given = new HashMap<>(sinceSnapshot);
        sinceSnapshot.clear();
        bySnapshot.put(checkpoint, given);
        return job.enumerator().snapshotState(checkpoint);
    }

    void completed(long checkpoint) {
        mailbox.add(() -> {
            bySnapshot.headMap(checkpoint, true).clear();
            job.enumerator().notifyCheckpointComplete(checkpoint);
        });
    }

    /** The subtask goes back to a checkpoint, or to nothing at 0. */
    void reset(int subtask, long checkpoint) {
        mailbox.add(() -> {
            readers.remove(subtask);
            List<ShardSplit> back = new ArrayList<>();
            bySnapshot.tailMap(checkpoint, false).values().forEach(given -> {
                List<ShardSplit> splits = given.remove(subtask);
                back.addAll(splits == null ? List.of() : splits);
            });
            List<ShardSplit> latest = sinceSnapshot.remove(subtask);
            back.addAll(latest == null ? List.of() : latest);
            job.enumerator().addSplitsBack(back, subtask);
        });
    }

    void close() {
        closed = true;
        mailbox.clear();
        job.enumerator().close();
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
        return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
    }

    private ShardJobTask attempt(int subtask) {
        if (!readers.containsKey(subtask)) {
            throw new IllegalStateException("sent to a reader that is not there: " + subtask);
        }
        return attempts.get(subtask);
    }

    @Override
    public void sendEventToSourceReader(int subtask, SourceEvent event) {
        ShardJobTask attempt = attempt(subtask);
        attempt.fromCoordinator.add(() -> attempt.reader.handleSourceEvents(event));
    }

    @Override
    public int currentParallelism() {
        return job.parallelism();
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
        return readers;
    }

    @Override
    public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
        assignment.assignment().forEach((subtask, splits) -> {
            ShardJobTask attempt = attempt(subtask);
            sinceSnapshot.computeIfAbsent(subtask, s -> new ArrayList<>()).addAll(splits);
            List<ShardSplit> sent = splits.stream().map(ShardJob::copy).toList();
            attempt.fromCoordinator.add(() -> attempt.reader.addSplits(sent));
        });
    }

    @Override
    public void assignSplit(ShardSplit split, int subtask) {
        assignSplits(new SplitsAssignment<>(split, subtask));
    }

    @Override
    public void signalNoMoreSplits(int subtask) {
        ShardJobTask attempt = attempt(subtask);
        attempt.fromCoordinator.add(attempt.reader::notifyNoMoreSplits);
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
        mailbox.add(() -> call(callable, handler));
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler, long initial, long period) {
        job.time().after(initial, () -> {
            if (!closed) {
                callAsync(callable, handler, period, period);
                call(callable, handler);
            }
        });
    }

    private <T> void call(Callable<T> callable, BiConsumer<T, Throwable> handler) {
        try {
            T result = callable.call();
            mailbox.add(() -> handler.accept(result, null));
        } catch (Exception e) {
            mailbox.add(() -> handler.accept(null, e));
        }
    }

    @Override
    public void runInCoordinatorThread(Runnable action) {
        mailbox.add(action);
    }
}
