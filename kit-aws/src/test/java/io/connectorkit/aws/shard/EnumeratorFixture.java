package io.connectorkit.aws.shard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** An enumerator on scripted shards and manual time, and everything it gave out and said. */
final class EnumeratorFixture implements SplitEnumeratorContext<ShardSplit> {

    final FakeShardApi api;
    final ManualTime time;
    /** "shard>subtask" in the order given out. */
    final List<String> assigned = new ArrayList<>();

    final Map<String, ShardSplit> splits = new HashMap<>();
    final List<String> events = new ArrayList<>();
    final List<EnumeratorState> begun = new ArrayList<>();
    final ShardEnumerator enumerator;
    private final int parallelism;
    private final Map<Integer, ReaderInfo> readers = new LinkedHashMap<>();
    private long checkpoint;

    EnumeratorFixture(
            FakeShardApi api, ManualTime time, int parallelism, ShardSourceOptions options, EnumeratorState restored) {
        this.api = api;
        this.time = time;
        this.parallelism = parallelism;
        this.enumerator = new ShardEnumerator(
                this, api, options, ShardPlacement.LINEAGE, restored, begun::add, time, new Random(1));
    }

    EnumeratorFixture(FakeShardApi api, int parallelism) {
        this(api, new ManualTime(), parallelism, oldest(), null);
    }

    static ShardSourceOptions oldest() {
        return ShardSourceOptions.defaults().withStart(StartPosition.TRIM_HORIZON);
    }

    /** Registers the readers and starts. */
    EnumeratorFixture start(int... subtasks) {
        for (int subtask : subtasks) {
            readers.put(subtask, new ReaderInfo(subtask, "localhost"));
        }
        enumerator.start();
        for (int subtask : subtasks) {
            enumerator.addReader(subtask);
        }
        time.advance(1);
        return this;
    }

    void register(int subtask) {
        readers.put(subtask, new ReaderInfo(subtask, "localhost"));
        enumerator.addReader(subtask);
    }

    void ended(String shard, int subtask) {
        enumerator.handleSourceEvent(subtask, new ShardEvent.Ended(shard, null));
    }

    EnumeratorState snapshot() {
        return enumerator.snapshotState(++checkpoint);
    }

    EnumeratorState checkpoint() {
        EnumeratorState state = snapshot();
        enumerator.notifyCheckpointComplete(checkpoint);
        return state;
    }

    void completeLast() {
        enumerator.notifyCheckpointComplete(checkpoint);
    }

    /** The subtask fails and goes back to the last checkpoint, after which it was given these shards. */
    void reset(int subtask, String... givenSince) {
        readers.remove(subtask);
        List<ShardSplit> back = new ArrayList<>();
        for (String shard : givenSince) {
            back.add(splits.get(shard));
        }
        enumerator.addSplitsBack(back, subtask);
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
        return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
    }

    @Override
    public void sendEventToSourceReader(int subtask, SourceEvent event) {
        events.add(subtask + ":" + event);
    }

    @Override
    public int currentParallelism() {
        return parallelism;
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
        return readers;
    }

    @Override
    public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
        assignment
                .assignment()
                .forEach((subtask, given) -> given.forEach(split -> {
                    Set<Integer> known = new HashSet<>(readers.keySet());
                    if (!known.contains(subtask)) {
                        throw new AssertionError("given to a reader that is not there: " + subtask);
                    }
                    assigned.add(split.shardId() + ">" + subtask);
                    splits.put(split.shardId(), split);
                }));
    }

    @Override
    public void assignSplit(ShardSplit split, int subtask) {
        assignSplits(new SplitsAssignment<>(split, subtask));
    }

    @Override
    public void signalNoMoreSplits(int subtask) {
        events.add(subtask + ":no more");
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
        throw new AssertionError("not used");
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler, long initial, long period) {
        time.after(initial, () -> {
            callAsync(callable, handler, period, period);
            T result = null;
            Throwable failure = null;
            try {
                result = callable.call();
            } catch (Exception e) {
                failure = e;
            }
            handler.accept(result, failure);
        });
    }

    @Override
    public void runInCoordinatorThread(Runnable action) {
        action.run();
    }
}
