package io.connectorkit.aws.shard;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.Collector;
import org.apache.flink.util.UserCodeClassLoader;
import org.jspecify.annotations.Nullable;

/**
 * Reads many shards at a time on the asynchronous client of its {@link ShardApi}, one {@link ShardPacer} for each.
 *
 * <p>Requests and pauses run on the client's and the timer's thread and wake the task thread only with records; the
 * task thread emits, and so owns every position that is kept.
 */
final class ShardReader<R, T> implements SourceReader<T, ShardSplit> {

    private final SourceReaderContext context;
    private final ShardDeserializer<R, T> deserializer;
    private final ShardDesk<R> desk;
    private final ShardInbox<R> inbox = new ShardInbox<>();
    private final Map<String, ActiveShard<R, T>> active = new LinkedHashMap<>();
    /** Shards read to their end that no completed checkpoint of the enumerator is known to hold. */
    private final Map<String, ShardSplit> ended = new LinkedHashMap<>();

    private final List<ActiveShard<R, T>> withoutOutput = new ArrayList<>();
    private final Emitter emitter = new Emitter();

    /** Pages of shards that were paused, before anything newer of theirs in the inbox. */
    private final ArrayDeque<ShardInbox.Delivery<R>> resumed = new ArrayDeque<>();

    private boolean started;
    private boolean noMoreSplits;

    private @Nullable ActiveShard<R, T> current;
    private ShardInbox.@Nullable Delivery<R> delivery;
    private int next;

    ShardReader(
            SourceReaderContext context,
            ShardApi<R> api,
            ShardDeserializer<R, T> deserializer,
            ShardSourceOptions options,
            ShardTimer timer,
            Clock clock,
            RandomGenerator random) {
        this.context = context;
        this.deserializer = deserializer;
        AtomicLong buffered = new AtomicLong();
        ReaderMetrics metrics =
                new ReaderMetrics(context.metricGroup(), this::millisBehind, this::openShards, buffered::get);
        this.desk = new ShardDesk<>(api, options, metrics, timer, clock, random, inbox, buffered);
    }

    @Override
    public void start() {
        started = true;
        try {
            deserializer.open(new Opening(context));
        } catch (Exception e) {
            throw new IllegalStateException("the deserializer could not be opened: " + e.getMessage(), e);
        }
        if (!active.isEmpty() || !ended.isEmpty()) {
            context.sendSourceEventToCoordinator(
                    new ShardEvent.Restored(List.copyOf(active.keySet()), List.copyOf(ended.keySet())));
        }
        List.copyOf(active.values()).forEach(shard -> shard.pacer.start());
    }

    @Override
    public void addSplits(List<ShardSplit> splits) {
        for (ShardSplit split : splits) {
            if (split.ended()) {
                ended.put(split.shardId(), split);
                continue;
            }
            ActiveShard<R, T> shard = new ActiveShard<>(
                    new ShardPacer<>(desk, split), split, desk.options.stop().time());
            synchronized (active) {
                active.put(split.shardId(), shard);
            }
            withoutOutput.add(shard);
            if (started) {
                shard.pacer.start();
            }
        }
        inbox.wake();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) {
        // From its first moment on, a shard holds the watermark back, as its records may be older than others'.
        for (ActiveShard<R, T> shard : withoutOutput) {
            shard.output = output.createOutputForSplit(shard.id());
        }
        withoutOutput.clear();
        while (true) {
            if (delivery == null && !takeNext()) {
                return noMoreSplits && active.isEmpty() ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
            }
            if (emitOne(output)) {
                return delivery != null || !resumed.isEmpty() || !inbox.isEmpty()
                        ? InputStatus.MORE_AVAILABLE
                        : InputStatus.NOTHING_AVAILABLE;
            }
        }
    }

    private boolean takeNext() {
        while (true) {
            ShardInbox.Delivery<R> arrived = resumed.isEmpty() ? inbox.take() : resumed.poll();
            if (arrived == null) {
                return false;
            }
            ActiveShard<R, T> shard = active.get(arrived.pacer().shardId());
            if (shard == null || shard.pacer != arrived.pacer()) {
                continue;
            }
            if (shard.paused) {
                park(shard, arrived, 0);
                continue;
            }
            current = shard;
            delivery = arrived;
            next = 0;
            return true;
        }
    }

