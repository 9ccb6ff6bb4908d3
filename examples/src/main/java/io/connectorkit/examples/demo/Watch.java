package io.connectorkit.examples.demo;

import io.connectorkit.examples.demo.RunCounters.Position;
import io.connectorkit.examples.flights.FlightChange;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Counts what the source emits, behind the source and without changing it. */
final class Watch extends RichMapFunction<FlightChange, FlightChange>
        implements CheckpointedFunction, CheckpointListener {

    private static final long serialVersionUID = 1L;

    private final String run;

    @SuppressWarnings("NullAway.Init") // set by initializeState
    private transient ListState<Long> state;

    @SuppressWarnings("NullAway.Init") // set by initializeState
    private transient RunCounters counters;

    @SuppressWarnings("NullAway.Init") // set by initializeState
    private transient Position position;

    Watch(String run) {
        this.run = run;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("changes", Types.LONG));
        long restored = 0;
        for (Long changes : state.get()) {
            restored += changes;
        }
        counters = RunCounters.of(run);
        int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        int attempt = getRuntimeContext().getTaskInfo().getAttemptNumber();
        position = counters.started(subtask, attempt, restored);
    }

    @Override
    public FlightChange map(FlightChange change) {
        counters.read(position, change);
        return change;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.clear();
        state.add(position.changes.get());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        counters.checkpointCompleted(checkpointId);
    }
}
