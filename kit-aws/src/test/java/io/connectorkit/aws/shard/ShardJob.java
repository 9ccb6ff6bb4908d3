package io.connectorkit.aws.shard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.flink.core.io.SimpleVersionedSerialization;

/**
 * A job of one source and a keyed operator behind a shuffle, on one thread and manual time: what happens next is drawn
 * from a seed, so that every interleaving of coordinator, readers, channels and barriers comes up in some run.
 *
 * <p>Checkpoints are aligned and exactly once, as Flink's: the operator's state is a list of records for each key, so a
 * record that is lost, repeated or overtaken shows in it. Elements are {@code key=text}.
 */
final class ShardJob<R> {

    /** How the source's subtasks are connected to the operator's. */
    enum Topology {
        /** Each with each, by key: two parallel operators. */
        SHUFFLED,
        /** One with one, so that a subtask fails alone. */
        FORWARD
    }

    private static final int SHUFFLED_OPERATORS = 2;

    private record Barrier(long checkpoint) {}

    /** One parallel instance of the keyed operator. */
    private static final class Operator {
        final List<Queue<Object>> channels = new ArrayList<>();
        final Set<Integer> blocked = new HashSet<>();
        final TreeMap<String, List<String>> seen = new TreeMap<>();
    }

    private static final class Checkpoint {
        final long id;
        EnumeratorState coordinator;
        final Map<Integer, List<ShardSplit>> splits = new HashMap<>();
        final Map<Integer, TreeMap<String, List<String>>> operators = new HashMap<>();

        Checkpoint(long id) {
            this.id = id;
        }
    }

    private final Supplier<ShardApi<R>> api;
    private final ShardDeserializer<R, String> deserializer;
    private final ShardSourceOptions options;
    private final ShardPlacement placement;
    private final Topology topology;
    private final ManualTime time;
    private final Random random;

    private final List<ShardJobTask> tasks = new ArrayList<>();
    private final List<Operator> operators = new ArrayList<>();
    private ShardJobCoordinator coordinator;
    private ShardEnumerator enumerator;
    private EnumeratorState begun;
    private Checkpoint pending;
    private Checkpoint completed;
    private long checkpoints;

    ShardJob(
            Supplier<ShardApi<R>> api,
            ShardDeserializer<R, String> deserializer,
            ShardSourceOptions options,
            ShardPlacement placement,
            Topology topology,
            ManualTime time,
            long seed) {
        this.api = api;
        this.deserializer = deserializer;
        this.options = options;
        this.placement = placement;
        this.topology = topology;
        this.time = time;
        this.random = new Random(seed);
    }

    ManualTime time() {
        return time;
    }

    ShardDeserializer<R, String> deserializer() {
        return deserializer;
    }

    ShardSourceOptions options() {
        return options;
    }

    ShardEnumerator enumerator() {
        return enumerator;
    }

    ShardJobCoordinator coordinator() {
        return coordinator;
    }

    ShardJobTask task(int subtask) {
        return tasks.get(subtask);
    }

    int parallelism() {
        return tasks.size();
    }

    long completedCheckpoints() {
        return completed == null ? 0 : completed.id;
    }

    /** What the operators have in the last completed checkpoint. */
    Map<String, List<String>> kept() {
        Map<String, List<String>> kept = new TreeMap<>();
        completed.operators.values().forEach(kept::putAll);
        return kept;
    }

    /** Whether the last completed checkpoint holds this record. */
    boolean keeps(String key, String text) {
        return completed != null
                && completed.operators.values().stream()
                        .anyMatch(seen -> seen.getOrDefault(key, List.of()).contains(text));
    }

    /** Whether the last completed checkpoint holds the end of this shard. */
    boolean keepsEnd(String shardId) {
        return completed != null
                && (completed.coordinator.shards().stream()
                                .anyMatch(kept -> kept.id().equals(shardId) && kept.state() == ShardGraph.State.ENDED)
                        || completed.splits.values().stream()
                                .flatMap(List::stream)
                                .anyMatch(split -> split.shardId().equals(shardId) && split.ended()));
    }

    boolean isFinished() {
        return tasks.stream().allMatch(ShardJobTask::isFinished);
    }

    long count(String metric) {
        return tasks.stream().mapToLong(task -> task.count(metric)).sum();
    }