    /** Emits the next record of the current page; false when there was none to emit. */
    private boolean emitOne(ReaderOutput<T> output) {
        ActiveShard<R, T> shard = Objects.requireNonNull(current);
        ShardInbox.Delivery<R> page = Objects.requireNonNull(delivery);
        List<ShardRecord<R>> records = page.page().records();
        boolean emitted = false;
        while (!emitted && next < records.size()) {
            ShardRecord<R> record = records.get(next++);
            emitted = emit(shard, record);
        }
        if (next >= records.size()) {
            current = null;
            delivery = null;
            desk.release(records.size());
            if (page.last()) {
                end(shard, output);
            } else {
                shard.pacer.emitted();
            }
        }
        return emitted;
    }

    private boolean emit(ActiveShard<R, T> shard, ShardRecord<R> record) {
        boolean wanted = shard.wants(record);
        if (wanted) {
            emitter.output = Objects.requireNonNull(shard.output);
            emitter.createdMillis = record.createdMillis();
            try {
                deserializer.deserialize(record.value(), emitter);
            } catch (Exception e) {
                throw new IllegalStateException(
                        "the record at sequence number " + record.sequenceNumber() + " of shard '" + shard.id()
                                + "' of stream '" + shard.stream() + "' could not be deserialized: "
                                + e.getClass().getName(),
                        e);
            }
            desk.metrics.records.inc();
        }
        shard.passed(record, wanted);
        return wanted;
    }

    private void end(ActiveShard<R, T> shard, ReaderOutput<T> output) {
        shard.pacer.close();
        synchronized (active) {
            active.remove(shard.id());
        }
        output.releaseOutputForSplit(shard.id());
        ended.put(shard.id(), shard.split(true));
        context.sendSourceEventToCoordinator(new ShardEvent.Ended(shard.id()));
    }

    @Override
    public List<ShardSplit> snapshotState(long checkpointId) {
        List<ShardSplit> state = new ArrayList<>(active.size() + ended.size());
        active.values().forEach(shard -> state.add(shard.split(false)));
        state.addAll(ended.values());
        return state;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return delivery != null || !resumed.isEmpty() ? CompletableFuture.completedFuture(null) : inbox.available();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof ShardEvent.EndsKept kept) {
            kept.shardIds().forEach(ended::remove);
        }
    }

    @Override
    public void notifyNoMoreSplits() {
        noMoreSplits = true;
        inbox.wake();
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
        for (String id : toPause) {
            ActiveShard<R, T> shard = active.get(id);
            if (shard != null) {
                shard.paused = true;
                if (current == shard && delivery != null) {
                    park(shard, delivery, next);
                    current = null;
                    delivery = null;
                }
            }
        }
        for (String id : toResume) {
            ActiveShard<R, T> shard = active.get(id);
            if (shard != null && shard.paused) {
                shard.paused = false;
                for (ShardInbox.Delivery<R> parked : shard.parked) {
                    desk.hold(parked.page().records().size());
                    resumed.add(parked);
                }
                shard.parked.clear();
                inbox.wake();
            }
        }
    }

    /** Puts the rest of a page aside; it does not count as held, or paused shards would starve the others. */
    private void park(ActiveShard<R, T> shard, ShardInbox.Delivery<R> arrived, int from) {
        ShardPage<R> page = arrived.page();
        List<ShardRecord<R>> records = page.records();
        List<ShardRecord<R>> rest = List.copyOf(records.subList(from, records.size()));
        shard.parked.add(new ShardInbox.Delivery<>(
                arrived.pacer(),
                new ShardPage<>(rest, page.nextIterator(), page.millisBehindLatest()),
                arrived.last()));
        desk.release(records.size());
    }

    private long millisBehind() {
        long now = desk.clock.millis();
        synchronized (active) {
            return active.values().stream()
                    .mapToLong(shard -> shard.pacer.millisBehind(now))
                    .max()
                    .orElse(0);
        }
    }

    private long openShards() {
        synchronized (active) {
            return active.size();
        }
    }

    @Override
    public void close() {
        desk.timer.close();
        active.values().forEach(shard -> shard.pacer.close());
        desk.api.close();
    }

    /** What a deserializer may ask for when it is opened. */
    private record Opening(SourceReaderContext reader) implements DeserializationSchema.InitializationContext {
        @Override
        public MetricGroup getMetricGroup() {
            return reader.metricGroup();
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return reader.getUserCodeClassLoader();
        }
    }

    /** Gives the output of the current shard the time of the current record. */
    private final class Emitter implements Collector<T> {
        private @Nullable SourceOutput<T> output;
        private long createdMillis;

        @Override
        public void collect(T element) {
            Objects.requireNonNull(output).collect(element, createdMillis);
        }

        @Override
        public void close() {
            // Lives as long as the reader.
        }
    }
}
