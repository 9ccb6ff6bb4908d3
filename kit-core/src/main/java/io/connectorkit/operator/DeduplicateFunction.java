package io.connectorkit.operator;

import io.connectorkit.change.ChangeKey;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** Keeps a mark for each id; see {@link Deduplicate}. */
final class DeduplicateFunction<T> extends KeyedProcessFunction<ChangeKey, T, T> {

    private static final long serialVersionUID = 1L;

    private final RecordKeys<T> keys;
    private final Duration ttl;
    private final @Nullable OutputTag<T> duplicates;

    @SuppressWarnings("NullAway.Init") // set in open()
    private transient ValueState<@Nullable Boolean> seen;

    @SuppressWarnings("NullAway.Init") // set in open()
    private transient Counter duplicatesDropped;

    DeduplicateFunction(RecordKeys<T> keys, Duration ttl, @Nullable OutputTag<T> duplicates) {
        this.keys = keys;
        this.ttl = ttl;
        this.duplicates = duplicates;
    }

    @Override
    public void open(OpenContext context) {
        ValueStateDescriptor<Boolean> descriptor = new ValueStateDescriptor<>("seen", Types.BOOLEAN);
        descriptor.enableTimeToLive(Ttl.config(ttl));
        seen = getRuntimeContext().getState(descriptor);
        duplicatesDropped = getRuntimeContext().getMetricGroup().counter("duplicatesDropped");
        keys.open(getRuntimeContext());
    }

    @Override
    public void processElement(T record, Context context, Collector<T> out) throws Exception {
        if (keys.refuses(record, context)) {
            return;
        }
        if (seen.value() != null) {
            duplicatesDropped.inc();
            if (duplicates != null) {
                context.output(duplicates, record);
            }
            return;
        }
        seen.update(true);
        out.collect(record);
    }
}
