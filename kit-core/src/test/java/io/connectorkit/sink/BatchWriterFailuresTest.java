package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureClassifier;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SimulatedStore.Answer;
import io.connectorkit.tck.SimulatedStore.Script;
import io.connectorkit.tck.SinkHarness;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What the writer makes of failures: retries, deadlines, halves, the end of the job. */
class BatchWriterFailuresTest extends WriterFixture {

    // ------------------------------------------------------------------ retries

    @Test
    void retriesOnlyTheEntriesThatFailed() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, new Script<>() {
            @Override
            public Outcome entry(Change<Long> change, int attempt) {
                return change.key().text().equals("k3") && attempt <= 2 ? Outcome.retry(BUSY) : Outcome.delivered();
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(5, 1))) {
            for (int i = 0; i < 5; i++) {
                sink.write(new Event("k" + i, i));
            }
            sink.flush();
            assertThat(sink.metric("retries")).isEqualTo(2);
            assertThat(sink.metric("numRecordsSend"))
                    .as("counted when acknowledged")
                    .isEqualTo(5);
        }
        assertThat(store.batchSizes()).containsExactly(5, 1, 1);
        assertThat(store.applied()).hasSize(5);
    }

    @Test
    void aRetriedChangeIsDroppedWhenANewerOneOfItsKeyWaits() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, new Script<>() {
            @Override
            public Outcome entry(Change<Long> change, int attempt) {
                return change.equals(upsert("a", 1)) ? Outcome.retry(BUSY) : Outcome.delivered();
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(1, 2))) {
            sink.write(new Event("a", 1));
            sink.write(new Event("a", 2));
            sink.flush();
            assertThat(sink.metric("coalesced")).isEqualTo(1);
            assertThat(sink.metric("bufferedBytes")).isZero();
        }
        assertThat(store.applied()).containsExactly(upsert("a", 2));
    }

    @Test
    void aRetriedNewerChangeIsNotReplacedByAnOlderOneThatWaits() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, new Script<>() {
            @Override
            public Outcome entry(Change<Long> change, int attempt) {
                return attempt == 1 ? Outcome.retry(BUSY) : Outcome.delivered();
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(1, 2))) {
            sink.write(new Event("a", 2));
            sink.write(new Event("a", 1));
            sink.flush();
            assertThat(sink.metric("bufferedBytes")).isZero();
        }
        assertThat(store.applied()).containsExactly(upsert("a", 2));
    }

    @Test
    void backsOffBetweenAttemptsAndGivesUpWithTheReason() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, failingEntries(1, 1));
        SinkOptions options = options(1, 1)
                .withRetry(RetryPolicy.defaults()
                        .withMaxAttempts(50)
                        .withDelays(Duration.ofMillis(100), Duration.ofSeconds(1)));
        long start = task.getCurrentProcessingTime();
        try (SinkHarness<Event> sink = open(VERSIONED, store, options)) {
            sink.write(new Event("a", 1));
            assertThatThrownBy(sink::flush)
                    .hasMessage(
                            "simulated store refused a change of a batch of 1 and its retries are used up (50 of 50);"
                                    + " key=a: busy; raise sink.retry.max-attempts or lower sink.in-flight")
                    .hasRootCause(BUSY);
        }
        assertThat(store.requests()).isEqualTo(50);
        assertThat(task.getCurrentProcessingTime() - start)
                .as("49 delays of half a second on average, in virtual time")
                .isGreaterThan(5_000);
    }

    @Test
    void aRequestThatFailsAsAWholeIsSentAgain() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return number <= 3 ? new Answer.Refused(FailureKind.RETRYABLE, BUSY) : null;
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(4, 1))) {
            for (int i = 0; i < 4; i++) {
                sink.write(new Event("k" + i, i));
            }
            sink.flush();
        }
        assertThat(store.batchSizes()).as("the batch stays whole").containsExactly(4, 4, 4, 4);
        assertThat(store.applied()).hasSize(4);
    }

    // ------------------------------------------------------------------ deadlines

    @Test
    void aRequestPastItsDeadlineIsSentAgainAndItsLateApplicationChangesNothing() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return number == 1 ? new Answer.Lost(60_000) : null;
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(1, 2))) {
            sink.write(new Event("a", 1));
            sink.write(new Event("a", 2));
            sink.flush();
            assertThat(sink.metric("timeouts")).isEqualTo(1);
            task.advance(120_000);
        }
        assertThat(store.contents().get(ChangeKey.of("a"))).isEqualTo(upsert("a", 2));
        assertThat(store.applied()).containsExactly(upsert("a", 2));
    }

    @Test
    void withoutAGuardARequestPastItsDeadlineFailsTheJob() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return new Answer.Lost(60_000);
            }
        });
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(1, 1))) {
            sink.write(new Event("a", 1));
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining("a request of 1 changes to simulated store took longer than"
                            + " sink.request-timeout (30000 ms); it may still be applied");
        }
        assertThat(store.requests()).isEqualTo(1);
    }

    // ------------------------------------------------------------------ rejections

    @Test
    void halvesABatchRefusedAsAWholeUntilTheBadRecordStandsAlone() throws Exception {
        Script<Long> tooLarge = new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                boolean bad = batch.stream().anyMatch(change -> change.key().equals(ChangeKey.of("k321")));
                return bad ? new Answer.Refused(FailureKind.REJECTED, new IOException("413 too large")) : null;
            }
        };
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, tooLarge);
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(1000, 1))) {
            for (int i = 0; i < 1000; i++) {
                sink.write(new Event("k" + i, i));
            }
            assertThatThrownBy(sink::flush)
                    .hasMessage("simulated store rejected the change of key k321: 413 too large;"
                            + " keep such changes with deadLettersTo(..)");
        }
        assertThat(store.requests()).as("about 2 x log2(1000)").isLessThanOrEqualTo(21);
        assertThat(store.batchSizes()).endsWith(1);
    }

    @Test
    void aBatchThatWasRefusedForItsSizeOnlyIsDeliveredInParts() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, false, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return batch.size() > 30
                        ? new Answer.Refused(FailureKind.REJECTED, new IOException("413 too large"))
                        : null;
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(100, 4))) {
            for (int i = 0; i < 100; i++) {
                sink.write(new Event("k" + i, i));
            }
            sink.flush();
            assertThat(sink.metric("bisected")).isEqualTo(3);
        }
        assertThat(store.contents()).hasSize(100);
        assertThat(store.batchSizes()).containsExactly(100, 50, 50, 25, 25, 25, 25);
    }

    @Test
    void fatalFailuresEndTheJobAtOnceWithTheDestinationsWords() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return new Answer.Refused(FailureKind.FATAL, new IOException("403 no such user"));
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(10, 1))) {
            sink.write(new Event("a", 1));
            assertThatThrownBy(sink::flush).hasMessage("simulated store cannot be written to: 403 no such user");
        }
        assertThat(store.requests()).isEqualTo(1);
    }

    @Test
    void throttlingShrinksTheWindowAndSuccessWinsItBackButRejectionsNever() throws Exception {
        Set<Integer> throttled = new HashSet<>(List.of(3));
        SimulatedStore<Long> store = store(Ordering.NONE, false, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return throttled.contains(number) ? new Answer.Refused(FailureKind.THROTTLED, BUSY) : null;
            }
        });
        try (SinkHarness<Event> sink = open(UNVERSIONED, store, options(1, 8))) {
            for (long i = 0; i < 8; i++) {
                sink.write(new Event("a", i));
            }
            sink.flush();
            assertThat(sink.metric("throttles")).isEqualTo(1);
            assertThat(sink.metric("window")).isBetween(4L, 6L);
            for (long i = 0; i < 200; i++) {
                sink.write(new Event("a", i));
            }
            sink.flush();
            assertThat(sink.metric("window")).isEqualTo(8);
        }
    }

    // ------------------------------------------------------------------ a second opinion

    @Test
    void theJobsOwnRulesComeBeforeTheConnectors() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return number == 1
                        ? new Answer.Refused(
                                FailureKind.FATAL, new IOException("wrapped", new TimeoutException("busy")))
                        : null;
            }

            @Override
            public Outcome entry(Change<Long> change, int attempt) {
                return attempt == 1 ? Outcome.rejected(new IllegalStateException("locked")) : Outcome.delivered();
            }
        });
        SinkOptions options = options(10, 1)
                .withFailures(FailureClassifier.of(TimeoutException.class, FailureKind.THROTTLED)
                        .or(FailureClassifier.of(IllegalStateException.class, FailureKind.RETRYABLE)));
        try (SinkHarness<Event> sink = open(VERSIONED, store, options)) {
            sink.write(new Event("a", 1));
            sink.flush();
            assertThat(sink.metric("throttles")).isEqualTo(1);
            assertThat(sink.metric("rejected")).isZero();
        }
        assertThat(store.contents()).containsOnlyKeys(ChangeKey.of("a"));
    }

    @Test
    void whatItsRulesSayNothingOfIsLeftToTheConnector() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, new Script<>() {
            @Override
            public Answer request(Batch<Long> batch, int number) {
                return new Answer.Refused(FailureKind.FATAL, new IOException("403"));
            }
        });
        SinkOptions options =
                options(10, 1).withFailures(FailureClassifier.of(TimeoutException.class, FailureKind.THROTTLED));
        try (SinkHarness<Event> sink = open(VERSIONED, store, options)) {
            sink.write(new Event("a", 1));
            assertThatThrownBy(sink::flush).hasMessage("simulated store cannot be written to: 403");
        }
    }

    @Test
    void retriesAndRejectionsAreCountedByCauseToo() throws Exception {
        SimulatedStore<Long> store = store(Ordering.COALESCE, true, new Script<>() {
            @Override
            public Outcome entry(Change<Long> change, int attempt) {
                return attempt == 1
                        ? Outcome.retry(BUSY)
                        : attempt == 2 ? Outcome.retry(new TimeoutException()) : Outcome.delivered();
            }
        });
        try (SinkHarness<Event> sink = open(VERSIONED, store, options(10, 1))) {
            for (long i = 0; i < 3; i++) {
                sink.write(new Event("k" + i, 1));
            }
            sink.flush();
            assertThat(sink.metric("retries")).isEqualTo(6);
            assertThat(sink.metric("cause.IOException.retries")).isEqualTo(3);
            assertThat(sink.metric("cause.TimeoutException.retries")).isEqualTo(3);
        }
    }
}
