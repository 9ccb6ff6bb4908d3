package io.connectorkit.aws.shard;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lineage of a stream's shards and how far each was read: no I/O, no threads, no time.
 *
 * <p>A shard is ready once each of its parents has ended or is unknown (trimmed). Ended shards are forgotten once they
 * were missing from {@value #FORGET_AFTER} listings in a row, so that the graph is as large as the listing and what is
 * still unread. The end of a shard is first known from its reader alone, and durable once a completed checkpoint holds
 * it; until then it is undone when the reader's subtask fails.
 *
 * <p>The parts of a snapshot are like parents of every shard.
 */
final class ShardGraph {

    /** Listings of a large stream are read page by page while it changes: once missing is not gone. */
    static final int FORGET_AFTER = 3;

    static final int NOBODY = -1;

    /** How far a shard was read. */
    enum State {
        WAITING,
        READING,
        ENDED
    }

    /**
     * A shard whose parents have ended.
     *
     * @param after the subtasks that read parents whose end is not durable yet: only they may read it now, one alone
     */
    record Ready(ShardSplit split, Set<Integer> after) {}

    /** What is kept in state of one shard; an end found there is durable. */
    record Kept(String id, List<String> parents, boolean part, State state, @Nullable ShardSplit start) {}

    private static final class Node {
        final String id;
        final List<String> parents;
        /** Of a snapshot. */
        final boolean part;

        State state = State.WAITING;
        /** Only while waiting. */
        @Nullable
        ShardSplit start;

        int owner = NOBODY;
        boolean durable;
        int missed;

        Node(String id, List<String> parents, boolean part) {
            this.id = id;
            this.parents = parents;
            this.part = part;
        }
    }

    private final Map<String, Node> nodes = new LinkedHashMap<>();

    static ShardGraph restore(Collection<Kept> kept) {
        ShardGraph graph = new ShardGraph();
        for (Kept shard : kept) {
            Node node = new Node(shard.id(), shard.parents(), shard.part());
            node.state = shard.state();
            node.start = shard.start();
            node.durable = shard.state() == State.ENDED;
            graph.nodes.put(shard.id(), node);
        }
        return graph;
    }

    List<Kept> kept() {
        List<Kept> kept = new ArrayList<>(nodes.size());
        for (Node node : nodes.values()) {
            ShardSplit start = node.start == null ? null : node.start.durable();
            kept.add(new Kept(node.id, node.parents, node.part, node.state, start));
        }
        return kept;
    }

    /**
     * Takes the first listing of a job without state, whose start is then.
     *
     * @param fromNow whether what was closed before is not read
     */
    void begin(String stream, List<Shard> listing, ShardPosition position, boolean fromNow) {
        Set<String> withChildren =
                listing.stream().flatMap(shard -> shard.parents().stream()).collect(Collectors.toSet());
        Set<String> ids = listing.stream().map(Shard::id).collect(Collectors.toSet());
        for (Shard shard : listing) {
            Node node = add(shard);
            if (fromNow && (shard.closed() || withChildren.contains(shard.id()))) {
                // A listed child is read from the end too: what its parent still holds is before that.
                node.state = State.ENDED;
                node.durable = true;
            } else {
                boolean root = shard.parents().stream().noneMatch(ids::contains);
                // Nothing older is wanted: it counts as read.
                node.start = ShardSplit.at(stream, shard.id(), root || fromNow ? position : position.durable())
                        .readAtLeastTo(fromNow ? position.time() : null);
            }
        }
    }

    /** Takes the first listing of a job without state that starts behind records of the shards named. */
    void beginAfter(String stream, List<Shard> listing, Map<String, String> sequenceNumbers) {
        Map<String, Shard> byId = listing.stream().collect(Collectors.toMap(Shard::id, shard -> shard, (a, b) -> a));
        Set<String> passed = new HashSet<>();
        Deque<String> toVisit = new ArrayDeque<>(sequenceNumbers.keySet());
        while (!toVisit.isEmpty()) {
            Shard shard = byId.get(toVisit.poll());
            for (String parent : shard == null ? List.<String>of() : shard.parents()) {
                if (passed.add(parent)) {
                    toVisit.add(parent);
                }
            }
        }
        for (Shard shard : listing) {
            Node node = add(shard);
            String after = sequenceNumbers.get(shard.id());
            if (after != null) {
                node.start = ShardSplit.at(stream, shard.id(), ShardPosition.after(after));
            } else if (passed.contains(shard.id())) {
                node.state = State.ENDED;
                node.durable = true;
            } else {
                node.start = ShardSplit.at(stream, shard.id(), ShardPosition.trimHorizon());
            }
        }
    }

    /** Takes the parts of a snapshot, to be read before any shard. */
    void beginWith(String stream, List<Shard> parts) {
        for (Shard part : parts) {
            Node node = new Node(part.id(), List.of(), true);
            node.start = ShardSplit.at(stream, part.id(), ShardPosition.trimHorizon());
            nodes.put(part.id(), node);
        }
    }

    /** Takes a later listing when nobody knows when the one before was. */
    void update(String stream, List<Shard> listing) {
        update(stream, listing, null);
    }

    /**
     * Takes a later listing: new shards are read from their first record.
     *
     * @param before when the listing before was: what is new was not there, so that nothing in it is older
     */
    void update(String stream, List<Shard> listing, @Nullable Instant before) {
        for (Node node : nodes.values()) {
            node.missed++;
        }
        for (Shard shard : listing) {
            Node node = nodes.get(shard.id());
            if (node == null) {
                node = add(shard);
                node.start = ShardSplit.at(stream, shard.id(), ShardPosition.trimHorizon())
                        .readAtLeastTo(before);
            }
            node.missed = 0;
        }
        nodes.values().removeIf(node -> node.state == State.ENDED && node.durable && node.missed >= FORGET_AFTER);
    }

    private Node add(Shard shard) {
        List<String> parents =
                shard.parents().stream().filter(id -> !id.equals(shard.id())).toList();
        Node node = new Node(shard.id(), parents, false);
        nodes.put(shard.id(), node);
        return node;
    }

    /** Waiting shards that may be read now, in the order of the listing. */
    List<Ready> ready() {
        List<Ready> ready = new ArrayList<>();
        List<Node> parts = nodes.values().stream().filter(node -> node.part).toList();
        boolean snapshotRead = parts.stream().allMatch(part -> part.state == State.ENDED);
        Set<Integer> snapshotFences = fences(parts);
        for (Node node : nodes.values()) {
            if (node.state != State.WAITING) {
                continue;
            }
            ShardSplit start = Objects.requireNonNull(node.start);
            List<Node> parents = node.parents.stream()
                    .map(nodes::get)
                    .filter(Objects::nonNull)
                    .toList();
            if (node.part) {
                ready.add(new Ready(start, Set.of()));
            } else if (snapshotRead && parents.stream().allMatch(parent -> parent.state == State.ENDED)) {
                Set<Integer> fences = fences(parents);
                fences.addAll(snapshotFences);
                ready.add(new Ready(start, fences));
            }
        }
        return ready;
    }

    private static Set<Integer> fences(List<Node> before) {
        Set<Integer> subtasks = new TreeSet<>();
        for (Node node : before) {
            if (!node.durable) {
                subtasks.add(node.owner);
            }
        }
        return subtasks;
    }

    /** The shard was given to a subtask. */
    void reading(String id, int subtask) {
        Node node = nodes.computeIfAbsent(id, unknown -> new Node(unknown, List.of(), false));
        node.state = State.READING;
        node.start = null;
        node.owner = subtask;
        node.durable = false;
    }

    /** The shard was read to its end. An end of a shard that was forgotten is nothing new. */
    void ended(String id, int subtask, boolean durable) {
        Node node = nodes.get(id);
        if (node != null && node.state != State.ENDED) {
            node.state = State.ENDED;
            node.start = null;
            node.owner = subtask;
        }
        if (node != null) {
            node.durable |= durable;
        }
    }

    /** The last record of the shard was created at {@code upTo}: its children have none that is older. */
    void endedAt(String id, @Nullable Instant upTo) {
        for (Node node : nodes.values()) {
            if (node.start != null && node.parents.contains(id)) {
                node.start = node.start.readAtLeastTo(upTo);
            }
        }
    }

    /** A completed checkpoint holds these ends. */
    void keep(Collection<String> ids) {
        for (String id : ids) {
            Node node = nodes.get(id);
            if (node != null && node.state == State.ENDED) {
                node.durable = true;
            }
        }
    }

    /** The subtask went back to its last checkpoint: it reads again what it had ended since. */
    List<String> undo(int subtask) {
        List<String> undone = new ArrayList<>();
        for (Node node : nodes.values()) {
            if (node.state == State.ENDED && !node.durable && node.owner == subtask) {
                node.state = State.READING;
                undone.add(node.id);
            }
        }
        return undone;
    }

    /** The shard was given out after the last checkpoint of a subtask that failed. */
    void giveBack(ShardSplit split) {
        Node node = nodes.computeIfAbsent(split.shardId(), id -> new Node(id, List.of(), false));
        node.state = State.WAITING;
        node.start = split.durable();
        node.owner = NOBODY;
        node.durable = false;
    }

    /** Ends that only their readers know. */
    List<String> fragileEnds() {
        return nodes.values().stream()
                .filter(node -> node.state == State.ENDED && !node.durable)
                .map(node -> node.id)
                .toList();
    }

    /** Whether no child of this shard is known yet; a part of a snapshot has none. */
    boolean isChildless(String id) {
        Node ended = nodes.get(id);
        return (ended == null || !ended.part) && nodes.values().stream().noneMatch(node -> node.parents.contains(id));
    }

    /** How many shards each subtask reads. */
    int[] loads(int parallelism) {
        int[] loads = new int[parallelism];
        for (Node node : nodes.values()) {
            if (node.state == State.READING && node.owner >= 0 && node.owner < parallelism) {
                loads[node.owner]++;
            }
        }
        return loads;
    }

    int size() {
        return nodes.size();
    }

    /** Whether this is a part of a snapshot. */
    boolean isPart(String id) {
        Node node = nodes.get(id);
        return node != null && node.part;
    }

    /** How many shards wait to be given out. */
    int waiting() {
        return (int) nodes.values().stream()
                .filter(node -> node.state == State.WAITING)
                .count();
    }

    /** How many parts of the snapshot were not read to their end. */
    int partsLeft() {
        return (int) nodes.values().stream()
                .filter(node -> node.part && node.state != State.ENDED)
                .count();
    }

    boolean allEnded() {
        return !nodes.isEmpty() && nodes.values().stream().allMatch(node -> node.state == State.ENDED);
    }
}
