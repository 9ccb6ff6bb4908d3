package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SimulatedStore.Answer;
import io.connectorkit.tck.SimulatedStore.Script;
import io.connectorkit.tck.SinkHarness;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The writer's promises on order, checkpoints and bad input, over a scripted store in virtual time. */
class BatchWriterTest extends WriterFixture {

    // ------------------------------------------------------------------ order

    @Test
    void keepsEachKeyInOrderWith16InFlightAndAFifthOfAllEntriesFailing() throws Exception {
        for (Ordering ordering : List.of(Ordering.COALESCE, Ordering.FIFO)) {
            long seed = 7;
            SimulatedStore<Long> store = store(ordering, false, failingEntries(0.2, seed));
            SplittableRandom random = new SplittableRandom(seed);
            Map<String, Long> last = new HashMap<>();
            try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(10, 16))) {
                for (long sequence = 0; sequence < 20_000; sequence++) {
                    String key = "k" + random.nextInt(400);
                    sink.write(new Event(key, sequence));
                    last.put(key, sequence);
                }
                sink.flush();
            }
            assertThat(store.violations()).as("keys twice in flight").isEmpty();
            assertThat(store.mostInFlight()).as("requests at a time").isEqualTo(16);
            assertThat(inversions(store))
                    .as("inversions under %s, seed %d", ordering, seed)
                    .isZero();
            last.forEach((key, sequence) -> assertThat(store.contents().get(ChangeKey.of(key)))
                    .isEqualTo(new Change.Upsert<>(ChangeKey.of(key), null, sequence)));
            if (ordering == Ordering.FIFO) {
                assertThat(store.applied()).hasSize(20_000);
            }
        }
    }

    @Test
    void otherKeysOvertakeAKeyThatIsHeldBack() throws Exception {
        SimulatedStore<Long> store = store(Ordering.FIFO, false, GOOD);
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(1, 8))) {
            for (long sequence = 0; sequence < 5; sequence++) {
                sink.write(new Event("hot", sequence));
            }
            for (int i = 0; i < 7; i++) {
                sink.write(new Event("cold" + i, 100));
            }
            assertThat(sink.metric("inFlight")).isEqualTo(8);
            assertThat(sink.metric("heldBackKeys")).isEqualTo(1);
            sink.flush();
            assertThat(sink.metric("heldBackKeys")).isZero();
        }
        assertThat(store.applied()).hasSize(12);
    }

    @Test
    void independentChangesOfOneKeyAreNotHeldBack() throws Exception {
        SimulatedStore<Long> store = store(Ordering.NONE, false, GOOD);
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(10, 4))) {
            for (long sequence = 0; sequence < 40; sequence++) {
                sink.write(new Event("same", sequence));
            }
            assertThat(sink.metric("inFlight")).isEqualTo(4);
            sink.flush();
        }
        assertThat(store.applied()).hasSize(40);
        assertThat(store.batchSizes()).containsExactly(10, 10, 10, 10);
    }

    @Test
    void aWaitingChangeIsReplacedByANewerOneOfItsKeyAndNeverByAnOlder() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, GOOD);
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(100, 1))) {
            sink.write(new Event("a", 5));
            sink.write(new Event("a", 9));
            sink.write(new Event("a", 7));
            sink.flush();
            assertThat(sink.metric("coalesced")).isEqualTo(1);
            assertThat(sink.metric("staleDropped")).isEqualTo(1);
        }
        assertThat(store.applied()).containsExactly(upsert("a", 9));
    }

    @Test
    void aChangeThatWaitsForItsRequestIsReplacedByANewerOneToo() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, GOOD);
        SinkOptions options = SinkOptions.defaults()
                .withTuning(SinkTuning.defaults().withWindow(2, 1).withBufferedEntries(10));
        try (SinkHarness<Event> sink = open(VERSIONED, store, options)) {
            for (String key : List.of("a", "b", "c", "d")) {
                sink.write(new Event(key, 1));
            }
            assertThat(sink.metric("inFlight")).as("a and b; c and d wait").isEqualTo(1);
            sink.write(new Event("c", 2));
            sink.flush();
            assertThat(sink.metric("coalesced")).isEqualTo(1);
        }
        assertThat(store.applied()).containsExactly(upsert("a", 1), upsert("b", 1), upsert("c", 2), upsert("d", 1));
    }

    @Test
    void amongEqualVersionsTheLaterArrivalIsSent() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, GOOD);
        Changes<Event, Long> sameVersion = UNVERSIONED.withVersion(event -> ChangeVersion.of(1));
        try (SinkHarness<Event> sink = open(sameVersion, store, options(100, 1))) {
            sink.write(new Event("a", 1));
            sink.write(new Event("a", 2));
            sink.flush();
            sink.write(new Event("a", 3));
            sink.flush();
        }
        assertThat(store.applied())
                .extracting(change -> ((Change.Upsert<Long>) change).payload())
                .containsExactly(2L, 3L);
    }

    @Test
    void insertOnlyKeepsTheFirstArrival() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, GOOD);
        try (SinkHarness<Event> sink = open(UNVERSIONED.withInsertOnly(), store, options(100, 1))) {
            sink.write(new Event("a", 1));
            sink.write(new Event("a", 2));
            sink.flush();
            assertThat(sink.metric("staleDropped")).isEqualTo(1);
        }
        assertThat(store.applied())
                .extracting(change -> ((Change.Upsert<Long>) change).payload())
                .containsExactly(1L);
    }

    // ------------------------------------------------------------------ checkpoints and back-pressure

    @Test
    void flushReturnsOnlyWhenEverythingHasBeenAccepted() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, failingEntries(0.5, 3));
        // Half of all entries fail: 16 times in a row is no rarity.
        SinkOptions options = options(50, 4).withRetry(RetryPolicy.defaults().withMaxAttempts(100));
        try (SinkHarness<Event> sink = open(VERSIONED, store, options)) {
            for (int checkpoint = 0; checkpoint < 10; checkpoint++) {
                for (int i = 0; i < 333; i++) {
                    sink.write(new Event("c" + checkpoint + "k" + i, i));
                }
                sink.flush();
                assertThat(store.contents()).hasSize((checkpoint + 1) * 333);
                assertThat(sink.metric("bufferedEntries")).isZero();
                assertThat(sink.metric("inFlight")).isZero();
            }
        }
    }

    @Test
    void aPartialBatchGoesOutWhenItsOldestChangeHasLingeredLongEnough() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, GOOD);
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(100, 4))) {
            sink.write(new Event("a", 1));
            task.advance(150);
            sink.write(new Event("b", 1));
            assertThat(store.requests()).isZero();
            task.advance(50);
            assertThat(store.batchSizes()).containsExactly(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"300, 6", "350, 8"})
    void aBatchIsFullByItsBytesToo(long batchBytes, int changes) throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, GOOD);
        SinkTuning tuning = SinkTuning.defaults().withBytes(new MemorySize(batchBytes), new MemorySize(10_000));
        try (SinkHarness<Event> sink =
                open(VERSIONED, store, SinkOptions.defaults().withTuning(tuning))) {
            for (int i = 0; i < changes; i++) {
                sink.write(new Event("k" + i, 1));
            }
            assertThat(store.batchSizes()).as("100 bytes each").containsExactly(3, 3);
        }
    }

    @Test
    void theBytesOfTheBufferAreABoundToo() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, GOOD);
        SinkTuning tuning =
                SinkTuning.defaults().withWindow(10, 1).withBytes(new MemorySize(1_000), new MemorySize(1_500));
        try (SinkHarness<Event> sink =
                open(VERSIONED, store, SinkOptions.defaults().withTuning(tuning))) {
            for (int i = 0; i < 1_000; i++) {
                sink.write(new Event("k" + i, 1));
                assertThat(sink.metric("bufferedBytes")).as("100 bytes each").isLessThanOrEqualTo(1_500);
            }
        }
    }

    @Test
    void aChangeAfterMoreAndMoreOfAKeyInFlightLingersNoLonger() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return batch.get(0).equals(upsert("hot", 0)) ? new Answer.Lost(1) : null;
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(100, 4))) {
            for (int i = 0; i < 5_000; i++) {
                sink.write(new Event("hot", i));
                if (i == 0) {
                    task.advance(300);
                }
            }
            task.advance(300);
            sink.write(new Event("hot", 5_000));
            sink.write(new Event("other", 1));
            task.advance(300);
            assertThat(store.contents()).containsKey(ChangeKey.of("other"));
        }
    }

    @Test
    void aFullBufferWaitsForAnswersWithoutSpinning() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, GOOD);
        int records = 20_000;
        SinkOptions options = SinkOptions.defaults()
                .withTuning(SinkTuning.defaults().withWindow(10, 2).withBufferedEntries(20));
        try (SinkHarness<Event> sink = open(VERSIONED, store, options)) {
            for (int i = 0; i < records; i++) {
                sink.write(new Event("k" + i, 1));
                assertThat(sink.metric("bufferedEntries")).isLessThanOrEqualTo(20);
            }
            sink.flush();
        }
        assertThat(store.contents()).hasSize(records);
        assertThat(task.yields())
                .as("one per answer or timer, not one per record")
                .isLessThanOrEqualTo(store.requests() + task.timers());
        assertThat(store.requests()).isLessThanOrEqualTo(records / 10 + 10);
    }

    @Test
    void aFullBufferSendsASmallBatchWhenNoAnswerWillFillIt() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, new Script<>() {
            @Override
            public Outcome entry(Change<Long> change, int attempt) {
                return ((Change.Upsert<Long>) change).payload() < 6 && attempt == 1
                        ? Outcome.retry(BUSY)
                        : Outcome.delivered();
            }
        });
        SinkOptions options = SinkOptions.defaults()
                .withRetry(RetryPolicy.defaults().withDelays(Duration.ofHours(1), Duration.ofHours(1)))
                .withTuning(SinkTuning.defaults()
                        .withWindow(10, 1)
                        .withBufferedEntries(10)
                        .withLinger(Duration.ofSeconds(30)));
        try (SinkHarness<Event> sink = open(VERSIONED, store, options)) {
            long start = task.getCurrentProcessingTime();
            // Six fail and wait for their back-off; with the next four the buffer is full again.
            for (long i = 0; i < 15; i++) {
                sink.write(new Event("k" + i, i));
            }
            assertThat(store.batchSizes()).containsExactly(10, 4);
            assertThat(task.getCurrentProcessingTime() - start).isLessThan(1_000);
            sink.flush();
        }
        assertThat(store.contents()).hasSize(15);
    }

    @Test
    void hotKeysThatFillTheBufferDoNotWaitForEachOther() throws Exception {
        SimulatedStore<Long> store = store(Ordering.FIFO, false, GOOD);
        SinkOptions options = SinkOptions.defaults()
                .withTuning(SinkTuning.defaults()
                        .withWindow(10, 4)
                        .withBufferedEntries(40)
                        .withLinger(Duration.ofSeconds(30)));
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options)) {
            for (long i = 0; i < 200; i++) {
                sink.write(new Event(i < 41 || i % 2 == 0 ? "a" : "b", i));
            }
            sink.flush();
        }
        assertThat(store.batchSizes()).hasSize(200).containsOnly(1);
    }

    @Test
    void aBufferFullOfOneHotKeyStillDrains() throws Exception {
        SimulatedStore<Long> store = store(Ordering.FIFO, false, GOOD);
        SinkOptions options = SinkOptions.defaults()
                .withTuning(SinkTuning.defaults().withWindow(10, 4).withBufferedEntries(40));
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options)) {
            for (long i = 0; i < 500; i++) {
                sink.write(new Event("hot", i));
            }
            sink.flush();
        }
        assertThat(inversions(store)).isZero();
        assertThat(store.applied()).hasSize(500);
    }

    @Test
    void registersTimersByTheBatchNotByTheRecord() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, GOOD);
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(500, 8))) {
            for (int i = 0; i < 100_000; i++) {
                sink.write(new Event("k" + i, 1));
            }
            sink.flush();
        }
        assertThat(task.timers()).isLessThanOrEqualTo(store.requests() + 10L);
    }

    // ------------------------------------------------------------------ a destination that breaks its contract

    @Test
    void refusesOutcomesThatDoNotCoverTheBatch() throws Exception {
        assertBroken(
                new Answer.Says(List.of(Outcome.delivered())),
                "the destination of simulated store reported 1 outcomes for a batch of 2 changes;"
                        + " every change must have exactly one");
        assertBroken(
                new Answer.Says(Collections.nCopies(2, null)),
                "the destination of simulated store reported no outcome for key a; every change must have exactly one");
    }

    private void assertBroken(Answer answer, String message) throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return answer;
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(10, 1))) {
            sink.write(new Event("a", 1));
            sink.write(new Event("b", 1));
            assertThatThrownBy(sink::flush).hasMessage(message);
        }
    }

    @Test
    void refusesASecondCompletion() throws Exception {
        DestinationFactory<Long> twice = new TestDestination((batch, completion) -> {
            completion.delivered();
            completion.delivered();
        });
        try (SinkHarness<Event> sink = SinkHarness.open(BatchSink.of(VERSIONED, twice, SinkOptions.defaults()), task)) {
            sink.write(new Event("a", 1));
            sink.flush();
            assertThatThrownBy(() -> task.advance(1))
                    .hasMessage("the destination of test failed: the destination completed one batch twice");
        }
    }

    // ------------------------------------------------------------------ bad records

    @Test
    void namesWhatIsMissingFromARecordWithoutShowingIt() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, GOOD);
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(10, 1))) {
            assertThatThrownBy(() -> sink.write(new Event(null, 1)))
                    .hasMessage("a record for simulated store could not be read as a change:"
                            + " key part 1 must not be null; mend the extractor, or keep such records with"
                            + " deadLettersTo(..)");
            assertThatThrownBy(() -> sink.write(new Event("a", -1)))
                    .hasMessage("a record for simulated store could not be read as a change:"
                            + " version must be at least 0, got -1; mend the extractor, or keep such records with"
                            + " deadLettersTo(..)");
        }
        Changes<Event, Long> noKey = Changes.of(event -> null, Event::sequence);
        try (SinkHarness<Event> sink = open(noKey, store, options(10, 1))) {
            assertThatThrownBy(() -> sink.write(new Event("secret", 1)))
                    .hasMessage("a record for simulated store could not be read as a change: key of a record of "
                            + Event.class.getName()
                            + " must not be null; mend the extractor, or keep such records with deadLettersTo(..)");
        }
        Changes<Event, Long> noPayload = Changes.of(event -> ChangeKey.of(event.key()), event -> null);
        try (SinkHarness<Event> sink = open(noPayload, store, options(10, 1))) {
            assertThatThrownBy(() -> sink.write(new Event("a", 1)))
                    .hasMessageContaining("payload of key a must not be null");
        }
    }

    @Test
    void failsToOpenWithTheDestinationsReason() {
        DestinationFactory<Long> closed = new TestDestination((batch, completion) -> {}) {
            @Override
            public Destination<Long> open(DestinationContext context) throws IOException {
                throw new IOException("connection refused");
            }
        };
        assertThatThrownBy(() -> SinkHarness.open(BatchSink.of(VERSIONED, closed, SinkOptions.defaults()), task))
                .isInstanceOf(IOException.class)
                .hasMessage("test could not be opened: connection refused");
    }

    /** A destination that is one function. */
    private static class TestDestination implements DestinationFactory<Long> {
        private static final long serialVersionUID = 1L;
        private final transient java.util.function.BiConsumer<Batch<Long>, Completion> send;

        TestDestination(java.util.function.BiConsumer<Batch<Long>, Completion> send) {
            this.send = send;
        }

        @Override
        public Destination<Long> open(DestinationContext context) throws IOException {
            return new Destination<>() {
                @Override
                public void send(Batch<Long> batch, Completion completion) {
                    send.accept(batch, completion);
                }

                @Override
                public int sizeOf(Change<Long> change) {
                    return 1;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public Ordering ordering() {
            return Ordering.COALESCE;
        }

        @Override
        public boolean guarded() {
            return true;
        }
    }
}
