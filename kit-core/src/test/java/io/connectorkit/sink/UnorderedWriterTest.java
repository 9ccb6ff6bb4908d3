package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SimulatedStore.Answer;
import io.connectorkit.tck.SimulatedStore.Script;
import io.connectorkit.tck.SinkHarness;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

/** A writer that keeps nothing in order. */
class UnorderedWriterTest extends WriterFixture {

    @Test
    void deliversEveryChangeOnceThoughAFifthOfThemFails() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, false, failingEntries(0.2, 7));
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(50, 8))) {
            for (long i = 0; i < 20_000; i++) {
                sink.write(new Event("k" + i % 100, i));
            }
            sink.flush();
            assertThat(sink.metric("numRecordsSend")).isEqualTo(20_000);
            assertThat(sink.metric("retries")).isPositive();
            assertThat(sink.metric("bufferedEntries")).isZero();
            assertThat(sink.metric("bufferedBytes")).isZero();
        }
        assertThat(store.applied().stream().map(UnorderedWriterTest::payload).sorted())
                .containsExactlyElementsOf(LongStream.range(0, 20_000).boxed().toList());
        assertThat(store.batchSizes()).allSatisfy(size -> assertThat(size).isBetween(1, 50));
    }

    @Test
    void retriesOnlyWhatFailedOfABatch() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, false, new Script<>() {
            @Override
            public Outcome entry(Change<Long> change, int attempt) {
                return payload(change) == 3 && attempt == 1 ? Outcome.retry(BUSY) : Outcome.delivered();
            }
        });
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(5, 1))) {
            write(sink, 5);
            sink.flush();
        }
        assertThat(store.batchSizes()).containsExactly(5, 1);
    }

    @Test
    void whatFailedTravelsWithWhatHasArrivedSince() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, false, new Script<>() {
            @Override
            public Outcome entry(Change<Long> change, int attempt) {
                return payload(change) == 3 && attempt == 1 ? Outcome.retry(BUSY) : Outcome.delivered();
            }
        });
        SinkOptions options = SinkOptions.defaults()
                .withTuning(SinkTuning.defaults().withWindow(5, 1).withLinger(Duration.ofSeconds(10)));
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options)) {
            write(sink, 5);
            task.advance(100);
            sink.write(new Event("k8", 8));
            sink.write(new Event("k9", 9));
            task.advance(10_000);
        }
        assertThat(store.batchSizes()).containsExactly(5, 3);
        assertThat(store.applied()).hasSize(7);
    }

    @Test
    void halvesABatchThatIsRefusedAsAWhole() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, false, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return batch.size() > 30 ? new Answer.Refused(FailureKind.REJECTED, new IOException("413")) : null;
            }
        });
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(100, 4))) {
            write(sink, 100);
            sink.flush();
        }
        assertThat(store.batchSizes()).containsExactly(100, 50, 50, 25, 25, 25, 25);
        assertThat(store.applied()).hasSize(100);
    }

    @Test
    void sendsABatchAgainThatIsNotAnsweredInTime() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, true, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return number == 1 ? new Answer.Lost(1_000_000) : null;
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(10, 2))) {
            write(sink, 10);
            sink.flush();
            assertThat(sink.metric("timeouts")).isEqualTo(1);
            assertThat(sink.metric("bufferedBytes")).isZero();
        }
        assertThat(store.batchSizes()).containsExactly(10, 10);
        assertThat(store.contents()).hasSize(10);
    }

    @Test
    void changesThatFailedGoBeforeThoseThatWaitForTheirFirstTurn() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, false, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return number == 1 ? new Answer.Refused(FailureKind.RETRYABLE, BUSY) : null;
            }
        });
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(2, 1))) {
            write(sink, 2);
            // Its back-off passes while only one change waits.
            task.advance(50);
            sink.write(new Event("k9", 9));
            sink.flush();
        }
        assertThat(store.applied().stream().map(UnorderedWriterTest::payload)).containsExactlyInAnyOrder(0L, 1L, 9L);
    }

    @Test
    void aBatchIsClosedBeforeItsBytesAreTooMany() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, false, GOOD);
        int each = store.sizeOf(upsert("k0", 0));
        SinkTuning tuning = SinkTuning.defaults()
                .withWindow(100, 4)
                .withBytes(MemorySize.parse(3 * each + "b"), MemorySize.parse(400 * each + "b"));
        try (SinkHarness<Event> sink =
                open(UNVERSIONED, store, SinkOptions.defaults().withTuning(tuning))) {
            write(sink, 10);
            sink.flush();
        }
        assertThat(store.batchSizes()).containsExactly(3, 3, 3, 1);
    }

    @Test
    void aBatchThatIsNotFullGoesAfterTheLinger() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, false, GOOD);
        SinkOptions options = SinkOptions.defaults()
                .withTuning(SinkTuning.defaults().withWindow(100, 4).withLinger(Duration.ofMillis(200)));
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options)) {
            write(sink, 7);
            task.advance(199);
            assertThat(store.batchSizes()).isEmpty();
            task.advance(1);
            assertThat(store.batchSizes()).containsExactly(7);
        }
    }

    @Test
    void batchesThatWaitForARequestGoInTheOrderOfTheirArrival() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, false, GOOD);
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(10, 1))) {
            write(sink, 95);
            sink.flush();
        }
        assertThat(store.applied().stream().map(UnorderedWriterTest::payload))
                .containsExactlyElementsOf(LongStream.range(0, 95).boxed().toList());
        assertThat(store.batchSizes()).isEqualTo(batches(95));
    }

    private static List<Integer> batches(int changes) {
        return IntStream.range(0, (changes + 9) / 10)
                .mapToObj(batch -> Math.min(10, changes - 10 * batch))
                .toList();
    }

    private static void write(SinkHarness<Event> sink, int count) throws Exception {
        for (long i = 0; i < count; i++) {
            sink.write(new Event("k" + i, i));
        }
    }

    private static long payload(Change<Long> change) {
        return ((Change.Upsert<Long>) change).payload();
    }
}
