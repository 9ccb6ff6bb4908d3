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
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
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
    private final ShardInbox<R> inbox;
    private final ShardMeter total;
    private final Map<String, ActiveShard<R, T>> active = new LinkedHashMap<>();
    /** Shards read to their end that no completed checkpoint of the enumerator is known to hold. */
    private final Map<String, ShardSplit> ended = new LinkedHashMap<>();

    private final List<ActiveShard<R, T>> withoutOutput = new ArrayList<>();

    /** Pages of shards that were paused, before anything newer of theirs in the inbox. */
    private final ArrayDeque<ShardInbox.Delivery<R>> resumed = new ArrayDeque<>();

    private boolean started;
    private boolean noMoreSplits;

    private @Nullable ActiveShard<R, T> current;
    private ShardInbox.@Nullable Delivery<R> delivery;
    private int next;
    /** Records of the current page that were emitted. */
    private int emitted;

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
        this.desk = new ShardDesk<>(api, options, timer, clock, random);
        this.inbox = desk.inbox;
        SourceReaderMetricGroup group = context.metricGroup();
        this.total = new ShardMeter(group, null, this::millisBehind, this::headroom);
        group.gauge(ShardMetric.OPEN_SHARDS.key(), this::openShards);
        group.gauge(ShardMetric.BUFFERED_RECORDS.key(), desk::buffered);
        group.setPendingRecordsGauge(desk::buffered);
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
            context.sendSourceEventToCoordinator(new ShardEvent.Restored(
                    List.copyOf(active.keySet()),
                    ended.values().stream()
                            .map(split -> new ShardEvent.Ended(split.shardId(), split.readUpTo()))
                            .toList()));
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
            MetricGroup group = context.metricGroup().addGroup("shard", split.shardId());
            ActiveShard<R, T> shard = new ActiveShard<>(
                    new ShardPacer<>(desk, split, group, total),
                    split,
                    desk.options.stop().time(),
                    deserializer);
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
            shard.open(output.createOutputForSplit(shard.shardId()));
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
                // Read ahead of a shard that the job stopped reading.
                desk.release(arrived.page().records().size());
                continue;
            }
            if (shard.paused) {
                park(shard, arrived, 0);
                continue;
            }
            current = shard;
            delivery = arrived;
            next = 0;
            emitted = 0;
            return true;
        }
    }

    /** Emits the next record of the current page; false when there was none to emit. */
    private boolean emitOne(ReaderOutput<T> output) {
        ActiveShard<R, T> shard = Objects.requireNonNull(current);
        ShardInbox.Delivery<R> page = Objects.requireNonNull(delivery);
        List<ShardRecord<R>> records = page.page().records();
        boolean wanted = page.gap() != null;
        if (page.gap() != null) {
            shard.pass(page.gap(), desk.options.onGap());
        }
        while (!wanted && next < records.size()) {
            wanted = shard.emit(records.get(next++));
        }
        emitted += wanted && page.gap() == null ? 1 : 0;
        if (next >= records.size()) {
            current = null;
            delivery = null;
            shard.pacer.meter().add(ShardMetric.RECORDS, emitted);
            shard.pacer.meter().add(ShardMetric.BYTES, page.page().bytes());
            context.metricGroup()
                    .getIOMetricGroup()
                    .getNumBytesInCounter()
                    .inc(page.page().bytes());
            desk.release(records.size());
            if (page.last()) {
                end(shard, output);
            } else {
                shard.pacer.emitted();
            }
        }
        return wanted;
    }

    private void end(ActiveShard<R, T> shard, ReaderOutput<T> output) {
        String id = shard.shardId();
        shard.pacer.close();
        shard.pacer.meter().close();
        synchronized (active) {
            active.remove(id);
        }
        output.releaseOutputForSplit(id);
        ShardSplit end = shard.ended();
        ended.put(id, end);
        context.sendSourceEventToCoordinator(new ShardEvent.Ended(id, end.readUpTo()));
    }

    @Override
    public List<ShardSplit> snapshotState(long checkpointId) {
        List<ShardSplit> state = new ArrayList<>(active.size() + ended.size());
        active.values().forEach(shard -> state.add(shard.split()));
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
                    shard.pacer.meter().add(ShardMetric.RECORDS, emitted);
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
                new ShardPage<>(rest, page.nextIterator(), page.millisBehindLatest(), page.bytes()),
                arrived.gap(),
                arrived.last()));
        desk.release(records.size());
    }

    private long millisBehind() {
        synchronized (active) {
            return active.values().stream()
                    .mapToLong(shard -> shard.pacer.millisBehind())
                    .max()
                    .orElse(0);
        }
    }

    private long headroom() {
        return desk.api.limits().retention().toMillis() - millisBehind();
    }

    private long openShards() {
        synchronized (active) {
            return active.size();
        }
    }

    @Override
    public void close() {
        desk.timer.close();
        active.values().forEach(shard -> {
            shard.pacer.close();
            shard.pacer.meter().close();
        });
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
}
