package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShardGraphTest {

    private static final String STREAM = "s";
    private final ShardGraph graph = new ShardGraph();

    private static Shard open(String id, String... parents) {
        return new Shard(id, List.of(parents), false);
    }

    private static Shard closed(String id, String... parents) {
        return new Shard(id, List.of(parents), true);
    }

    private List<String> readyIds() {
        return graph.ready().stream().map(ready -> ready.split().shardId()).toList();
    }

    private void begin(Shard... shards) {
        graph.begin(STREAM, List.of(shards), ShardPosition.oldest(), false);
    }

    @Test
    void aChildWaitsForItsParent() {
        begin(open("child", "parent"), closed("parent"));
        assertThat(readyIds()).containsExactly("parent");
        graph.reading("parent", 0);
        assertThat(readyIds()).isEmpty();
        graph.ended("parent", 0, false);
        assertThat(readyIds()).containsExactly("child");
    }

    @Test
    void aMergedChildWaitsForBothParentsAndNamesTheirSubtasks() {
        begin(closed("a"), closed("b"), open("ab", "a", "b"));
        graph.reading("a", 0);
        graph.reading("b", 1);
        graph.ended("a", 0, false);
        assertThat(readyIds()).isEmpty();
        graph.ended("b", 1, false);
        assertThat(graph.ready()).singleElement().satisfies(ready -> assertThat(ready.after())
                .isEqualTo(Set.of(0, 1)));
        graph.keep(List.of("a", "b"));
        assertThat(graph.ready()).singleElement().satisfies(ready -> assertThat(ready.after())
                .isEmpty());
    }

    @Test
    void aTrimmedParentHoldsNobodyBack() {
        begin(open("child", "long gone"));
        assertThat(readyIds()).containsExactly("child");
    }

    @Test
    void latestStartsAtTheOpenLeavesAndNeverReadsTheirParents() {
        graph.begin(
                STREAM,
                List.of(closed("old"), open("stale parent", "old"), open("leaf", "stale parent"), open("alone")),
                ShardPosition.latest(Instant.EPOCH),
                true);
        assertThat(readyIds()).containsExactly("leaf", "alone");
        graph.update(STREAM, List.of(open("leaf", "stale parent"), open("born later", "old")));
        assertThat(graph.ready())
                .filteredOn(ready -> ready.split().shardId().equals("born later"))
                .singleElement()
                .satisfies(ready -> assertThat(ready.split().position()).isEqualTo(ShardPosition.trimHorizon()));
    }

    @Test
    void onlyRootsOfTheFirstListingMayBeTrimmedWithoutAGap() {
        begin(closed("root"), open("child", "root"));
        graph.reading("root", 0);
        graph.ended("root", 0, true);
        assertThat(graph.ready())
                .singleElement()
                .satisfies(ready -> assertThat(ready.split().position()).isEqualTo(ShardPosition.trimHorizon()));
    }

    @Test
    void forgetsEndedShardsOnceTheyWereMissingFromThreeListings() {
        begin(closed("parent"), open("child", "parent"));
        graph.reading("parent", 0);
        graph.ended("parent", 0, true);
        List<Shard> without = List.of(open("child", "parent"));
        graph.update(STREAM, without);
        graph.update(STREAM, without);
        graph.update(STREAM, List.of(closed("parent"), open("child", "parent")));
        graph.update(STREAM, without);
        graph.update(STREAM, without);
        assertThat(graph.size()).isEqualTo(2);
        graph.update(STREAM, without);
        assertThat(graph.size()).isEqualTo(1);
    }

    @Test
    void neverForgetsWhatIsStillUnread() {
        begin(closed("parent"), open("child", "parent"));
        graph.reading("parent", 0);
        for (int i = 0; i < 10; i++) {
            graph.update(STREAM, List.of());
        }
        assertThat(graph.size()).isEqualTo(2);
        assertThat(readyIds()).isEmpty();
    }

    @Test
    void anEndThatNoCheckpointHoldsIsUndoneWithItsSubtask() {
        begin(closed("kept"), closed("fragile"), open("child", "fragile"));
        graph.reading("kept", 0);
        graph.reading("fragile", 0);
        graph.ended("kept", 0, false);
        graph.keep(List.of("kept"));
        graph.ended("fragile", 0, false);
        graph.reading("child", 0);
        assertThat(graph.undo(0)).containsExactly("fragile");
        graph.giveBack(ShardSplit.at(STREAM, "child", ShardPosition.trimHorizon()));
        assertThat(readyIds()).isEmpty();
        graph.ended("fragile", 0, false);
        assertThat(readyIds()).containsExactly("child");
    }

    @Test
    void aLatestStartThatComesBackReadsSinceTheStart() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        graph.begin(STREAM, List.of(open("a")), ShardPosition.latest(start), true);
        ShardSplit split = graph.ready().get(0).split();
        graph.reading("a", 0);
        graph.giveBack(split);
        assertThat(graph.ready().get(0).split().position()).isEqualTo(ShardPosition.since(start));
        assertThat(graph.ready().get(0).split().dropBefore()).isEqualTo(start);
    }

    @Test
    void aRestoredGraphGoesOnWhereItWas() {
        begin(closed("a"), closed("b"), open("ab", "a", "b"));
        graph.reading("a", 3);
        graph.ended("a", 3, false);
        graph.reading("b", 1);
        ShardGraph restored = ShardGraph.restore(graph.kept());
        assertThat(restored.ready()).isEmpty();
        restored.ended("b", 0, true);
        assertThat(restored.ready()).singleElement().satisfies(ready -> assertThat(ready.after())
                .isEmpty());
    }
}
