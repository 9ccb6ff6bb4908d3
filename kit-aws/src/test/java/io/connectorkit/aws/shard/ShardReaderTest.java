package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.failure.RetryPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardReaderTest {

    private final FakeShardApi api = new FakeShardApi();

    private static List<String> words(String shard, int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> shard + ":" + n).toList();
    }

    private static ShardSourceOptions options() {
        return ShardSourceOptions.defaults();
    }

    @Test
    void emitsEachShardInOrderWithItsTimesAndTellsItsEnd() {
        api.shard("a", true).records("a", 2500, 777);
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.pollAll();
        assertThat(fixture.emitted).isEqualTo(words("a", 0, 2500));
        assertThat(fixture.timestamps).containsOnly(777L);
        assertThat(fixture.ended()).containsExactly("a");
        assertThat(fixture.outputs).containsExactly("+a", "-a");
        assertThat(fixture.count("records")).isEqualTo(2500);
        assertThat(fixture.gauge("openShards")).isZero();
    }

    @Test
    void anEndThatIsToldBeforeTheLastRecordsLosesNone() {
        for (int told : List.of(0, 7, 10)) {
            FakeShardApi early =
                    new FakeShardApi().shard("a", true).records("a", 10, 0).endEarly("a", told);
            ReaderFixture fixture = new ReaderFixture(early).reading("a");
            fixture.pollAll();
            assertThat(fixture.emitted).as("end told at %d", told).isEqualTo(words("a", 0, 10));
            assertThat(fixture.ended()).containsExactly("a");
        }
    }

    @Test
    void aShardThatIsTrimmedAfterItsEndWasToldIsNoGap() {
        api.shard("a", true).records("a", 10, 0).hold("a");
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        api.fail("a", ShardFault.SHARD_GONE);
        api.release("a");
        fixture.pollAll();
        assertThat(fixture.emitted).isEqualTo(words("a", 0, 10));
        assertThat(fixture.ended()).containsExactly("a");
        assertThat(fixture.count("gaps")).isZero();
    }

    @Test
    void oneRecordMayBecomeSeveralElements() {
        api.shard("twice", true).records("twice", 1, 0);
        ReaderFixture fixture = new ReaderFixture(api).reading("twice");
        fixture.pollAll();
        assertThat(fixture.emitted).containsExactly("twice:0", "twice:0");
    }

    @Test
    void namesTheRecordThatCannotBeDeserialized() {
        api.shard("bad", true).records("bad", 1, 0);
        ReaderFixture fixture = new ReaderFixture(api).reading("bad");
        assertThatThrownBy(fixture::pollAll)
                .hasMessage("the record at sequence number 0 of shard 'bad' of stream 's' could not be deserialized:"
                        + " java.lang.IllegalArgumentException")
                .hasRootCauseMessage("not a word");
    }

    @Test
    void aThrottledShardDoesNotDelayItsNeighbour() {
        api.shard("slow", false).records("slow", 10, 0);
        api.shard("fast", false).records("fast", 5000, 0);
        ShardFault[] throttles = new ShardFault[40];
        java.util.Arrays.fill(throttles, ShardFault.THROTTLED);
        api.fail("slow", throttles);
        ReaderFixture fixture = new ReaderFixture(api).reading("slow", "fast");
        fixture.pollAll();
        assertThat(fixture.of("fast")).isEqualTo(words("fast", 0, 5000));
        assertThat(fixture.of("slow")).isEmpty();
        fixture.run(600_000);
        assertThat(fixture.of("slow")).isEqualTo(words("slow", 0, 10));
        assertThat(fixture.count("throttles")).isEqualTo(40);
    }

    @Test
    void aSlowRequestDoesNotDelayTheNeighbour() {
        api.shard("slow", false).records("slow", 10, 0).hold("slow");
        api.shard("fast", true).records("fast", 5000, 0);
        ReaderFixture fixture = new ReaderFixture(api).reading("slow", "fast");
        fixture.pollAll();
        assertThat(fixture.of("fast")).hasSize(5000);
        api.release("slow");
        fixture.pollAll();
        assertThat(fixture.of("slow")).isEqualTo(words("slow", 0, 10));
    }

    @Test
    void anExpiredIteratorIsRenewedBehindTheLastRecord() {
        api.shard("a", false).records("a", 10, 0);
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.run(100);
        api.records("a", 5, 0).fail("a", ShardFault.EXPIRED_ITERATOR);
        fixture.run(3000);
        assertThat(fixture.emitted).isEqualTo(words("a", 0, 15));
        assertThat(fixture.count("iteratorRenewals")).isEqualTo(1);
        assertThat(api.calls("iterator a AFTER")).isEqualTo(1);
    }

    @Test
    void anIteratorThatKeepsExpiringIsNotAskedForInALoop() {
        api.shard("a", false);
        ShardFault[] faults = new ShardFault[200];
        java.util.Arrays.fill(faults, ShardFault.EXPIRED_ITERATOR);
        api.fail("a", faults);
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.run(1000);
        assertThat(api.calls("iterator")).isLessThan(20);
    }

    @Test
    void latestIsNotAskedForAgainAfterAFailure() {
        ReaderFixture fixture = new ReaderFixture(api);
        Instant start = fixture.time.instant();
        api.shard("a", false).records("a", 3, start.toEpochMilli() - 1);
        fixture.reader.start();
        fixture.reader.addSplits(List.of(ShardSplit.at("s", "a", ShardPosition.latest(start))));
        fixture.run(50);
        api.records("a", 2, start.toEpochMilli() + 1).fail("a", ShardFault.EXPIRED_ITERATOR);
        fixture.run(3000);
        assertThat(fixture.emitted).isEqualTo(words("a", 3, 5));
        assertThat(api.calls("iterator a LATEST")).isEqualTo(1);
        assertThat(api.calls("iterator a SINCE")).isEqualTo(1);
    }

    @Test
    void latestOfAnIdleShardIsKeptAsTheStartTime() {
        ReaderFixture fixture = new ReaderFixture(api);
        Instant start = fixture.time.instant();
        api.shard("a", false).records("a", 1500, start.toEpochMilli() - 1);
        fixture.reader.start();
        fixture.reader.addSplits(List.of(ShardSplit.at("s", "a", ShardPosition.latest(start))));
        fixture.run(5000);
        List<ShardSplit> state = fixture.reader.snapshotState(1);
        assertThat(state)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("readUpTo")
                .containsExactly(ShardSplit.at("s", "a", ShardPosition.since(start)));

        api.records("a", 2, start.toEpochMilli() + 1);
        ReaderFixture again = new ReaderFixture(api).restored(state);
        again.run(3000);
        assertThat(again.emitted).isEqualTo(words("a", 1500, 1502));
    }

    @Test
    void oldRecordsAreDroppedOverACheckpointInTheirMiddle() {
        ReaderFixture fixture =
                new ReaderFixture(api, new ManualTime(), options().withPageRecords(10));
        Instant start = fixture.time.instant();
        api.shard("a", false).records("a", 25, start.toEpochMilli() - 1);
        fixture.restored(List.of(ShardSplit.at("s", "a", ShardPosition.since(start))));
        fixture.poll(1);
        List<ShardSplit> state = fixture.reader.snapshotState(1);
        assertThat(state.get(0).position().kind()).isEqualTo(ShardPosition.Kind.AFTER);
        assertThat(state.get(0).dropBefore()).isEqualTo(start);
        api.records("a", 3, start.toEpochMilli());
        ReaderFixture again = new ReaderFixture(api).restored(state);
        again.run(1000);
        assertThat(again.emitted).isEqualTo(words("a", 25, 28));
    }

    @Test
    void losesAndRepeatsNothingWhereverACheckpointCuts() {
        api.shard("a", true).records("a", 23, 0).shard("b", true).records("b", 31, 0);
        for (int cut = 0; cut <= 60; cut++) {
            ShardSourceOptions options = options().withPageRecords(5);
            ReaderFixture fixture = new ReaderFixture(api, new ManualTime(), options).reading("a", "b");
            fixture.poll(cut);
            List<String> before = new ArrayList<>(fixture.emitted);
            List<ShardSplit> state = fixture.reader.snapshotState(1);
            fixture.pollAll();
            ReaderFixture again = new ReaderFixture(api, new ManualTime(), options).restored(state);
            again.pollAll();
            before.addAll(again.emitted);
            assertThat(before.stream().filter(word -> word.startsWith("a")).toList())
                    .as("cut after %d polls", cut)
                    .isEqualTo(words("a", 0, 23));
            assertThat(before.stream().filter(word -> word.startsWith("b")).toList())
                    .as("cut after %d polls", cut)
                    .isEqualTo(words("b", 0, 31));
        }
    }

    @Test
    void tellsAnEndAgainAfterARestoreUntilACheckpointIsKnownToHoldIt() {
        api.shard("a", true).shard("b", false);
        ReaderFixture fixture = new ReaderFixture(api).reading("a", "b");
        fixture.pollAll();
        List<ShardSplit> state = fixture.reader.snapshotState(1);
        ReaderFixture again = new ReaderFixture(api).restored(state);
        assertThat(again.events)
                .containsExactly(new ShardEvent.Restored(List.of("b"), List.of(new ShardEvent.Ended("a", null))));
        again.reader.handleSourceEvents(new ShardEvent.EndsKept(List.of("a")));
        assertThat(again.reader.snapshotState(2))
                .extracting(ShardSplit::shardId)
                .containsExactly("b");
    }

    @Test
    void anIdleShardIsAskedAboutOnceASecondAndWakesNobody() {
        api.shard("a", false);
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.pollAll();
        fixture.time.advance(10_000);
        long before = api.calls("get");
        fixture.time.advance(60_000);
        assertThat(api.calls("get") - before).isBetween(59L, 61L);
        assertThat(fixture.reader.isAvailable()).isNotDone();
        assertThat(fixture.gauge("millisBehindLatest")).isBetween(0L, 1000L);
    }

    @Test
    void millisBehindLatestGrowsWhileRequestsFail() {
        api.shard("a", false);
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.run(2000);
        api.hold("a");
        fixture.time.advance(30_000);
        assertThat(fixture.gauge("millisBehindLatest")).isBetween(28_000L, 31_000L);
    }

    @Test
    void neverReadsMoreThanOnePageAhead() {
        api.shard("a", false).records("a", 10_000, 0);
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.time.advance(60_000);
        assertThat(api.calls("get")).isEqualTo(2);
        fixture.poll(1000);
        assertThat(api.calls("get")).isEqualTo(3);
    }

    @Test
    void manyShardsShareOneBound() {
        ShardSourceOptions options = options().withBufferedRecords(3000);
        for (int i = 0; i < 20; i++) {
            api.shard("s" + i, true).records("s" + i, 5000, 0);
        }
        ReaderFixture fixture = new ReaderFixture(api, new ManualTime(), options);
        fixture.reading(IntStream.range(0, 20).mapToObj(i -> "s" + i).toArray(String[]::new));
        assertThat(api.calls("get")).isEqualTo(3);
        fixture.pollAll();
        assertThat(fixture.emitted).hasSize(100_000);
    }

    @Test
    void aPausedShardKeepsItsOrderAndStarvesNobody() {
        ShardSourceOptions options = options().withBufferedRecords(1000).withPageRecords(500);
        api.shard("a", true).records("a", 3000, 0).shard("b", true).records("b", 3000, 0);
        ReaderFixture fixture = new ReaderFixture(api, new ManualTime(), options).reading("a", "b");
        fixture.poll(10);
        fixture.reader.pauseOrResumeSplits(List.of("a"), List.of());
        fixture.pollAll();
        assertThat(fixture.of("b")).hasSize(3000);
        assertThat(fixture.of("a").size()).isLessThan(3000);
        fixture.reader.pauseOrResumeSplits(List.of(), List.of("a"));
        fixture.pollAll();
        assertThat(fixture.of("a")).isEqualTo(words("a", 0, 3000));
    }

    @Test
    void aShardThatIsResumedGoesOnBeforeWhatArrivedMeanwhile() {
        api.shard("a", true).records("a", 3000, 0);
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.poll(10);
        fixture.reader.pauseOrResumeSplits(List.of("a"), List.of());
        fixture.reader.pauseOrResumeSplits(List.of(), List.of("a"));
        fixture.pollAll();
        assertThat(fixture.emitted).isEqualTo(words("a", 0, 3000));
    }

    @Test
    void failsOnAGapAndSaysWhatToDo() {
        api.shard("a", false).records("a", 10, 0).trim("a", 5);
        ReaderFixture fixture =
                new ReaderFixture(api).restored(List.of(ShardSplit.at("s", "a", ShardPosition.after("2"))));
        assertThatThrownBy(fixture::pollAll)
                .isInstanceOf(ShardSourceException.class)
                .hasMessage(
                        "shard 'a' of stream 's' was trimmed before it was read to its end (position: after sequence"
                                + " number 2): scripted TRIMMED; records are lost. Repair the target from the source of the"
                                + " data, then resume from the last checkpoint with source.on-gap=continue, or start without"
                                + " state");
        assertThat(fixture.count("gaps")).isEqualTo(1);
    }

    @Test
    void continuesBehindAGapAndCountsIt() {
        api.shard("a", false).records("a", 10, 0).trim("a", 5);
        ReaderFixture fixture = new ReaderFixture(
                        api, new ManualTime(), options().withOnGap(OnGap.CONTINUE))
                .restored(List.of(ShardSplit.at("s", "a", ShardPosition.after("2"))));
        fixture.run(1000);
        assertThat(fixture.emitted).isEqualTo(words("a", 5, 10));
        assertThat(fixture.count("gaps")).isEqualTo(1);
    }

    @Test
    void aShardThatVanishedUnreadIsAGapAndThenOver() {
        api.shard("a", false).fail("a", ShardFault.SHARD_GONE);
        ReaderFixture fixture = new ReaderFixture(
                        api, new ManualTime(), options().withOnGap(OnGap.CONTINUE))
                .restored(List.of(ShardSplit.at("s", "a", ShardPosition.after("2"))));
        fixture.run(100);
        assertThat(fixture.ended()).endsWith("a");
        assertThat(fixture.count("gaps")).isEqualTo(1);
    }

    @Test
    void givesUpAfterTheAttemptsThatThePolicyAllows() {
        api.shard("a", false);
        api.fail("a", ShardFault.RETRYABLE, ShardFault.RETRYABLE, ShardFault.RETRYABLE);
        ShardSourceOptions options = options().withRetry(RetryPolicy.defaults().withMaxAttempts(3));
        ReaderFixture fixture = new ReaderFixture(api, new ManualTime(), options).reading("a");
        assertThatThrownBy(() -> fixture.run(10_000))
                .hasMessage("shard 'a' of stream 's' failed 3 times in a row: scripted RETRYABLE");
    }

    @Test
    void aFatalFailureOfAFreshShardEndsTheJobForGood() {
        api.shard("a", false).fail("a", ShardFault.FATAL);
        ReaderFixture fixture = new ReaderFixture(api);
        fixture.reader.start();
        fixture.reader.addSplits(List.of(ShardSplit.at("s", "a", ShardPosition.latest(Instant.EPOCH))));
        assertThatThrownBy(fixture::pollAll)
                .isInstanceOf(ShardSourceException.class)
                .hasMessage("shard 'a' of stream 's' cannot be read: scripted FATAL");
    }

    @Test
    void closesItsApi() throws Exception {
        ReaderFixture fixture = new ReaderFixture(api.shard("a", false)).reading("a");
        fixture.reader.close();
        fixture.time.advance(10_000);
        assertThat(api.closed).isTrue();
        assertThat(api.calls("get")).isEqualTo(1);
    }
}
