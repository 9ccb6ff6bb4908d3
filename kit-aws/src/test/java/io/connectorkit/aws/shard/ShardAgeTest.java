package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gaps of a service that goes on with the oldest record and says nothing: only the time tells. */
class ShardAgeTest {

    private final FakeShardApi api = new FakeShardApi();
    private final ManualTime time = new ManualTime();

    private ReaderFixture restored(OnGap onGap, Instant readUpTo) {
        ReaderFixture fixture =
                new ReaderFixture(api, time, ShardSourceOptions.defaults().withOnGap(onGap));
        return fixture.restored(
                List.of(new ShardSplit("s", "a", ShardPosition.after("2"), null, null, readUpTo, false)));
    }

    @Test
    void aPositionOlderThanTheRetentionIsAGap() {
        api.shard("a", false).records("a", 10, 0);
        api.keptSince = time.instant();
        Instant readUpTo = time.instant().minusMillis(1);
        assertThatThrownBy(() -> restored(OnGap.FAIL, readUpTo).run(100))
                .isInstanceOf(ShardSourceException.class)
                .hasMessageStartingWith("shard 'a' of stream 's' was trimmed before it was read to its end (position:"
                        + " after sequence number 2): ");
        assertThat(api.calls("iterator")).isZero();
    }

    @Test
    void continuesWithTheOldestRecordAndCountsTheGap() {
        api.shard("a", false).records("a", 10, 0).trim("a", 5);
        api.keptSince = time.instant();
        ReaderFixture fixture = restored(OnGap.CONTINUE, time.instant().minusMillis(1));
        fixture.run(100);
        assertThat(fixture.emitted).containsExactly("a:5", "a:6", "a:7", "a:8", "a:9");
        assertThat(fixture.count("gaps")).isEqualTo(1);
    }

    private ReaderFixture child(OnGap onGap, Instant bornAfter) {
        ReaderFixture fixture =
                new ReaderFixture(api, time, ShardSourceOptions.defaults().withOnGap(onGap));
        return fixture.restored(
                List.of(ShardSplit.at("s", "a", ShardPosition.trimHorizon()).readAtLeastTo(bornAfter)));
    }

    @Test
    void aChildThatMayHaveBeenTrimmedBeforeItsFirstRequestIsAGap() {
        api.shard("a", false).records("a", 10, 0).trim("a", 5);
        api.keptSince = time.instant();
        assertThatThrownBy(
                        () -> child(OnGap.FAIL, time.instant().minusMillis(1)).run(100))
                .isInstanceOf(ShardSourceException.class)
                .hasMessageStartingWith("shard 'a' of stream 's' was trimmed before it was read to its end (position:"
                        + " first record): ");
        assertThat(child(OnGap.FAIL, time.instant()).api.calls("iterator")).isPositive();
    }

    @Test
    void whatIsLeftOfSuchAChildIsReadAndTheGapToldOnceAlsoOverARestore() {
        api.shard("a", false).records("a", 10, 0).trim("a", 5);
        api.keptSince = time.instant();
        ReaderFixture fixture = child(OnGap.CONTINUE, time.instant().minusMillis(1));
        fixture.poll(1);
        assertThat(fixture.count("gaps")).isEqualTo(1);
        ReaderFixture again =
                new ReaderFixture(api, time, ShardSourceOptions.defaults().withOnGap(OnGap.CONTINUE));
        again.restored(List.of(ShardJob.copy(fixture.reader.snapshotState(1).get(0))));
        again.run(100);
        assertThat(again.emitted).containsExactly("a:5", "a:6", "a:7", "a:8", "a:9");
        assertThat(again.count("gaps")).isZero();
    }

    @Test
    void aStartTimeThatWasKeptForLongerThanTheRetentionIsAGap() {
        api.shard("a", false).records("a", 10, 0).trim("a", 5);
        api.keptSince = time.instant();
        ReaderFixture fixture =
                new ReaderFixture(api, time, ShardSourceOptions.defaults().withOnGap(OnGap.CONTINUE));
        fixture.restored(List.of(new ShardSplit(
                "s",
                "a",
                ShardPosition.since(Instant.EPOCH),
                Instant.EPOCH,
                null,
                time.instant().minusMillis(1),
                false)));
        fixture.run(100);
        assertThat(fixture.emitted).hasSize(5);
        assertThat(fixture.count("gaps")).isEqualTo(1);
    }

    @Test
    void anEndTellsWhenTheLastRecordWasCreated() {
        api.shard("a", true).records("a", 2, 55).records("a", 1, 77);
        ReaderFixture fixture = child(OnGap.FAIL, Instant.ofEpochMilli(5));
        fixture.run(100);
        assertThat(fixture.events)
                .containsExactly(
                        new ShardEvent.Restored(List.of("a"), List.of()),
                        new ShardEvent.Ended("a", Instant.ofEpochMilli(77)));
        api.shard("a", true).records("a", 0, 0).trim("a", 3);
        ReaderFixture empty = child(OnGap.FAIL, Instant.ofEpochMilli(5));
        empty.run(100);
        assertThat(empty.events).endsWith(new ShardEvent.Ended("a", Instant.ofEpochMilli(5)));
    }

    @Test
    void aYoungerPositionIsNone() {
        api.shard("a", false).records("a", 5, 0);
        api.keptSince = time.instant();
        ReaderFixture fixture = restored(OnGap.FAIL, time.instant());
        fixture.run(100);
        assertThat(fixture.emitted).containsExactly("a:3", "a:4");
        assertThat(fixture.count("gaps")).isZero();
    }

    @Test
    void aShardThatWasQuietForLongerThanTheRetentionIsNone() {
        api.shard("a", false).records("a", 3, 0);
        ReaderFixture fixture = restored(OnGap.FAIL, time.instant());
        fixture.run(100);
        fixture.time.advance(Duration.ofDays(3).toMillis());
        List<ShardSplit> state = fixture.reader.snapshotState(1);
        assertThat(state.get(0).readUpTo()).isAfter(time.instant().minusSeconds(5));
    }

    @Test
    void whatIsFetchedButNotEmittedIsNotReadYet() {
        api.shard("a", false).records("a", 10, 77);
        ReaderFixture fixture = restored(OnGap.FAIL, Instant.ofEpochMilli(5));
        assertThat(fixture.reader.snapshotState(1).get(0).readUpTo()).isEqualTo(Instant.ofEpochMilli(5));
        fixture.poll(2);
        assertThat(fixture.reader.snapshotState(2).get(0).readUpTo()).isEqualTo(Instant.ofEpochMilli(77));
    }
}
