package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

/** How a bounded job ends. */
class ShardStopTest {

    private final FakeShardApi api = new FakeShardApi();
    private final ManualTime time = new ManualTime();

    private EnumeratorFixture enumerator(StopPosition stop) {
        ShardSourceOptions options = EnumeratorFixture.oldest().withStop(stop);
        return new EnumeratorFixture(api, time, 2, options, null);
    }

    private ReaderFixture reader(StopPosition stop, Instant stopAt) {
        ReaderFixture fixture =
                new ReaderFixture(api, time, ShardSourceOptions.defaults().withStop(stop));
        fixture.reader.start();
        fixture.reader.addSplits(
                List.of(ShardSplit.at("s", "a", ShardPosition.trimHorizon()).stoppingAt(stopAt)));
        return fixture;
    }

    @Test
    void onlyASourceWithAStopIsBounded() {
        ShardSourceOptions options = ShardSourceOptions.defaults();
        assertThat(ShardSource.of(() -> api, new ReaderFixture.Words(), options).getBoundedness())
                .isEqualTo(Boundedness.CONTINUOUS_UNBOUNDED);
        assertThat(ShardSource.of(() -> api, new ReaderFixture.Words(), options.withStop(StopPosition.LATEST))
                        .getBoundedness())
                .isEqualTo(Boundedness.BOUNDED);
    }

    @Test
    void latestEndsAShardOnceItHasCaughtUpWithTheStart() {
        api.shard("a", false).records("a", 2500, time.millis() - 1);
        ReaderFixture fixture = reader(StopPosition.LATEST, time.instant().plusMillis(100));
        fixture.run(90);
        assertThat(fixture.emitted).as("the start is not reached").hasSize(2500);
        assertThat(fixture.events).isEmpty();
        fixture.run(2000);
        assertThat(fixture.ended()).containsExactly("a");
        fixture.reader.notifyNoMoreSplits();
        assertThat(fixture.reader.pollNext(fixture)).isEqualTo(InputStatus.END_OF_INPUT);
    }

    @Test
    void latestKeepsRecordsWhoseClockIsAheadOfOurs() {
        api.shard("a", false).records("a", 5, time.millis() + 3_600_000);
        ReaderFixture fixture = reader(StopPosition.LATEST, time.instant());
        fixture.run(1000);
        assertThat(fixture.emitted).hasSize(5);
        assertThat(fixture.ended()).containsExactly("a");
    }

    @Test
    void aTimePassesOverWhatWasCreatedThenOrLater() {
        Instant stop = time.instant();
        api.shard("a", false)
                .records("a", 3, stop.toEpochMilli() - 1)
                .records("a", 2, stop.toEpochMilli())
                .records("a", 1, stop.toEpochMilli() - 1);
        ReaderFixture fixture = reader(StopPosition.at(stop), stop);
        fixture.run(1000);
        assertThat(fixture.emitted).containsExactly("a:0", "a:1", "a:2", "a:5");
        assertThat(fixture.events).as("clocks may differ by the margin").isEmpty();
        fixture.run(121_000);
        assertThat(fixture.ended()).containsExactly("a");
    }

    @Test
    void readersAreToldTheEndOnceEveryShardOfAListingHasEnded() {
        api.shard("a", true).shard("b", false);
        EnumeratorFixture fixture = enumerator(StopPosition.at(time.instant())).start(0, 1);
        assertThat(fixture.splits.get("a").stopAt()).isEqualTo(Instant.ofEpochMilli(1_000_000_000L));
        fixture.ended("b", 1);
        api.shard("a2", false, "a");
        fixture.ended("a", 0);
        assertThat(fixture.events).as("a child may have appeared").isEmpty();
        time.advance(2000);
        assertThat(fixture.assigned).containsExactly("a>0", "b>1", "a2>0");
        fixture.ended("a2", 0);
        time.advance(2000);
        assertThat(fixture.events).containsExactly("0:no more", "1:no more");
    }

    @Test
    void latestTakesNoShardThatBeganLater() {
        api.shard("a", false);
        EnumeratorFixture fixture = enumerator(StopPosition.LATEST).start(0, 1);
        api.shard("a2", false, "a");
        fixture.ended("a", 0);
        time.advance(60_000);
        assertThat(fixture.assigned).containsExactly("a>0");
        assertThat(fixture.events).containsExactly("0:no more", "1:no more");
    }

    @Test
    void anEmptyListingIsNoEnd() {
        EnumeratorFixture fixture = enumerator(StopPosition.at(time.instant())).start(0, 1);
        time.advance(60_000);
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void whatAFailedReaderGivesBackGoesToAReaderThatHasNotEnded() {
        api.shard("a", false).shard("b", false);
        EnumeratorFixture fixture = enumerator(StopPosition.LATEST).start(0, 1);
        fixture.ended("a", 0);
        fixture.ended("b", 1);
        time.advance(2000);
        fixture.reset(1, "b");
        fixture.register(1);
        assertThat(fixture.assigned).containsExactly("a>0", "b>1", "b>1");
        fixture.ended("b", 1);
        time.advance(2000);
        assertThat(fixture.events).containsExactly("0:no more", "1:no more", "1:no more");
    }
}
