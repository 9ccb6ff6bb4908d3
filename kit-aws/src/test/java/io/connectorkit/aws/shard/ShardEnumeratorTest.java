package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardEnumeratorTest {

    private final FakeShardApi api = new FakeShardApi();

    @Test
    void spreadsShardsOverAllSubtasks() {
        for (int i = 0; i < 6; i++) {
            api.shard("s" + i, false);
        }
        EnumeratorFixture fixture = new EnumeratorFixture(api, 3).start(0, 1, 2);
        assertThat(fixture.assigned).containsExactly("s0>0", "s1>1", "s2>2", "s3>0", "s4>1", "s5>2");
    }

    @Test
    void aReaderThatRegistersLateGetsItsSharesAtOnce() {
        api.shard("a", false).shard("b", false);
        EnumeratorFixture fixture = new EnumeratorFixture(api, 2).start(1);
        assertThat(fixture.assigned).containsExactly("b>1");
        fixture.register(0);
        assertThat(fixture.assigned).containsExactly("b>1", "a>0");
    }

    @Test
    void aChildFollowsItsParentOnTheSameSubtaskAtOnce() {
        api.shard("a", true).shard("b", true).shard("a2", false, "a").shard("b2", false, "b");
        EnumeratorFixture fixture = new EnumeratorFixture(api, 2).start(0, 1);
        fixture.ended("b", 1);
        assertThat(fixture.assigned).containsExactly("a>0", "b>1", "b2>1");
    }

    @Test
    void aChildOfTwoSubtasksWaitsForACheckpointThatHoldsTheirEnds() {
        api.shard("a", true).shard("b", true).shard("ab", false, "a", "b");
        EnumeratorFixture fixture = new EnumeratorFixture(api, 2).start(0, 1);
        fixture.snapshot();
        fixture.ended("a", 0);
        fixture.ended("b", 1);
        fixture.completeLast();
        assertThat(fixture.assigned).as("the checkpoint holds neither end").containsExactly("a>0", "b>1");
        fixture.snapshot();
        assertThat(fixture.assigned).as("the checkpoint is not complete").hasSize(2);
        fixture.completeLast();
        assertThat(fixture.assigned).hasSize(3).last().asString().startsWith("ab>");
    }

    @Test
    void aChildFollowsTheOneParentWhoseEndNoCheckpointHolds() {
        api.shard("a", true).shard("b", true).shard("ab", false, "a", "b");
        EnumeratorFixture fixture = new EnumeratorFixture(api, 2).start(0, 1);
        fixture.ended("a", 0);
        fixture.checkpoint();
        fixture.ended("b", 1);
        assertThat(fixture.assigned).containsExactly("a>0", "b>1", "ab>1");
    }

    @Test
    void aChildWaitsToGoElsewhereRatherThanPileUp() {
        api.shard("a", true);
        EnumeratorFixture fixture = new EnumeratorFixture(api, 2).start(0, 1);
        fixture.checkpoint();
        for (int i = 0; i < 10; i++) {
            api.shard("child" + i, false, "a");
        }
        fixture.time.advance(20_000);
        fixture.ended("a", 0);
        assertThat(fixture.assigned).filteredOn(given -> given.endsWith(">0")).hasSize(1 + 3);
        fixture.checkpoint();
        assertThat(fixture.assigned).filteredOn(given -> given.endsWith(">0")).hasSize(1 + 5);
        assertThat(fixture.assigned).filteredOn(given -> given.endsWith(">1")).hasSize(5);
    }

    @Test
    void withoutCheckpointsAMergedChildIsNotHeldForEver() {
        api.shard("a", true).shard("b", true).shard("ab", false, "a", "b");
        EnumeratorFixture fixture = new EnumeratorFixture(api, 2).start(0, 1);
        fixture.ended("a", 0);
        fixture.ended("b", 1);
        fixture.time.advance(ShardEnumerator.NO_CHECKPOINT_MILLIS - 10_000);
        assertThat(fixture.assigned).hasSize(2);
        fixture.time.advance(20_000);
        assertThat(fixture.assigned).hasSize(3);
    }

    @Test
    void anEndBringsTheNextListingForward() {
        api.shard("a", true);
        ShardSourceOptions options = EnumeratorFixture.oldest().withDiscoveryInterval(Duration.ofMinutes(10));
        EnumeratorFixture fixture = new EnumeratorFixture(api, new ManualTime(), 1, options, null).start(0);
        fixture.time.advance(3_600_000);
        long before = api.calls("list");
        api.shard("a2", false, "a");
        fixture.ended("a", 0);
        fixture.time.advance(1000);
        assertThat(api.calls("list")).isEqualTo(before + 1);
        assertThat(fixture.assigned).containsExactly("a>0", "a2>0");
    }

    @Test
    void listsNoOftenerThanTold() {
        api.shard("a", false);
        EnumeratorFixture fixture = new EnumeratorFixture(api, 1).start(0);
        fixture.time.advance(600_000);
        assertThat(api.calls("list")).isBetween(55L, 65L);
    }

    @Test
    void shardsComeBackFromAFailedSubtaskAndAreReadAfterTheirParents() {
        api.shard("a", true).shard("a2", false, "a");
        EnumeratorFixture fixture = new EnumeratorFixture(api, 1).start(0);
        fixture.checkpoint();
        fixture.ended("a", 0);
        assertThat(fixture.assigned).containsExactly("a>0", "a2>0");
        fixture.reset(0, "a2");
        fixture.register(0);
        assertThat(fixture.assigned).as("a is read again first").containsExactly("a>0", "a2>0");
        fixture.ended("a", 0);
        assertThat(fixture.assigned).containsExactly("a>0", "a2>0", "a2>0");
    }

    @Test
    void aCheckpointTakenBeforeTheFailureDoesNotMakeAnUndoneEndDurable() {
        api.shard("a", true).shard("b", true).shard("ab", false, "a", "b");
        EnumeratorFixture fixture = new EnumeratorFixture(api, 2).start(0, 1);
        fixture.checkpoint();
        fixture.ended("a", 0);
        fixture.ended("b", 1);
        fixture.snapshot();
        fixture.reset(1);
        fixture.register(1);
        fixture.ended("b", 1);
        fixture.completeLast();
        assertThat(fixture.assigned)
                .as("behind b, whose second end no checkpoint holds")
                .endsWith("ab>1");
    }

    @Test
    void tellsReadersWhichEndsACheckpointHolds() {
        api.shard("a", true);
        EnumeratorFixture fixture = new EnumeratorFixture(api, 1).start(0);
        fixture.ended("a", 0);
        fixture.checkpoint();
        assertThat(fixture.events).containsExactly("0:" + new ShardEvent.EndsKept(List.of("a")));
        fixture.checkpoint();
        assertThat(fixture.events).hasSize(1);
    }

    @Test
    void anEndToldAfterARestoreReleasesTheChildAnywhere() {
        api.shard("a", true).shard("b", true).shard("ab", false, "a", "b");
        EnumeratorFixture fixture = new EnumeratorFixture(api, 2).start(0, 1);
        fixture.ended("b", 1);
        EnumeratorState state = fixture.snapshot();
        EnumeratorFixture restored =
                new EnumeratorFixture(api, fixture.time, 2, EnumeratorFixture.oldest(), state).start(0, 1);
        assertThat(restored.assigned).isEmpty();
        restored.enumerator.handleSourceEvent(
                0, new ShardEvent.Restored(List.of(), List.of(new ShardEvent.Ended("a", null))));
        assertThat(restored.assigned).hasSize(1);
    }

    @Test
    void whatWasGivenOutBeforeTheCheckpointIsNotGivenOutAgain() {
        api.shard("a", false).shard("b", false);
        EnumeratorFixture fixture = new EnumeratorFixture(api, 1).start(0);
        EnumeratorState state = fixture.checkpoint();
        api.shard("c", false);
        EnumeratorFixture restored =
                new EnumeratorFixture(api, fixture.time, 1, EnumeratorFixture.oldest(), state).start(0);
        assertThat(restored.assigned).containsExactly("c>0");
        assertThat(restored.splits.get("c").position()).isEqualTo(ShardPosition.trimHorizon());
        assertThat(api.calls).contains("resolve s");
    }

    @Test
    void aNewShardHasNothingThatIsOlderThanTheListingBefore() {
        FakeShardApi api = new FakeShardApi().shard("a", false);
        EnumeratorFixture fixture = new EnumeratorFixture(api, 1).start(0);
        Instant first = fixture.time.instant().minusMillis(1);
        fixture.time.advance(3_600_000);
        EnumeratorState state = fixture.checkpoint();
        Instant last = Instant.ofEpochMilli(state.listedMillis());
        assertThat(last).isAfter(first);
        assertThat(fixture.splits.get("a").readUpTo()).isNull();
        api.shard("b", false, "gone");
        fixture.time.advance(20_000);
        assertThat(fixture.splits.get("b").readUpTo()).isBetween(last, fixture.time.instant());
        // The job is away for a day.
        ManualTime later = new ManualTime();
        later.advance(86_400_000);
        EnumeratorFixture restored = new EnumeratorFixture(api, later, 1, EnumeratorFixture.oldest(), state).start(0);
        assertThat(restored.splits.get("b").readUpTo()).isEqualTo(last);
    }

    @Test
    void aChildHasNothingThatIsOlderThanTheLastRecordOfItsParents() {
        FakeShardApi api = new FakeShardApi()
                .shard("a", true)
                .shard("b", true)
                .shard("ab", true, "a", "b")
                .shard("abc", false, "ab");
        EnumeratorFixture fixture = new EnumeratorFixture(api, 1).start(0);
        fixture.enumerator.handleSourceEvent(0, new ShardEvent.Ended("a", Instant.ofEpochMilli(70)));
        fixture.enumerator.handleSourceEvent(0, new ShardEvent.Ended("b", Instant.ofEpochMilli(60)));
        assertThat(fixture.splits.get("ab").readUpTo()).isEqualTo(Instant.ofEpochMilli(70));
        EnumeratorState state = fixture.snapshot();
        EnumeratorFixture restored =
                new EnumeratorFixture(api, new ManualTime(), 1, EnumeratorFixture.oldest(), state).start(0);
        restored.enumerator.handleSourceEvent(
                0, new ShardEvent.Restored(List.of(), List.of(new ShardEvent.Ended("ab", Instant.ofEpochMilli(90)))));
        assertThat(restored.splits.get("abc").readUpTo()).isEqualTo(Instant.ofEpochMilli(90));
    }

    @Test
    void latestIsMovedBackByTheMarginOfTheServicesClock() {
        api.shard("a", false);
        ManualTime time = new ManualTime();
        Instant start = time.instant();
        EnumeratorFixture fixture = new EnumeratorFixture(api, time, 1, ShardSourceOptions.defaults(), null).start(0);
        assertThat(fixture.splits.get("a").position())
                .isEqualTo(ShardPosition.latest(start.minus(Duration.ofMinutes(2))));
        assertThat(fixture.begun).hasSize(1);
    }

    @Test
    void aRestartBeforeTheFirstCheckpointReadsSinceTheFirstStart() {
        api.shard("old", true).shard("a", false);
        ManualTime time = new ManualTime();
        Instant since = time.instant().minus(Duration.ofMinutes(2));
        EnumeratorFixture fixture = new EnumeratorFixture(api, time, 1, ShardSourceOptions.defaults(), null).start(0);
        time.advance(600_000);
        EnumeratorFixture again =
                new EnumeratorFixture(api, time, 1, ShardSourceOptions.defaults(), fixture.begun.get(0)).start(0);
        assertThat(again.assigned).containsExactly("a>0");
        assertThat(again.splits.get("a").position()).isEqualTo(ShardPosition.since(since));
    }

    @Test
    void aCheckpointBeforeTheFirstListingKeepsTheStart() {
        api.shard("a", false);
        ManualTime time = new ManualTime();
        Instant since = time.instant().minus(Duration.ofMinutes(2));
        EnumeratorFixture fixture = new EnumeratorFixture(api, time, 1, ShardSourceOptions.defaults(), null);
        EnumeratorState state = fixture.snapshot();
        time.advance(600_000);
        EnumeratorFixture again = new EnumeratorFixture(api, time, 1, ShardSourceOptions.defaults(), state).start(0);
        assertThat(again.splits.get("a").position()).isEqualTo(ShardPosition.since(since));
    }

    @Test
    void aStreamThatCannotBeReadEndsTheJobForGood() {
        api.listingFaults.add(new FakeShardApi.Fault(ShardFault.FATAL));
        assertThatThrownBy(() -> new EnumeratorFixture(api, 1).start(0))
                .isInstanceOf(ShardSourceException.class)
                .hasMessage("the stream cannot be read: scripted FATAL");
    }

    @Test
    void aFatalFailureOfARunningJobIsLeftToItsRestartStrategy() {
        api.shard("a", false);
        EnumeratorFixture fixture = new EnumeratorFixture(api, 1).start(0);
        api.listingFaults.add(new FakeShardApi.Fault(ShardFault.FATAL));
        assertThatThrownBy(() -> fixture.time.advance(60_000))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the shards of stream 's' cannot be listed (attempt 1): scripted FATAL");
    }

    @Test
    void theFirstListingIsTriedAFewTimesOnly() {
        for (int i = 0; i < 100; i++) {
            api.listingFaults.add(new FakeShardApi.Fault(ShardFault.RETRYABLE));
        }
        EnumeratorFixture fixture = new EnumeratorFixture(api, 1).start(0);
        assertThatThrownBy(() -> fixture.time.advance(60_000))
                .hasMessage("the shards of the stream cannot be listed (attempt 6): scripted RETRYABLE");
    }

    @Test
    void anOutageOfTheListingOfARunningJobIsRiddenOut() {
        api.shard("a", false);
        EnumeratorFixture fixture = new EnumeratorFixture(api, 1).start(0);
        for (int i = 0; i < 30; i++) {
            api.listingFaults.add(new FakeShardApi.Fault(ShardFault.RETRYABLE));
        }
        api.shard("b", false);
        fixture.time.advance(600_000);
        assertThat(fixture.assigned).containsExactly("a>0", "b>0");
    }
}
