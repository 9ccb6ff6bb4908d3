package io.connectorkit.operator;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeTypes;
import io.connectorkit.sink.Extractor;
import java.util.Objects;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an operator keys its records, and what becomes of those it cannot read: they go to a side output where the user
 * named one, else the job fails.
 *
 * <p>A key selector runs where no side output is at hand, so a record without a key travels under {@link #UNREADABLE}
 * and is rejected by the operator itself.
 */
final class RecordKeys<T> implements KeySelector<T, ChangeKey> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(RecordKeys.class);

    /** A user's record may have this key too: {@link #refuses} asks the extractor again. */
    static final ChangeKey UNREADABLE = ChangeKey.of("io.connectorkit.operator", "record without a key");

    private static final String KEY = "key";

    private final String operator;
    private final Extractor<T, ?> key;
    private final @Nullable OutputTag<T> rejects;

    private transient @Nullable Counter rejected;

    RecordKeys(String operator, Extractor<T, ?> key, @Nullable OutputTag<T> rejects) {
        this.operator = operator;
        this.key = Objects.requireNonNull(key, "key");
        this.rejects = rejects;
    }

    String operator() {
        return operator;
    }

    /** The same keys with records that cannot be read sent to {@code tag}. */
    RecordKeys<T> withRejectsTo(OutputTag<T> tag) {
        return new RecordKeys<>(operator, key, Objects.requireNonNull(tag, "tag"));
    }

    KeyedStream<T, ChangeKey> apply(DataStream<T> stream) {
        return stream.keyBy(this, ChangeTypes.key());
    }

    /** Refuses checkpoints that let a record be counted in state and then replayed; {@code why} says what would break. */
    void requireExactlyOnce(DataStream<T> stream, String why) {
        CheckpointConfig config = stream.getExecutionEnvironment().getCheckpointConfig();
        if (config.getCheckpointingConsistencyMode() == CheckpointingMode.AT_LEAST_ONCE) {
            throw new IllegalArgumentException(operator
                    + " must run with execution.checkpointing.mode EXACTLY_ONCE, got AT_LEAST_ONCE; else " + why);
        }
    }

    @Override
    public ChangeKey getKey(T record) {
        try {
            return read(record);
        } catch (Exception e) {
            if (rejects == null) {
                throw unreadable(KEY, "a record of " + record.getClass().getName(), e);
            }
            return UNREADABLE;
        }
    }

    private ChangeKey read(T record) throws Exception {
        Object part = key.extract(record);
        return part instanceof ChangeKey whole ? whole : ChangeKey.of(part);
    }

    void open(RuntimeContext context) {
        rejected = context.getMetricGroup().counter("rejected");
    }

    /** Whether {@code record} has no key; it is rejected then. */
    boolean refuses(T record, KeyedProcessFunction<ChangeKey, T, ?>.Context context) {
        if (rejects == null || !context.getCurrentKey().equals(UNREADABLE)) {
            return false;
        }
        try {
            read(record);
            return false;
        } catch (Exception e) {
            reject(KEY, record, e, context);
            return true;
        }
    }

    /** Sends a record aside because its {@code what} could not be read, or throws where there is no side output. */
    void reject(String what, T record, Exception cause, KeyedProcessFunction<ChangeKey, T, ?>.Context context) {
        if (rejects == null) {
            throw unreadable(what, "key " + context.getCurrentKey(), cause);
        }
        if (rejected != null) {
            if (rejected.getCount() == 0) {
                // The exception's message may quote the record: name its class only.
                LOG.warn(
                        "{}: first record rejected to '{}': no {} could be read for {} ({})",
                        operator,
                        rejects.getId(),
                        what,
                        what.equals(KEY) ? "it" : "key " + context.getCurrentKey(),
                        cause.getClass().getName());
            }
            rejected.inc();
        }
        context.output(rejects, record);
    }

    private IllegalArgumentException unreadable(String what, String of, Exception cause) {
        return new IllegalArgumentException(
                operator + " must read a " + what + " from every record, got "
                        + cause.getClass().getSimpleName() + " for " + of
                        + "; send such records aside with withRejectsTo",
                cause);
    }
}
