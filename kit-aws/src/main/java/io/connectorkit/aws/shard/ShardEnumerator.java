package io.connectorkit.aws.shard;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the shards and gives each to a subtask, parents before children.
 *
 * <p>A child goes to the subtask that read its parents, behind their records in the same channel. Where that cannot be
 * (two parents on two subtasks) or would pile shards up on one subtask, it is held until a checkpoint that contains its
 * parents' ends has completed: with aligned checkpoints, everything before it was processed then.
 *
 * <p>All but {@link #list()} runs on the coordinator's thread.
 */
final class ShardEnumerator implements SplitEnumerator<ShardSplit, EnumeratorState> {

    private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

    static final long TICK_MILLIS = 1000;

    /** A subtask may have this many shards more than the one with the fewest before a child waits to go elsewhere. */
    private static final int MAX_SKEW = 2;

    private static final int MANY = Integer.MAX_VALUE / 2;

    /** How often the very first listing is tried: a wrong address should be told within seconds. */
    static final int FIRST_ATTEMPTS = 6;

    /** Without a checkpoint for so long, the job is taken to have none, and no child waits for one. */
    static final long NO_CHECKPOINT_MILLIS = 15 * 60 * 1000;

    private final SplitEnumeratorContext<ShardSplit> context;
    private final ShardApi<?> api;
    private final ShardSourceOptions options;
    private final ShardPlacement placement;
    private final Clock clock;
    private final RandomGenerator random;
    private final Consumer<EnumeratorState> begun;
    private final boolean restored;
    private final long startMillis;
    private final @Nullable Instant stopAt;

    private final ShardGraph graph;
    /** Subtasks chosen for shards whose reader has not registered yet. */
    private final Map<String, Integer> planned = new HashMap<>();

    private final EndLedger ends = new EndLedger();
    private final EnumeratorGauges gauges = new EnumeratorGauges();
    /** Subtasks that were told that no more comes. */
    private final Set<Integer> finished = new HashSet<>();

    private @Nullable String stream;
    private boolean listed;
    private long listedMillis;
    private boolean snapshotSeen;
    private int failures;
    private int endsListed = -1;
    /** How many ends readers told; {@link #endsListed} of them had been told when the last listing began. */
    private final AtomicInteger endsTold = new AtomicInteger();

    private long eagerMillis = TICK_MILLIS;
    private volatile long nextListingMillis;
    private volatile boolean unbegun;
    private volatile @Nullable String resolved;

    /** What one listing brought; parts of a snapshot in the first one only. */
    private record Listing(String stream, List<Shard> shards, List<Shard> snapshot, int ends, long millis) {}

    ShardEnumerator(
            SplitEnumeratorContext<ShardSplit> context,
            ShardApi<?> api,
            ShardSourceOptions options,
            ShardPlacement placement,
            @Nullable EnumeratorState restored,
            Consumer<EnumeratorState> begun,
            Clock clock,
            RandomGenerator random) {
        this.context = context;
        this.api = api;
        this.options = options;
        this.placement = placement;
        this.begun = begun;
        this.clock = clock;
        this.random = random;
        this.restored = restored != null;
        this.startMillis = restored == null ? clock.millis() : restored.startMillis();
        this.stopAt = options.stop().resolve(startMillis);
        this.stream = restored == null ? null : restored.stream();
        this.listedMillis = restored == null ? 0 : restored.listedMillis();
        this.unbegun = stream == null;
        this.graph = restored == null ? new ShardGraph() : ShardGraph.restore(restored.shards());
    }

    @Override
    public void start() {
        gauges.register(context.metricGroup());
        context.callAsync(this::listIfDue, this::onListing, 0, TICK_MILLIS);
    }

    private @Nullable Listing listIfDue() throws Exception {
        return clock.millis() < nextListingMillis ? null : list();
    }

    /** Runs on the coordinator's worker thread. */
    private Listing list() throws Exception {
        boolean begins = unbegun;
        long millis = clock.millis();
        int endsBefore = endsTold.get();
        String name = resolved;
        if (name == null) {
            name = api.resolveStream(stream);
            gauges.snapshotRecords(api.snapshotRecords(name));
            resolved = name;
        }
        List<Shard> shards = api.listShards(name);
        return new Listing(name, shards, begins ? api.snapshotParts(name) : List.of(), endsBefore, millis);
    }

    private void onListing(@Nullable Listing listing, @Nullable Throwable failure) {
        if (failure != null) {
            onListingFailed(failure);
        } else if (listing != null) {
            failures = 0;
            if (stream == null) {
                begin(listing);
            } else if (options.stop().kind() != StopPosition.Kind.LATEST) {
                // A shard that was not in the first listing began after "latest".
                graph.update(
                        listing.stream(),
                        listing.shards(),
                        listedMillis == 0 ? null : Instant.ofEpochMilli(listedMillis));
            }
            listedMillis = listing.millis();
            listed = true;
            endsListed = listing.ends();
            eagerMillis = Math.min(2 * eagerMillis, options.discoveryInterval().toMillis());
            nextListingMillis = clock.millis() + eagerMillis;
        }
        assign();
    }

    private void begin(Listing listing) {
        stream = listing.stream();
        unbegun = false;
        StartPosition start = options.start();
        List<Shard> parts = listing.snapshot();
        graph.beginWith(listing.stream(), parts);
        if (start.kind() == StartPosition.Kind.SEQUENCE_NUMBERS && parts.isEmpty()) {
            requireListed(listing, start.sequenceNumbers().keySet());
            graph.beginAfter(listing.stream(), listing.shards(), start.sequenceNumbers());
        } else {
            // What was closed before a snapshot is in it.
            ShardPosition first = parts.isEmpty() ? firstPosition(start) : ShardPosition.since(startedSince());
            boolean fromNow = !parts.isEmpty() || first.kind() == ShardPosition.Kind.LATEST;
            graph.begin(listing.stream(), listing.shards(), first, fromNow);
        }
        listedMillis = listing.millis();
        begun.accept(state());
        LOG.info(
                "Reading stream {} of {} shards from {}",
                stream,
                listing.shards().size(),
                parts.isEmpty() ? start : "a snapshot of " + parts.size() + " parts");
    }

    private Instant startedSince() {
        return Instant.ofEpochMilli(startMillis).minus(api.limits().timeMargin());
    }

    private ShardPosition firstPosition(StartPosition start) {
        if (start.time() != null) {
            return ShardPosition.since(start.time());
        } else if (start.kind() == StartPosition.Kind.TRIM_HORIZON) {
            return ShardPosition.oldest();
        }
        return restored ? ShardPosition.since(startedSince()) : ShardPosition.latest(startedSince());
    }

    private static void requireListed(Listing listing, Set<String> named) {
        Set<String> unknown = new TreeSet<>(named);
        listing.shards().forEach(shard -> unknown.remove(shard.id()));
        if (!unknown.isEmpty()) {
            throw new ShardSourceException(
                    "source.start must name shards of stream '" + listing.stream() + "', got also " + unknown
                            + "; leave out shards that were trimmed",
                    null);
        }
    }

    private void onListingFailed(Throwable failure) {
        ShardFault fault = failure instanceof ShardSourceException ? ShardFault.FATAL : api.fault(failure);
        failures++;
        nextListingMillis = Long.MAX_VALUE;
        if (failure instanceof ShardSourceException fatal) {
            throw fatal;
        } else if (!listed && !restored && fault == ShardFault.FATAL) {
            throw new ShardSourceException("the stream cannot be read: " + api.text(failure), failure);
        } else if (fault == ShardFault.FATAL || (!listed && failures >= FIRST_ATTEMPTS)) {
            throw new IllegalStateException(
                    "the shards of " + (stream == null ? "the stream" : "stream '" + stream + "'")
                            + " cannot be listed (attempt " + failures + "): " + api.text(failure),
                    failure);
        }
        long delay = options.retry().delayMillis(failures, random);
        nextListingMillis = clock.millis() + delay;
        LOG.warn("Listing the shards failed (attempt {}), next in {} ms: {}", failures, delay, api.text(failure));
    }

    @Override
    public void addReader(int subtask) {
        finished.remove(subtask);
        assign();
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {
        // Readers take what they are given.
    }

    @Override
    public void addSplitsBack(List<ShardSplit> splits, int subtask) {
        // Called for every subtask that is reset, also without splits.
        finished.remove(subtask);
        graph.undo(subtask).forEach(ends::undo);
        for (ShardSplit split : splits) {
            graph.giveBack(split);
            ends.undo(split.shardId());
        }
        assign();
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof ShardEvent.Ended ended) {
            graph.ended(ended.shardId(), subtask, false);
            graph.endedAt(ended.shardId(), ended.upTo());
            ends.told(ended.shardId(), subtask);
            endsTold.incrementAndGet();
            if (options.stop().isBounded() || graph.isChildless(ended.shardId())) {
                // Its children exist since it was closed, but were not listed yet.
                eagerMillis = TICK_MILLIS / 2;
                nextListingMillis = clock.millis();
            }
        } else if (event instanceof ShardEvent.Restored restored) {
            restored.reading().forEach(id -> graph.reading(id, subtask));
            for (ShardEvent.Ended end : restored.ended()) {
                graph.ended(end.shardId(), subtask, true);
                graph.endedAt(end.shardId(), end.upTo());
                ends.told(end.shardId(), subtask);
            }
        }
        assign();
    }

    private void assign() {
        if (stream == null) {
            return;
        }
        for (ShardGraph.Ready ready : graph.ready()) {
            String id = ready.split().shardId();
            ShardSplit split = ready.split().stoppingAt(graph.isPart(id) ? null : stopAt);
            int target = planned.getOrDefault(split.shardId(), ShardGraph.NOBODY);
            if (target == ShardGraph.NOBODY) {
                target = placement == ShardPlacement.PLAIN
                        ? Math.floorMod(id.hashCode(), context.currentParallelism())
                        : choose(ready.after());
            }
            if (target == ShardGraph.NOBODY) {
                continue;
            }
            if (context.registeredReaders().containsKey(target)) {
                planned.remove(split.shardId());
                graph.reading(split.shardId(), target);
                context.assignSplit(split, target);
            } else {
                planned.put(split.shardId(), target);
            }
        }
        gauges.show(graph);
        finish();
    }

    /** Ends a bounded job once all was read and no listing brings more. */
    private void finish() {
        if (!options.stop().isBounded() || endsListed != endsTold.get() || !graph.allEnded()) {
            return;
        }
        for (int subtask : context.registeredReaders().keySet()) {
            if (finished.add(subtask)) {
                context.signalNoMoreSplits(subtask);
            }
        }
    }

    private int choose(Set<Integer> after) {
        int[] loads = graph.loads(context.currentParallelism());
        planned.values().forEach(subtask -> loads[subtask]++);
        // Readers that were told that nothing follows take nothing more.
        finished.stream().filter(subtask -> subtask < loads.length).forEach(subtask -> loads[subtask] = MANY);
        int least = 0;
        for (int subtask = 1; subtask < loads.length; subtask++) {
            if (loads[subtask] < loads[least]) {
                least = subtask;
            }
        }
        if (after.isEmpty()) {
            return least;
        }
        int parents = after.iterator().next();
        boolean known = parents >= 0 && parents < loads.length;
        boolean balanced = known && loads[parents] <= loads[least] + MAX_SKEW;
        if (after.size() == 1 && known && (balanced || !snapshotSeen)) {
            return parents;
        }
        if (!snapshotSeen && clock.millis() - startMillis > NO_CHECKPOINT_MILLIS) {
            LOG.warn(
                    "A merged shard of stream {} is read without a checkpoint between it and its parents, since the"
                            + " job takes none: its first records may overtake their last ones",
                    stream);
            return least;
        }
        return ShardGraph.NOBODY;
    }

    @Override
    public EnumeratorState snapshotState(long checkpointId) {
        snapshotSeen = true;
        ends.snapshot(checkpointId, graph.fragileEnds());
        return state();
    }

    private EnumeratorState state() {
        return new EnumeratorState(stream, startMillis, listedMillis, graph.kept());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        Set<String> kept = ends.completed(checkpointId);
        graph.keep(kept);
        ends.settle(kept).forEach((subtask, ids) -> {
            // A reader that is away is being restored: it will tell its ends again.
            if (context.registeredReaders().containsKey(subtask)) {
                context.sendEventToSourceReader(subtask, new ShardEvent.EndsKept(ids));
            }
        });
        assign();
    }

    @Override
    public void close() {
        api.close();
    }
}
