package io.connectorkit.operator;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups.UnregisteredTaskMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** The subtasks of one keyed operator, with its keys routed as Flink does; may be stopped and restored at any width. */
final class KeyedSubtasks<R> implements AutoCloseable {

    private static final int MAX_PARALLELISM = 128;

    private final RecordKeys<Event> keys;
    private final StateBackend backend;
    private final List<KeyedOneInputStreamOperatorTestHarness<ChangeKey, Event, R>> subtasks = new ArrayList<>();
    private final List<MockEnvironment> environments = new ArrayList<>();
    private final List<InterceptingOperatorMetricGroup> metrics = new ArrayList<>();
    private long checkpoints;
    private long ttlTime;

    KeyedSubtasks(RecordKeys<Event> keys, StateBackend backend) {
        this.keys = keys;
        this.backend = backend;
    }

    KeyedSubtasks(RecordKeys<Event> keys) {
        this(keys, new HashMapStateBackend());
    }

    /** One checkpoint of all subtasks, and how many there were. */
    record Checkpoint(OperatorSubtaskState state, int parallelism) {}

    /** Starts from nothing. */
    KeyedSubtasks<R> start(int parallelism, Supplier<KeyedProcessFunction<ChangeKey, Event, R>> function)
            throws Exception {
        return restore(null, parallelism, function);
    }

    /** Ends what runs, without a checkpoint, and starts from {@code checkpoint}. */
    KeyedSubtasks<R> restore(
            Checkpoint checkpoint, int parallelism, Supplier<KeyedProcessFunction<ChangeKey, Event, R>> function)
            throws Exception {
        close();
        for (int i = 0; i < parallelism; i++) {
            var group = new InterceptingOperatorMetricGroup();
            MockEnvironment environment = environment(group, parallelism, i);
            var subtask = new KeyedOneInputStreamOperatorTestHarness<>(
                    new KeyedProcessOperator<>(function.get()), keys, ChangeTypes.key(), environment);
            environments.add(environment);
            metrics.add(group);
            subtasks.add(subtask);
            subtask.setStateBackend(backend);
            subtask.setup();
            subtask.setStateTtlProcessingTime(ttlTime);
            if (checkpoint != null) {
                subtask.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        checkpoint.state(), MAX_PARALLELISM, checkpoint.parallelism(), parallelism, i));
            }
            subtask.open();
        }
        return this;
    }

    private static MockEnvironment environment(InternalOperatorMetricGroup group, int parallelism, int subtask) {
        return new MockEnvironmentBuilder()
                .setTaskName("operator")
                .setManagedMemorySize(64 << 20)
                .setMaxParallelism(MAX_PARALLELISM)
                .setParallelism(parallelism)
                .setSubtaskIndex(subtask)
                .setMetricGroup(new UnregisteredTaskMetricGroup() {
                    @Override
                    public InternalOperatorMetricGroup getOrAddOperator(
                            OperatorID id, String name, Map<String, String> variables) {
                        return group;
                    }
                })
                .build();
    }

    /** What a record without a timestamp makes the operator emit. */
    List<R> process(Event event) throws Exception {
        return process(new StreamRecord<>(event));
    }

    List<R> process(Event event, long timestamp) throws Exception {
        return process(new StreamRecord<>(event, timestamp));
    }

    private List<R> process(StreamRecord<Event> record) throws Exception {
        int subtask = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                keys.getKey(record.getValue()), MAX_PARALLELISM, subtasks.size());
        subtasks.get(subtask).processElement(record);
        List<R> emitted = List.copyOf(subtasks.get(subtask).extractOutputValues());
        subtasks.get(subtask).getOutput().clear();
        return emitted;
    }

    void watermark(long time) throws Exception {
        for (var subtask : subtasks) {
            subtask.processWatermark(new Watermark(time));
            subtask.getOutput().clear();
        }
    }

    /** Sets the clock that state TTLs go by. */
    void ttlTime(long millis) {
        ttlTime = millis;
        for (var subtask : subtasks) {
            subtask.setStateTtlProcessingTime(millis);
        }
    }

    Checkpoint checkpoint() throws Exception {
        checkpoints++;
        OperatorSubtaskState[] states = new OperatorSubtaskState[subtasks.size()];
        for (int i = 0; i < states.length; i++) {
            states[i] = subtasks.get(i).snapshot(checkpoints, checkpoints);
        }
        return new Checkpoint(AbstractStreamOperatorTestHarness.repackageState(states), subtasks.size());
    }

    List<Event> side(OutputTag<Event> tag) {
        List<Event> events = new ArrayList<>();
        for (var subtask : subtasks) {
            var records = subtask.getSideOutput(tag);
            if (records != null) {
                records.forEach(record -> events.add(record.getValue()));
            }
        }
        return events;
    }

    long count(String metric) {
        return metrics.stream()
                .mapToLong(group -> ((Counter) group.get(metric)).getCount())
                .sum();
    }

    int keysRemembered() {
        return subtasks.stream()
                .mapToInt(subtask -> subtask.numKeyedStateEntries())
                .sum();
    }

    @Override
    public void close() throws Exception {
        for (var subtask : subtasks) {
            subtask.close();
        }
        for (MockEnvironment environment : environments) {
            environment.close();
        }
        subtasks.clear();
        environments.clear();
        metrics.clear();
    }
}
