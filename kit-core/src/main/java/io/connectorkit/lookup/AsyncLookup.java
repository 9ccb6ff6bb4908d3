package io.connectorkit.lookup;

import io.connectorkit.failure.FailureKind;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins each record of a stream with what a {@link LookupSourceFactory} finds under its key: merged, batched, cached and
 * retried, without ever blocking the task thread.
 *
 * <p>Each record is joined with what the store held at about the time it passed: a row out of the cache was read at most
 * {@code hitTtl} ago, one that joined a request under way at most {@code requestTimeout} ago, and a replay may see newer
 * rows. Records that wait for their answer are part of the checkpoint and asked for again after a restore.
 *
 * <p>The default is {@link #orderedWait}. {@link #unorderedWait} lets a record overtake another one <b>of the same key</b>
 * (its row is cached while the other waits): right for independent events, wrong for a changelog, unless the sink is
 * guarded by version.
 *
 * @param <IN> the stream's records
 * @param <K> the key looked up
 * @param <V> what is found
 * @param <OUT> the joined records
 */
public final class AsyncLookup<IN, K, V, OUT> extends RichAsyncFunction<IN, OUT> implements ResultTypeQueryable<OUT> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(AsyncLookup.class);

    /** The engine bounds the time of a lookup with one timer; the operator's own would be one for each record. */
    private static final long NO_OPERATOR_TIMEOUT = 0;

    private final LookupSourceFactory<K, V> source;
    private final LookupKey<IN, K> key;
    private final LookupJoin<IN, V, OUT> join;
    private final TypeInformation<OUT> type;
    private final LookupOptions options;

    private transient @Nullable LookupEngine<K, V> engine;

    private AsyncLookup(
            LookupSourceFactory<K, V> source,
            LookupKey<IN, K> key,
            LookupJoin<IN, V, OUT> join,
            TypeInformation<OUT> type,
            LookupOptions options) {
        this.source = Objects.requireNonNull(source, "source");
        this.key = Objects.requireNonNull(key, "key");
        this.join = Objects.requireNonNull(join, "join");
        this.type = Objects.requireNonNull(type, "type");
        this.options = Objects.requireNonNull(options, "options");
    }

    /** The function alone, for {@link AsyncDataStream}; {@link #orderedWait} wires it with a fitting capacity. */
    public static <IN, K, V, OUT> AsyncLookup<IN, K, V, OUT> of(
            LookupSourceFactory<K, V> source,
            LookupKey<IN, K> key,
            LookupJoin<IN, V, OUT> join,
            TypeInformation<OUT> type,
            LookupOptions options) {
        return new AsyncLookup<>(source, key, join, type, options);
    }

    /** Joins {@code stream} and keeps its order: the choice for changelogs. */
    public static <IN, K, V, OUT> SingleOutputStreamOperator<OUT> orderedWait(
            DataStream<IN> stream,
            LookupSourceFactory<K, V> source,
            LookupKey<IN, K> key,
            LookupJoin<IN, V, OUT> join,
            TypeInformation<OUT> type,
            LookupOptions options) {
        return AsyncDataStream.orderedWait(
                        stream,
                        of(source, key, join, type, options),
                        NO_OPERATOR_TIMEOUT,
                        TimeUnit.MILLISECONDS,
                        options.capacity())
                .name("Lookup in " + source.name());
    }

    /** Joins {@code stream} and emits each record when it is joined: even records of one key may change places. */
    public static <IN, K, V, OUT> SingleOutputStreamOperator<OUT> unorderedWait(
            DataStream<IN> stream,
            LookupSourceFactory<K, V> source,
            LookupKey<IN, K> key,
            LookupJoin<IN, V, OUT> join,
            TypeInformation<OUT> type,
            LookupOptions options) {
        return AsyncDataStream.unorderedWait(
                        stream,
                        of(source, key, join, type, options),
                        NO_OPERATOR_TIMEOUT,
                        TimeUnit.MILLISECONDS,
                        options.capacity())
                .name("Lookup in " + source.name());
    }

    @Override
    public void open(OpenContext context) throws Exception {
        int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("lookup");
        LookupSource<K, V> opened = source.open(new LookupContext(subtask, options, metrics));
        ThreadTimer timer = new ThreadTimer("lookup-timer-" + subtask);
        LookupEngine<K, V> started = new LookupEngine<>(opened, source.name(), options, timer, new SplittableRandom());
        engine = started;
        register(metrics, started);
        LOG.info("Lookup in {} opened with {}", source.name(), options);
    }

    static void register(MetricGroup metrics, LookupEngine<?, ?> engine) {
        LookupStats stats = engine.stats();
        gauge(metrics, "hits", stats.hits::sum);
        gauge(metrics, "misses", stats.misses::sum);
        gauge(metrics, "merged", stats.merged::sum);
        gauge(metrics, "requests", stats.requests::sum);
        gauge(metrics, "batches", stats.batches::sum);
        gauge(metrics, "retries", stats.retries::sum);
        gauge(metrics, "failures", stats.failures::sum);
        gauge(metrics, "absent", stats.absent::sum);
        gauge(metrics, "cacheSize", engine::cacheSize);
        gauge(metrics, "inFlight", () -> (long) engine.inFlight());
    }

    private static void gauge(MetricGroup metrics, String name, Gauge<Long> value) {
        metrics.gauge(name, value);
    }

    @Override
    public void asyncInvoke(IN record, ResultFuture<OUT> result) throws Exception {
        K wanted = key.of(record);
        if (wanted == null) {
            result.complete(rows(record, null));
            return;
        }
        Objects.requireNonNull(engine, "asyncInvoke before open").lookup(wanted, new Handover(record, result));
    }

    /** Only for who wires the function with an operator timeout of their own: the record is left out of the message. */
    @Override
    public void timeout(IN record, ResultFuture<OUT> result) throws Exception {
        K wanted = key.of(record);
        fail(
                result,
                new LookupException(
                        FailureKind.RETRYABLE,
                        "Lookup of key=" + wanted + " in " + source.name()
                                + " took longer than the timeout given to AsyncDataStream; lookup.timeout is "
                                + options.timeout() + ": give the operator 0 (none), or more than that",
                        null));
    }

    private Collection<OUT> rows(IN record, @Nullable V found) throws Exception {
        OUT joined = join.join(record, found);
        return joined == null ? List.of() : List.of(joined);
    }

    /** Fails the task from its own thread: {@code completeExceptionally} would print the whole record. */
    private static <OUT> void fail(ResultFuture<OUT> result, LookupException cause) {
        result.complete(() -> {
            throw cause;
        });
    }

    @Override
    public TypeInformation<OUT> getProducedType() {
        return type;
    }

    @Override
    public void close() throws Exception {
        LookupEngine<K, V> started = engine;
        if (started != null) {
            engine = null;
            started.close();
        }
    }

    /** Brings the answer of one record back to the task thread, where it is joined. */
    private final class Handover implements LookupEngine.Waiter<V> {

        private final IN record;
        private final ResultFuture<OUT> result;

        Handover(IN record, ResultFuture<OUT> result) {
            this.record = record;
            this.result = result;
        }

        @Override
        public void found(@Nullable V value) {
            result.complete(() -> rows(record, value));
        }

        @Override
        public void failed(LookupException cause) {
            fail(result, cause);
        }
    }
}
