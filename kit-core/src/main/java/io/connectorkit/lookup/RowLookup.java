package io.connectorkit.lookup;

import io.connectorkit.change.ChangeKey;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncLookupFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lookup join of SQL: {@link AsyncLookup} for rows, several of which may be found under one key.
 *
 * <p>Public for table sources. Flink bounds the rows that wait by {@code table.exec.async-lookup.buffer-capacity}: no
 * more keys than that can be in a batch.
 */
public final class RowLookup extends AsyncLookupFunction {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(RowLookup.class);

    private final LookupSourceFactory<ChangeKey, Collection<RowData>> source;
    private final LookupKey<RowData, ChangeKey> key;
    private final LookupOptions options;

    private transient @Nullable LookupEngine<ChangeKey, Collection<RowData>> engine;

    /** Looks rows up in {@code source} by what {@code key} reads off the values of the join condition. */
    public RowLookup(
            LookupSourceFactory<ChangeKey, Collection<RowData>> source,
            LookupKey<RowData, ChangeKey> key,
            LookupOptions options) {
        this.source = Objects.requireNonNull(source, "source");
        this.key = Objects.requireNonNull(key, "key");
        this.options = Objects.requireNonNull(options, "options");
    }

    @Override
    public void open(FunctionContext context) throws Exception {
        int subtask = context.getTaskInfo().getIndexOfThisSubtask();
        MetricGroup metrics = context.getMetricGroup().addGroup("lookup");
        ThreadTimer timer = new ThreadTimer("lookup-timer-" + subtask);
        LookupEngine<ChangeKey, Collection<RowData>> started = new LookupEngine<>(
                source.open(new LookupContext(subtask, options, metrics)),
                source.name(),
                options,
                timer,
                new SplittableRandom());
        engine = started;
        AsyncLookup.register(metrics, started);
        LOG.info("Lookup in {} opened with {}", source.name(), options);
    }

    @Override
    public CompletableFuture<Collection<RowData>> asyncLookup(RowData keyRow) {
        CompletableFuture<Collection<RowData>> answer = new CompletableFuture<>();
        try {
            ChangeKey wanted = key.of(keyRow);
            if (wanted == null) {
                answer.complete(List.of());
            } else {
                Objects.requireNonNull(engine, "asyncLookup before open").lookup(wanted, new Handover(answer));
            }
        } catch (Exception e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    @Override
    public void close() throws Exception {
        LookupEngine<ChangeKey, Collection<RowData>> started = engine;
        if (started != null) {
            engine = null;
            started.close();
        }
    }

    private record Handover(CompletableFuture<Collection<RowData>> answer)
            implements LookupEngine.Waiter<Collection<RowData>> {

        @Override
        public void found(@Nullable Collection<RowData> rows) {
            answer.complete(rows == null ? List.of() : rows);
        }

        @Override
        public void failed(LookupException cause) {
            answer.completeExceptionally(cause);
        }
    }
}