    /** What the operator has seen, in its order; of a key that moved, the instances one after another. */
    Map<String, List<String>> seen() {
        Map<String, List<String>> seen = new TreeMap<>();
        operators.forEach(operator -> operator.seen.forEach((key, values) ->
                seen.computeIfAbsent(key, k -> new ArrayList<>()).addAll(values)));
        return seen;
    }

    int seenRecords() {
        return seen().values().stream().mapToInt(List::size).sum();
    }

    /** Starts from the last completed checkpoint, or anew without one. */
    void start(int parallelism) {
        coordinator = new ShardJobCoordinator(this);
        EnumeratorState state = completed == null ? begun : copy(completed.coordinator);
        enumerator = new ShardEnumerator(
                coordinator, api.get(), options, placement, state, first -> begun = first, time, new Random(1));
        int instances = topology == Topology.FORWARD ? parallelism : SHUFFLED_OPERATORS;
        for (int i = 0; i < instances; i++) {
            operators.add(operator(i, topology == Topology.FORWARD ? 1 : parallelism));
        }
        enumerator.start();
        List<List<ShardSplit>> restored = restored(parallelism);
        for (int subtask = 0; subtask < parallelism; subtask++) {
            tasks.add(new ShardJobTask(this, subtask, api.get()));
            run(subtask, restored.get(subtask));
        }
    }

    private void run(int subtask, List<ShardSplit> restored) {
        ShardReader<?, String> reader = tasks.get(subtask).reader;
        if (!restored.isEmpty()) {
            reader.addSplits(restored);
        }
        coordinator.register(subtask, tasks.get(subtask));
        reader.start();
    }

    private Operator operator(int index, int channels) {
        Operator operator = new Operator();
        IntStream.range(0, channels).forEach(channel -> operator.channels.add(new ArrayDeque<>()));
        if (completed != null && completed.operators.containsKey(index)) {
            completed.operators.get(index).forEach((key, seen) -> operator.seen.put(key, new ArrayList<>(seen)));
        }
        return operator;
    }

    private List<List<ShardSplit>> restored(int parallelism) {
        List<List<ShardSplit>> restored = new ArrayList<>();
        IntStream.range(0, parallelism).forEach(task -> restored.add(new ArrayList<>()));
        if (completed != null) {
            boolean same = completed.splits.size() == parallelism;
            int[] next = {0};
            completed.splits.forEach((subtask, splits) -> splits.forEach(split ->
                    restored.get(same ? subtask : next[0]++ % parallelism).add(copy(split))));
        }
        return restored;
    }

    /** Everything fails; {@link #start} goes on. */
    void kill() {
        tasks.forEach(ShardJobTask::close);
        coordinator.close();
        tasks.clear();
        operators.clear();
        pending = null;
    }

    /** One subtask and the operator behind it fail and go back to the last checkpoint; the others run on. */
    void failSubtask(int subtask) {
        tasks.get(subtask).close();
        pending = null;
        coordinator.reset(subtask, completedCheckpoints());
        operators.set(subtask, operator(subtask, 1));
        tasks.set(subtask, new ShardJobTask(this, subtask, api.get()));
        List<ShardSplit> splits = completed == null ? List.of() : completed.splits.get(subtask);
        run(subtask, splits.stream().map(ShardJob::copy).toList());
    }

    void triggerCheckpoint() {
        trigger(false);
    }

    /**
     * Takes a savepoint, before which every source stops reading, and ends; {@link #start} goes on from it.
     *
     * @param emitted is given what the operator has seen by then
     */
    boolean stopWithSavepoint(Consumer<Map<String, List<String>>> emitted) {
        runUntil(() -> pending == null);
        trigger(true);
        long savepoint = checkpoints;
        boolean taken = runUntil(() -> completedCheckpoints() == savepoint);
        emitted.accept(seen());
        kill();
        return taken;
    }

    private void trigger(boolean stopping) {
        if (pending != null) {
            return;
        }
        Checkpoint checkpoint = new Checkpoint(++checkpoints);
        pending = checkpoint;
        coordinator.mailbox.add(() -> {
            if (pending != checkpoint) {
                return;
            }
            checkpoint.coordinator = coordinator.snapshot(checkpoint.id);
            for (int subtask = 0; subtask < tasks.size(); subtask++) {
                int index = subtask;
                tasks.get(index).fromCoordinator.add(() -> {
                    if (stopping) {
                        tasks.get(index).stop();
                    }
                    checkpoint.splits.put(index, tasks.get(index).reader.snapshotState(checkpoint.id));
                    Barrier barrier = new Barrier(checkpoint.id);
                    channels(index).forEach(channel -> channel.add(barrier));
                });
            }
        });
    }

