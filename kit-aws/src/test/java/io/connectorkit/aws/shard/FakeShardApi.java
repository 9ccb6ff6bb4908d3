package io.connectorkit.aws.shard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * A scripted service: shards with records in memory, faults by shard, answers at once unless held. Iterators are
 * {@code shard/index} of the next record.
 */
final class FakeShardApi implements ShardApi<String> {

    /** A failure that this service told. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final ShardFault fault;

        Fault(ShardFault fault) {
            super("scripted " + fault);
            this.fault = fault;
        }
    }

    private static final class Held {
        final List<ShardRecord<String>> records = new ArrayList<>();
        final Queue<ShardFault> faults = new ArrayDeque<>();
        boolean closed;
        int trimmed;
        int earlyEnd = Integer.MAX_VALUE;
        boolean held;
        CompletableFuture<Void> release = new CompletableFuture<>();
    }

    final List<String> calls = new ArrayList<>();
    final List<Shard> listing = new ArrayList<>();
    final Queue<Throwable> listingFaults = new ArrayDeque<>();
    private final Map<String, Held> shards = new HashMap<>();
    boolean closed;
    ShardLimits limits = new ShardLimits(1000, Duration.ZERO, Duration.ofMinutes(2));
    long bytesPerRecord;
    Instant keptSince = Instant.MIN;
    final Queue<ShardFault> iteratorFaults = new ArrayDeque<>();

    FakeShardApi shard(String id, boolean isClosed, String... parents) {
        listing.removeIf(shard -> shard.id().equals(id));
        listing.add(new Shard(id, List.of(parents), isClosed));
        held(id).closed = isClosed;
        return this;
    }

    private Held held(String id) {
        return shards.computeIfAbsent(id, i -> new Held());
    }

    /** Adds records "shard:n" created at {@code millis}. */
    FakeShardApi records(String id, int count, long millis) {
        List<ShardRecord<String>> records = held(id).records;
        for (int i = 0; i < count; i++) {
            int n = records.size();
            records.add(new ShardRecord<>(Integer.toString(n), millis, id + ":" + n));
        }
        return this;
    }

    void fail(String id, ShardFault... faults) {
        held(id).faults.addAll(List.of(faults));
    }

    void trim(String id, int records) {
        held(id).trimmed = records;
    }

    /** Once, the end is told before record {@code index}, as by a service that closes the shard while it answers. */
    FakeShardApi endEarly(String id, int index) {
        held(id).earlyEnd = index;
        return this;
    }

    FakeShardApi hold(String id) {
        held(id).held = true;
        return this;
    }

    void release(String id) {
        held(id).held = false;
        answer(id);
    }

    /** Answers the request that is held; the next one is held again. */
    void answer(String id) {
        CompletableFuture<Void> release = held(id).release;
        held(id).release = new CompletableFuture<>();
        release.complete(null);
    }

    long calls(String prefix) {
        return calls.stream().filter(call -> call.startsWith(prefix)).count();
    }

    @Override
    public String resolveStream(String restored) {
        calls.add("resolve " + restored);
        return "s";
    }

    @Override
    public List<Shard> listShards(String stream) {
        calls.add("list");
        Throwable failure = listingFaults.poll();
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return List.copyOf(listing);
    }

    @Override
    public CompletableFuture<String> iterator(String stream, String shardId, ShardPosition position) {
        calls.add("iterator " + shardId + " " + position.kind());
        ShardFault fault = iteratorFaults.poll();
        if (fault != null) {
            return CompletableFuture.failedFuture(new Fault(fault));
        }
        Held shard = held(shardId);
        int index =
                switch (position.kind()) {
                    case OLDEST -> shard.trimmed;
                    case TRIM_HORIZON, SINCE -> shard.trimmed;
                    case LATEST -> shard.records.size();
                    case AFTER -> Integer.parseInt(position.sequenceNumber()) + 1;
                };
        if (index < shard.trimmed) {
            return CompletableFuture.failedFuture(new Fault(ShardFault.TRIMMED));
        }
        return CompletableFuture.completedFuture(shardId + "/" + index);
    }

    @Override
    public CompletableFuture<Boolean> mayBeTrimmed(
            String stream, String shardId, ShardPosition position, Instant readUpTo) {
        return CompletableFuture.completedFuture(readUpTo.isBefore(keptSince));
    }

    @Override
    public CompletableFuture<ShardPage<String>> records(String stream, String shardId, String iterator, int limit) {
        calls.add("get " + shardId);
        Held shard = held(shardId);
        ShardFault fault = shard.faults.poll();
        if (fault != null) {
            return CompletableFuture.failedFuture(new Fault(fault));
        }
        if (shard.held) {
            return shard.release.thenCompose(released -> page(shard, shardId, iterator, limit));
        }
        return page(shard, shardId, iterator, limit);
    }

    private CompletableFuture<ShardPage<String>> page(Held shard, String shardId, String iterator, int limit) {
        int from = Integer.parseInt(iterator.substring(iterator.indexOf('/') + 1));
        int to = Math.min(from + limit, shard.records.size());
        if (from <= shard.earlyEnd && to >= shard.earlyEnd) {
            to = shard.earlyEnd;
            shard.earlyEnd = Integer.MAX_VALUE;
            return CompletableFuture.completedFuture(
                    new ShardPage<>(List.copyOf(shard.records.subList(from, to)), null, 0));
        }
        boolean end = shard.closed && to == shard.records.size();
        return CompletableFuture.completedFuture(new ShardPage<>(
                List.copyOf(shard.records.subList(from, to)),
                end ? null : shardId + "/" + to,
                0,
                (to - from) * bytesPerRecord));
    }

    @Override
    public ShardFault fault(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof Fault)) {
            cause = cause.getCause();
        }
        return cause == null ? ShardFault.FATAL : ((Fault) cause).fault;
    }

    @Override
    public String text(Throwable failure) {
        return failure.getMessage();
    }

    @Override
    public ShardLimits limits() {
        return limits;
    }

    @Override
    public void close() {
        closed = true;
    }
}
