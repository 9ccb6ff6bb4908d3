package io.connectorkit.operator;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.operator.KeyOrder.Expiry;
import io.connectorkit.operator.KeyOrder.Stamp;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last version of each key; see {@link KeyOrder}.
 *
 * <p>Why forgetting is sound: a key is forgotten only at a watermark {@code >= last + ttl}, and {@link #floor} is raised
 * to its last version. A record of a key that is not remembered is numbered only if its timestamp is above the floor,
 * hence above the last version its key ever had; with the state it would have got {@code max(last + 1, timestamp)},
 * which then is the timestamp: the same number. Versions so do not depend on when a key was forgotten, which a replay
 * does not repeat.
 */
final class KeyOrderFunction<T, R> extends KeyedProcessFunction<ChangeKey, T, R> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    /** Leaves room to count on and to add a TTL twice. */
    private static final long LATEST = Long.MAX_VALUE / 2;

    private final RecordKeys<T> keys;
    private final Stamp<T, R> stamp;
    private final @Nullable Expiry<T> expiry;

    @SuppressWarnings("NullAway.Init") // set in open()
    private transient ValueState<@Nullable Long> last;

    @SuppressWarnings("NullAway.Init") // set in open()
    private transient Counter lateDropped;

    /** One entry for each subtask; all subtasks restore all of them, for keys move on a rescale. */
    @SuppressWarnings("NullAway.Init") // set in initializeState()
    private transient ListState<Long> floors;

    /** Highest version of any forgotten key. */
    private transient long floor;

    KeyOrderFunction(RecordKeys<T> keys, Stamp<T, R> stamp, @Nullable Expiry<T> expiry) {
        this.keys = keys;
        this.stamp = stamp;
        this.expiry = expiry;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        floors = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("floor", Types.LONG));
        floor = 0;
        for (long restored : floors.get()) {
            floor = Math.max(floor, restored);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        floors.update(List.of(floor));
    }

    @Override
    public void open(OpenContext context) {
        last = getRuntimeContext().getState(new ValueStateDescriptor<>("last", Types.LONG));
        lateDropped = getRuntimeContext().getMetricGroup().counter("lateDropped");
        keys.open(getRuntimeContext());
    }

    @Override
    public void processElement(T record, Context context, Collector<R> out) throws Exception {
        if (keys.refuses(record, context)) {
            return;
        }
        Long before = last.value();
        long version = Math.addExact(before == null ? floor : before, 1);
        if (expiry != null) {
            long timestamp = timestamp(context);
            if (timestamp > LATEST) {
                Exception tooFar = new IllegalArgumentException("must be at most " + LATEST + " ms, got " + timestamp);
                keys.reject("timestamp", record, tooFar, context);
                return;
            }
            if (before == null && timestamp <= floor && floor > 0) {
                lateDropped.inc();
                context.output(expiry.late(), record);
                return;
            }
            version = Math.max(before == null ? 1 : version, timestamp);
        }
        R stamped;
        try {
            stamped = Objects.requireNonNull(stamp.apply(record, ChangeVersion.of(version)));
        } catch (Exception e) {
            keys.reject("stamped record", record, e, context);
            return;
        }
        last.update(version);
        if (expiry != null) {
            scheduleExpiry(expiry.ttlMillis(), before, version, context);
        }
        out.collect(stamped);
    }

    private static long timestamp(KeyedProcessFunction<ChangeKey, ?, ?>.Context context) {
        Long timestamp = context.timestamp();
        if (timestamp == null) {
            throw new IllegalStateException(KeyOrder.NAME + ".ttl must read records with timestamps, got none for key "
                    + context.getCurrentKey() + "; assign a watermark strategy before this operator");
        }
        return timestamp;
    }

    /** One timer for each ttl-long span of versions in which the key has any, at the end of the span after it. */
    private static void scheduleExpiry(
            long ttl, @Nullable Long before, long version, KeyedProcessFunction<ChangeKey, ?, ?>.Context context) {
        long span = version / ttl;
        if (before == null || before / ttl != span) {
            context.timerService().registerEventTimeTimer((span + 2) * ttl);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<R> out) throws Exception {
        Long version = last.value();
        // The last watermark ends the input, not the time: a job resumed after stop --drain still needs its counters.
        boolean ended = context.timerService().currentWatermark() >= Watermark.MAX_WATERMARK.getTimestamp();
        if (expiry == null || ended || version == null || version + expiry.ttlMillis() > timestamp) {
            return;
        }
        floor = Math.max(floor, version);
        last.clear();
    }
}
