package io.connectorkit.aws.shard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which ends of shards each checkpoint holds, and which readers still keep theirs. */
final class EndLedger {

    /** Ends that each snapshot holds and no completed checkpoint did before. */
    private final TreeMap<Long, Set<String>> bySnapshot = new TreeMap<>();
    /** Ends told by readers that still keep them, with the subtask that told. */
    private final Map<String, Integer> told = new HashMap<>();

    void told(String shardId, int subtask) {
        told.put(shardId, subtask);
    }

    /** The shard is read again: no checkpoint taken so far holds its end. */
    void undo(String shardId) {
        bySnapshot.values().forEach(ends -> ends.remove(shardId));
        told.remove(shardId);
    }

    void snapshot(long checkpoint, Collection<String> fragileEnds) {
        Set<String> ends = new HashSet<>(fragileEnds);
        ends.addAll(told.keySet());
        bySnapshot.put(checkpoint, ends);
    }

    /** The ends that a completed checkpoint holds. */
    Set<String> completed(long checkpoint) {
        Set<String> ends = bySnapshot.getOrDefault(checkpoint, Set.of());
        bySnapshot.headMap(checkpoint, true).clear();
        return ends;
    }

    /** Of these ends, those that readers need not keep any more, by subtask. */
    Map<Integer, List<String>> settle(Collection<String> ends) {
        Map<Integer, List<String>> bySubtask = new HashMap<>();
        for (String id : ends) {
            Integer subtask = told.remove(id);
            if (subtask != null) {
                bySubtask.computeIfAbsent(subtask, s -> new ArrayList<>()).add(id);
            }
        }
        return bySubtask;
    }
}
