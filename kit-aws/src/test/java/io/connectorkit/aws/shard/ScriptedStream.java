package io.connectorkit.aws.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A stream of shards in memory, scripted by the test: splits, merges, trims, throttling, expiring iterators, latency. A
 * connector's test puts its service's SDK client in front of it, so that the connector's own {@link ShardApi} is what
 * runs.
 *
 * <p>A record goes to the open shard whose share of the keys holds its key, so a key's records follow the lineage.
 */
public final class ScriptedStream {

    /** Why a request is refused; the client in front says it in its service's words. */
    public enum Refusal {
        THROTTLED,
        EXPIRED_ITERATOR,
        TRIMMED,
        NO_SUCH_SHARD,
        NO_SUCH_STREAM,
        INTERNAL,
        DENIED
    }

    /** A refused request. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        public final Refusal refusal;

        public Refused(Refusal refusal) {
            super("scripted " + refusal);
            this.refusal = refusal;
        }
    }

    /** Where an iterator starts. */
    public enum From {
        TRIM_HORIZON,
        LATEST,
        AT_SEQUENCE_NUMBER,
        AFTER_SEQUENCE_NUMBER,
        AT_TIMESTAMP
    }

    /** A record; sequence numbers count up over the whole stream. */
    public record Entry(long sequenceNumber, long createdMillis, String key, String text) {}

    /** A shard as listed; {@code endingSequenceNumber} is null while it is open. */
    public record Listed(
            String shardId, List<String> parents, long startingSequenceNumber, Long endingSequenceNumber) {}

    /** An answer; {@code nextIterator} is null at the end of a closed shard, and then it names the children. */
    public record Page(List<Entry> entries, String nextIterator, long millisBehind, List<Listed> children) {}

    private static final int KEY_SPACE = 1 << 16;

    private static final class Held {
        final String id;
        final List<String> parents;
        final int low;
        final int high;
        final long start;
        final List<Entry> entries = new ArrayList<>();
        final Queue<Refusal> refusals = new ArrayDeque<>();
        Refusal always;
        Long end;
        int trimmed;

        Held(String id, List<String> parents, int low, int high, long start) {
            this.id = id;
            this.parents = parents;
            this.low = low;
            this.high = high;
            this.start = start;
        }
    }

    private final String name;
    private final ManualTime time;
    private final Map<String, Held> shards = new LinkedHashMap<>();
    private final Map<String, Integer> requests = new HashMap<>();
    private long sequence = 1000;
    private int iteratorAge;
    private int shardNumber;
    private long latencyMillis;
    private Refusal listing;

    ScriptedStream(String name, ManualTime time, int openShards) {
        this.name = name;
        this.time = time;
        for (int i = 0; i < openShards; i++) {
            open(List.of(), i * KEY_SPACE / openShards, (i + 1) * KEY_SPACE / openShards);
        }
    }

    // What the client in front asks.

    public String name() {
        return name;
    }

    public long millis() {
        return time.millis();
    }

    /** For what the service does by itself, such as pushing. */
    public void after(long millis, Runnable action) {
        time.after(millis, action);
    }

    /** Of everything written so far, in any shard. */
    public long lastSequenceNumber() {
        return sequence;
    }

    /** All shards that are not gone; never through a future that is not complete, because listings block. */
    public List<Listed> list() {
        count("list");
        if (listing != null) {
            throw new Refused(listing);
        }
        return shards.values().stream().map(ScriptedStream::listed).toList();
    }

    /** {@code at} is a sequence number or milliseconds, as {@code from} says. */
    public CompletableFuture<String> iterator(String shardId, From from, long at) {
        count("iterator " + shardId);
        return later(() -> {
            Held shard = find(shardId);
            refuse(shard, false);
            int index = index(shard, from, at);
            if (index < shard.trimmed) {
                throw new Refused(Refusal.TRIMMED);
            }
            return shardId + "@" + index + "@" + iteratorAge;
        });
    }

    public CompletableFuture<Page> read(String iterator, int limit) {
        String[] parts = iterator.split("@");
        count("read " + parts[0]);
        return later(() -> {
            Held shard = find(parts[0]);
            refuse(shard, true);
            if (Integer.parseInt(parts[2]) != iteratorAge) {
                throw new Refused(Refusal.EXPIRED_ITERATOR);
            }
            int from = Integer.parseInt(parts[1]);
            if (from < shard.trimmed) {
                throw new Refused(Refusal.TRIMMED);
            }
            int to = Math.min(from + limit, shard.entries.size());
            boolean end = shard.end != null && to == shard.entries.size();
            long behind = to < shard.entries.size()
                    ? Math.max(1, time.millis() - shard.entries.get(to).createdMillis())
                    : 0;
            List<Listed> children = shards.values().stream()
                    .filter(child -> end && child.parents.contains(shard.id))
                    .map(ScriptedStream::listed)
                    .toList();
            return new Page(
                    List.copyOf(shard.entries.subList(from, to)),
                    end ? null : shard.id + "@" + to + "@" + iteratorAge,
                    behind,
                    children);
        });
    }

