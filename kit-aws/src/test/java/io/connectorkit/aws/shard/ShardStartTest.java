package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a job without state starts, other than at the oldest or the latest record. */
class ShardStartTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    private final FakeShardApi api = new FakeShardApi();

    private EnumeratorFixture start(StartPosition start) {
        return new EnumeratorFixture(
                        api, new ManualTime(), 1, ShardSourceOptions.defaults().withStart(start), null)
                .start(0);
    }

    @Test
    void aTimeIsTheStartOfEveryListedShardAndOfNoLaterOne() {
        api.shard("a", true).shard("a2", false, "a");
        EnumeratorFixture fixture = start(StartPosition.at(TIME));
        assertThat(fixture.splits.get("a").position()).isEqualTo(ShardPosition.since(TIME));
        fixture.ended("a", 0);
        assertThat(fixture.splits.get("a2").position()).isEqualTo(ShardPosition.since(TIME));
        api.shard("a2", true, "a").shard("a3", false, "a2");
        fixture.ended("a2", 0);
        fixture.time.advance(5000);
        assertThat(fixture.splits.get("a3").position()).isEqualTo(ShardPosition.trimHorizon());
    }

    @Test
    void sequenceNumbersCountTheAncestorsOfTheirShardsAsRead() {
        api.shard("old", true).shard("a", true, "old").shard("a2", false, "a").shard("b", false);
        EnumeratorFixture fixture = start(StartPosition.after(Map.of("a", "17")));
        assertThat(fixture.assigned).containsExactly("a>0", "b>0");
        assertThat(fixture.splits.get("a").position()).isEqualTo(ShardPosition.after("17"));
        assertThat(fixture.splits.get("b").position()).isEqualTo(ShardPosition.trimHorizon());
        fixture.ended("a", 0);
        assertThat(fixture.assigned).containsExactly("a>0", "b>0", "a2>0");
        assertThat(fixture.splits.get("a2").position()).isEqualTo(ShardPosition.trimHorizon());
    }

    @Test
    void aShardThatIsNamedIsReadAlthoughItsChildIsNamedToo() {
        api.shard("a", true).shard("a2", false, "a").shard("a3", false, "a");
        EnumeratorFixture fixture = start(StartPosition.after(Map.of("a", "17", "a2", "19")));
        assertThat(fixture.assigned).containsExactly("a>0");
        fixture.ended("a", 0);
        assertThat(fixture.splits.get("a2").position()).isEqualTo(ShardPosition.after("19"));
        assertThat(fixture.splits.get("a3").position()).isEqualTo(ShardPosition.trimHorizon());
    }

    @Test
    void latestIsNotAskedForAgainWhenItsIteratorFails() {
        ManualTime time = new ManualTime();
        Instant start = time.instant();
        api.shard("a", false).records("a", 3, start.toEpochMilli() - 1);
        api.iteratorFaults.add(ShardFault.RETRYABLE);
        ReaderFixture fixture = new ReaderFixture(api, time, ShardSourceOptions.defaults());
        fixture.reader.start();
        fixture.reader.addSplits(List.of(ShardSplit.at("s", "a", ShardPosition.latest(start))));
        api.records("a", 2, start.toEpochMilli());
        fixture.run(3000);
        assertThat(fixture.emitted).containsExactly("a:3", "a:4");
    }

    @Test
    void refusesAShardThatTheStreamDoesNotHave() {
        api.shard("a", false);
        assertThatThrownBy(() -> start(StartPosition.after(Map.of("a", "1", "z", "2"))))
                .isInstanceOf(ShardSourceException.class)
                .hasMessage("source.start must name shards of stream 's', got also [z]; leave out shards that were"
                        + " trimmed");
    }

    @Test
    void startPositionsSayWhatTheyAre() {
        assertThat(StartPosition.LATEST).hasToString("LATEST");
        assertThat(StartPosition.at(TIME)).hasToString("TIMESTAMP 2026-01-02T03:04:05Z");
        assertThatThrownBy(() -> StartPosition.after(Map.of()))
                .hasMessage("sequenceNumbers must hold at least one shard for SEQUENCE_NUMBERS and none else, got"
                        + " SEQUENCE_NUMBERS with 0");
    }

    @Test
    void aStopMustFollowTheStart() {
        assertThatThrownBy(() -> ShardSourceOptions.defaults()
                        .withStart(StartPosition.at(TIME))
                        .withStop(StopPosition.at(TIME)))
                .hasMessage("source.stop must be after source.start (2026-01-02T03:04:05Z), got 2026-01-02T03:04:05Z");
    }
}
