package io.connectorkit.operator;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeTypes;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Extractor;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** Keeps the newest version of each key; see {@link NewestWins}. */
final class NewestWinsFunction<T> extends KeyedProcessFunction<ChangeKey, T, T> {

    private static final long serialVersionUID = 1L;

    private final RecordKeys<T> keys;
    private final Extractor<T, ChangeVersion> version;
    private final @Nullable Duration ttl;
    private final @Nullable OutputTag<T> stale;

    @SuppressWarnings("NullAway.Init") // set in open()
    private transient ValueState<@Nullable ChangeVersion> newest;

    @SuppressWarnings("NullAway.Init") // set in open()
    private transient Counter staleDropped;

    NewestWinsFunction(
            RecordKeys<T> keys,
            Extractor<T, ChangeVersion> version,
            @Nullable Duration ttl,
            @Nullable OutputTag<T> stale) {
        this.keys = keys;
        this.version = version;
        this.ttl = ttl;
        this.stale = stale;
    }

    @Override
    public void open(OpenContext context) {
        ValueStateDescriptor<ChangeVersion> descriptor = new ValueStateDescriptor<>("newest", ChangeTypes.version());
        if (ttl != null) {
            descriptor.enableTimeToLive(Ttl.config(ttl));
        }
        newest = getRuntimeContext().getState(descriptor);
        staleDropped = getRuntimeContext().getMetricGroup().counter("staleDropped");
        keys.open(getRuntimeContext());
    }

    @Override
    public void processElement(T record, Context context, Collector<T> out) throws Exception {
        if (keys.refuses(record, context)) {
            return;
        }
        ChangeVersion candidate;
        try {
            candidate = Objects.requireNonNull(version.extract(record));
        } catch (Exception e) {
            keys.reject("version", record, e, context);
            return;
        }
        ChangeVersion seen = newest.value();
        int order = seen == null ? 1 : candidate.compareTo(seen);
        if (order < 0) {
            staleDropped.inc();
            if (stale != null) {
                context.output(stale, record);
            }
            return;
        }
        if (order > 0 || ttl != null) {
            // An equal one is written again only to renew its TTL.
            newest.update(candidate);
        }
        out.collect(record);
    }
}