    private static int index(Held shard, From from, long at) {
        switch (from) {
            case TRIM_HORIZON -> {
                return shard.trimmed;
            }
            case LATEST -> {
                return shard.entries.size();
            }
            default -> {
                int index = 0;
                for (Entry entry : shard.entries) {
                    boolean before =
                            switch (from) {
                                case AT_SEQUENCE_NUMBER -> entry.sequenceNumber() < at;
                                case AFTER_SEQUENCE_NUMBER -> entry.sequenceNumber() <= at;
                                default -> entry.createdMillis() < at;
                            };
                    index += before ? 1 : 0;
                }
                return from == From.AT_TIMESTAMP ? Math.max(index, shard.trimmed) : index;
            }
        }
    }

    private static Listed listed(Held shard) {
        return new Listed(shard.id, shard.parents, shard.start, shard.end);
    }

    private Held find(String shardId) {
        Held shard = shards.get(shardId);
        if (shard == null) {
            throw new Refused(Refusal.NO_SUCH_SHARD);
        }
        return shard;
    }

    private static void refuse(Held shard, boolean reading) {
        if (shard.always != null) {
            throw new Refused(shard.always);
        }
        if (shard.refusals.peek() == Refusal.EXPIRED_ITERATOR && !reading) {
            return;
        }
        Refusal refusal = shard.refusals.poll();
        if (refusal != null) {
            throw new Refused(refusal);
        }
    }

    private <V> CompletableFuture<V> later(Supplier<V> answer) {
        if (latencyMillis == 0) {
            return complete(new CompletableFuture<>(), answer);
        }
        CompletableFuture<V> future = new CompletableFuture<>();
        time.after(latencyMillis, () -> complete(future, answer));
        return future;
    }

    private static <V> CompletableFuture<V> complete(CompletableFuture<V> future, Supplier<V> answer) {
        try {
            future.complete(answer.get());
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private void count(String request) {
        requests.merge(request, 1, Integer::sum);
    }

    // What the test scripts.

    private Held open(List<String> parents, int low, int high) {
        String id = String.format("shardId-%012d", shardNumber++);
        Held shard = new Held(id, parents, low, high, ++sequence);
        shards.put(id, shard);
        return shard;
    }

    /** Writes a record and tells the shard that took it. */
    public String write(String key, String text) {
        int place = (key.hashCode() * 0x9E3779B1) >>> 16;
        for (Held shard : shards.values()) {
            if (shard.end == null && shard.low <= place && place < shard.high) {
                shard.entries.add(new Entry(++sequence, time.millis(), key, text));
                return shard.id;
            }
        }
        throw new IllegalStateException("no open shard for key " + key);
    }

    public List<String> openShards() {
        return shards.values().stream()
                .filter(shard -> shard.end == null)
                .map(shard -> shard.id)
                .toList();
    }

    private Held close(String shardId) {
        Held shard = find(shardId);
        shard.end = ++sequence;
        return shard;
    }

    /** Closes a shard and opens a child with the same keys. */
    public String rollover(String shardId) {
        Held parent = close(shardId);
        return open(List.of(shardId), parent.low, parent.high).id;
    }

    List<String> split(String shardId) {
        Held parent = close(shardId);
        int middle = (parent.low + parent.high) >>> 1;
        return List.of(open(List.of(shardId), parent.low, middle).id, open(List.of(shardId), middle, parent.high).id);
    }

    /** Merges a shard with the open one that holds the keys behind its own; null when it is the last. */
    String merge(String shardId) {
        Held first = find(shardId);
        for (Held second : shards.values()) {
            if (second.end == null && second.low == first.high) {
                close(first.id);
                close(second.id);
                return open(List.of(first.id, second.id), first.low, second.high).id;
            }
        }
        return null;
    }

    /** Closes a shard without a child, as when the stream is disabled. */
    void end(String shardId) {
        close(shardId);
    }

    /** Forgets the oldest entries of a shard; a closed one without entries leaves the listing. */
    void trim(String shardId, int entries) {
        Held shard = find(shardId);
        shard.trimmed = Math.min(entries, shard.entries.size());
        if (shard.end != null && shard.trimmed == shard.entries.size()) {
            shards.remove(shardId);
        }
    }

    /** Forgets what was read for good; shards leave the listing once their end was too. */
    void trimRead(Predicate<Entry> read, Predicate<String> endRead) {
        for (Held shard : List.copyOf(shards.values())) {
            while (shard.trimmed < shard.entries.size() && read.test(shard.entries.get(shard.trimmed))) {
                shard.trimmed++;
            }
            if (shard.end != null && shard.trimmed == shard.entries.size() && endRead.test(shard.id)) {
                shards.remove(shard.id);
            }
        }
    }

    void expireIterators() {
        iteratorAge++;
    }

    /** The next requests for the shard are refused so. */
    void refuse(String shardId, Refusal refusal, int times) {
        for (int i = 0; i < times; i++) {
            find(shardId).refusals.add(refusal);
        }
    }

    /** All requests for the shard are refused so; null ends that. */
    void refuseAlways(String shardId, Refusal refusal) {
        find(shardId).always = refusal;
    }

    /** All listings are refused so; null ends that. */
    public void refuseListing(Refusal refusal) {
        listing = refusal;
    }

    /** Opens the first shards of a stream made with none. */
    void appear(int openShards) {
        for (int i = 0; i < openShards; i++) {
            open(List.of(), i * KEY_SPACE / openShards, (i + 1) * KEY_SPACE / openShards);
        }
    }

    /** Answers take so long; listings none. */
    void latency(long millis) {
        latencyMillis = millis;
    }

    int requests(String request) {
        return requests.getOrDefault(request, 0);
    }
}
