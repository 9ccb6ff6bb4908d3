package io.connectorkit.examples.demo;

import io.connectorkit.examples.flights.FlightChange;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Delivers the previous change of some flights again, a moment after a newer one: what a resharded stream, a second
 * writer or a replay from a dead-letter queue does to a job.
 */
final class Redelivery extends KeyedProcessFunction<String, FlightChange, FlightChange> {

    private static final long serialVersionUID = 1L;

    /** One flight in so many is affected. */
    private static final int ONE_IN = 10;

    private static final int MIN_DELAY_MILLIS = 100;
    private static final int SPREAD_MILLIS = 900;

    private final String run;
    private final long seed;

    @SuppressWarnings("NullAway.Init") // set by open
    private transient ValueState<FlightChange> last;

    @SuppressWarnings("NullAway.Init") // set by open
    private transient ListState<FlightChange> due;

    @SuppressWarnings("NullAway.Init") // set by open
    private transient RunCounters counters;

    Redelivery(String run, long seed) {
        this.run = run;
        this.seed = seed;
    }

    @Override
    public void open(OpenContext context) {
        last = getRuntimeContext().getState(new ValueStateDescriptor<>("last", FlightChange.class));
        due = getRuntimeContext().getListState(new ListStateDescriptor<>("due", FlightChange.class));
        counters = RunCounters.of(run);
    }

    @Override
    public void processElement(FlightChange change, Context context, Collector<FlightChange> out) throws Exception {
        out.collect(change);
        long mixed = (change.id().hashCode() + seed) * 0x9E3779B97F4A7C15L;
        if (Math.floorMod(mixed >>> 32, ONE_IN) != 0) {
            return;
        }
        FlightChange older = last.value();
        last.update(change);
        if (older != null) {
            due.add(older);
            long delay = MIN_DELAY_MILLIS + Math.floorMod(mixed >>> 16, SPREAD_MILLIS);
            long now = context.timerService().currentProcessingTime();
            context.timerService().registerProcessingTimeTimer(now + delay);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<FlightChange> out) throws Exception {
        List<FlightChange> older = new ArrayList<>();
        due.get().forEach(older::add);
        due.clear();
        for (FlightChange change : older) {
            counters.redelivered();
            out.collect(change);
        }
    }
}