    private List<Queue<Object>> channels(int subtask) {
        return topology == Topology.FORWARD
                ? operators.get(subtask).channels
                : operators.stream()
                        .map(operator -> operator.channels.get(subtask))
                        .toList();
    }

    void emit(int subtask, String element) {
        List<Queue<Object>> channels = channels(subtask);
        String key = element.substring(0, element.indexOf('='));
        channels.get(Math.floorMod(key.hashCode(), channels.size())).add(element);
    }

    /** One thing happens. */
    void step() {
        switch (random.nextInt(8)) {
            case 0 -> {
                // Listings fall due while time passes: more than one at a time, or they pile up.
                for (int mails = random.nextInt(8); mails >= 0; mails--) {
                    runNext(coordinator.mailbox);
                }
            }
            case 1 -> runNext(tasks.get(random.nextInt(tasks.size())).fromCoordinator);
            case 2, 3 -> tasks.get(random.nextInt(tasks.size())).poll();
            case 4, 5, 6 -> process(random.nextInt(operators.size()));
            default -> time.advance(random.nextInt(40));
        }
    }

    private static void runNext(Queue<Runnable> queue) {
        Runnable next = queue.poll();
        if (next != null) {
            next.run();
        }
    }

    private void process(int index) {
        Operator operator = operators.get(index);
        int channel = random.nextInt(operator.channels.size());
        if (operator.blocked.contains(channel)) {
            return;
        }
        Object item = operator.channels.get(channel).poll();
        if (item instanceof String element) {
            int cut = element.indexOf('=');
            operator.seen
                    .computeIfAbsent(element.substring(0, cut), k -> new ArrayList<>())
                    .add(element.substring(cut + 1));
        } else if (item instanceof Barrier barrier && pending != null && barrier.checkpoint() == pending.id) {
            operator.blocked.add(channel);
            if (operator.blocked.size() == operator.channels.size()) {
                operator.blocked.clear();
                acknowledge(index, barrier.checkpoint());
            }
        }
    }

    private void acknowledge(int index, long checkpoint) {
        TreeMap<String, List<String>> seen = new TreeMap<>();
        operators.get(index).seen.forEach((key, values) -> seen.put(key, new ArrayList<>(values)));
        pending.operators.put(index, seen);
        if (pending.operators.size() == operators.size()) {
            completed = pending;
            pending = null;
            coordinator.completed(checkpoint);
        }
    }

    /** For people: what the coordinator knows, and what waits where. */
    String describe() {
        StringBuilder text = new StringBuilder("shards ")
                .append(enumerator.snapshotState(Long.MAX_VALUE).shards());
        for (int subtask = 0; subtask < tasks.size(); subtask++) {
            text.append("\nsubtask ")
                    .append(subtask)
                    .append(": ")
                    .append(tasks.get(subtask).reader.snapshotState(Long.MAX_VALUE))
                    .append(tasks.get(subtask).isFinished() ? " finished" : "");
        }
        return text + "\ncheckpoint pending: " + (pending != null) + ", completed: " + completedCheckpoints()
                + ", mail: " + coordinator.mailbox.size();
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
    }

    /** Runs on, taking checkpoints, until this holds; false when it does not within a day. */
    boolean runUntil(BooleanSupplier reached) {
        long deadline = time.millis() + 86_400_000L;
        for (int i = 0; !reached.getAsBoolean(); i++) {
            if (time.millis() > deadline) {
                return false;
            }
            if (i % 200 == 0) {
                triggerCheckpoint();
            }
            step();
            if (i > 20_000) {
                time.advance(1000);
            }
        }
        return true;
    }

    static ShardSplit copy(ShardSplit split) {
        try {
            ShardSplitSerializer serializer = new ShardSplitSerializer();
            return SimpleVersionedSerialization.readVersionAndDeSerialize(
                    serializer, SimpleVersionedSerialization.writeVersionAndSerialize(serializer, split));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EnumeratorState copy(EnumeratorState state) {
        try {
            EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();
            return SimpleVersionedSerialization.readVersionAndDeSerialize(
                    serializer, SimpleVersionedSerialization.writeVersionAndSerialize(serializer, state));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
