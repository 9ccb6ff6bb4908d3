package io.connectorkit.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LookupEngineTest {

    private final ManualTimer timer = new ManualTimer();
    private final ScriptedSource source = new ScriptedSource();
    private LookupOptions options = LookupOptions.defaults()
            .withWindow(3, 2)
            .withLinger(Duration.ofMillis(2))
            .withCache(100, Duration.ofSeconds(10), Duration.ofSeconds(1))
            .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(20))
            .withRetry(RetryPolicy.defaults()
                    .withMaxAttempts(3)
                    .withDelays(Duration.ofMillis(100), Duration.ofMillis(100)));
    private LookupEngine<String, String> engine = engine(source);

    private LookupEngine<String, String> engine(LookupSource<String, String> over) {
        return new LookupEngine<>(over, "table 'airports'", options, timer, new SplittableRandom(1));
    }

    private Heard ask(String key) {
        Heard heard = new Heard();
        engine.lookup(key, heard);
        return heard;
    }

    @Test
    void answersWithTheRowOrWithNullForAMissingKey() {
        Heard found = ask("a");
        Heard missing = ask("none");
        source.answer();
        source.answer();
        assertThat(found.row()).isEqualTo("row-a");
        assertThat(missing.row()).isNull();
    }

    @Test
    void aKeyAloneIsSentAtOnce() {
        ask("a");
        assertThat(source.requests).containsExactly(List.of("a"));
    }

    @Test
    void aKeyAskedForWhileItIsOnItsWayIsNotAskedForAgain() {
        Heard first = ask("a");
        Heard second = ask("a");
        Heard waiting = ask("b");
        Heard alsoWaiting = ask("b");
        assertThat(source.requests).containsExactly(List.of("a"));
        source.answer();
        source.answer();
        assertThat(source.requests).containsExactly(List.of("a"), List.of("b"));
        assertThat(List.of(first.row(), second.row())).containsOnly("row-a");
        assertThat(List.of(waiting.row(), alsoWaiting.row())).containsOnly("row-b");
        assertThat(engine.stats().merged.sum()).isEqualTo(2);
    }

    @Test
    void aFullBatchIsSentWithoutWaiting() {
        ask("a");
        ask("b");
        ask("c");
        assertThat(source.requests).hasSize(1);
        ask("d");
        assertThat(source.requests).containsExactly(List.of("a"), List.of("b", "c", "d"));
    }

    @Test
    void aPartialBatchIsSentWhenItsOldestKeyHasLingered() {
        ask("a");
        ask("b");
        timer.advanceMillis(1);
        ask("c");
        assertThat(source.requests).hasSize(1);
        timer.advanceMillis(1);
        assertThat(source.requests).containsExactly(List.of("a"), List.of("b", "c"));
    }

    @Test
    void aPartialBatchIsSentWhenNothingIsInFlightAnyMore() {
        ask("a");
        ask("b");
        source.answer();
        assertThat(source.requests).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void neverMoreRequestsThanTheInFlightBoundEvenWhenKeysLinger() {
        for (int i = 0; i < 10; i++) {
            ask("k" + i);
        }
        timer.advanceMillis(500);
        assertThat(source.open).hasSize(2);
        source.answer();
        assertThat(source.open).hasSize(2);
        assertThat(source.requests)
                .containsExactly(List.of("k0"), List.of("k1", "k2", "k3"), List.of("k4", "k5", "k6"));
    }

    @Test
    void aRowIsServedFromTheCacheUntilItsTtlSinceItWasAskedForIsOver() {
        ask("a");
        timer.advanceMillis(1_000);
        source.answer();
        timer.advanceMillis(8_999);
        assertThat(ask("a").row()).isEqualTo("row-a");
        assertThat(source.requests).hasSize(1);
        timer.advanceMillis(1);
        assertThat(ask("a").answered()).isFalse();
        assertThat(source.requests).hasSize(2);
        assertThat(engine.stats().hits.sum()).isEqualTo(1);
        assertThat(engine.stats().misses.sum()).isEqualTo(2);
    }

    @Test
    void aMissIsCachedForItsOwnTtl() {
        ask("none");
        source.answer();
        timer.advanceMillis(999);
        assertThat(ask("none").row()).isNull();
        assertThat(source.requests).hasSize(1);
        timer.advanceMillis(1);
        ask("none");
        assertThat(source.requests).hasSize(2);
    }

    @Test
    void aMissTtlOfZeroAsksAgainEachTime() {
        options = options.withCache(100, Duration.ofSeconds(10), Duration.ZERO);
        engine = engine(source);
        ask("none");
        source.answer();
        ask("none");
        assertThat(source.requests).hasSize(2);
    }

    @Test
    void withoutACacheEveryLookupIsAskedForButStillMerged() {
        options = options.withoutCache();
        engine = engine(source);
        ask("a");
        ask("a");
        source.answer();
        ask("a");
        assertThat(source.requests).containsExactly(List.of("a"), List.of("a"));
        assertThat(engine.cacheSize()).isZero();
    }

    @Test
    void theCacheHoldsNoMoreKeysThanItsBound() {
        options = options.withCache(10, Duration.ofSeconds(10), Duration.ofSeconds(1));
        engine = engine(source);
        for (int i = 0; i < 200; i++) {
            ask("k" + i);
            source.answer();
        }
        assertThat(engine.cacheSize()).isLessThanOrEqualTo(10);
    }

    @Test
    void aFailedRequestIsSentAgainAfterItsBackOff() {
        Heard heard = ask("a");
        source.fail(new IOException("connection reset"));
        assertThat(source.requests).hasSize(1);
        timer.advanceMillis(100);
        assertThat(source.requests).containsExactly(List.of("a"), List.of("a"));
        source.answer();
        assertThat(heard.row()).isEqualTo("row-a");
        assertThat(engine.stats().retries.sum()).isEqualTo(1);
    }

    @Test
    void otherKeysAreServedWhileOneBacksOff() {
        ask("a");
        source.fail(new IOException("connection reset"));
        Heard other = ask("b");
        source.answer();
        assertThat(other.row()).isEqualTo("row-b");
    }

    @Test
    void aKeyAskedForDuringItsBackOffJoinsTheNextAttempt() {
        ask("a");
        source.fail(new IOException("connection reset"));
        Heard joined = ask("a");
        timer.advanceMillis(100);
        source.answer();
        assertThat(joined.row()).isEqualTo("row-a");
        assertThat(source.requests).hasSize(2);
    }

    @Test
    void aThrottledRequestPausesAllOthersUntilItsBackOffIsOver() {
        ask("a");
        source.fail(new LookupException(FailureKind.THROTTLED, "429", null));
        ask("b");
        assertThat(source.requests).hasSize(1);
        timer.advanceMillis(100);
        assertThat(source.requests).containsExactly(List.of("a"), List.of("a"), List.of("b"));
    }

    @Test
    void usedUpRetriesNameTheKeyTheCauseAndTheOption() {
        Heard heard = ask("SFO");
        for (int i = 0; i < 3; i++) {
            source.fail(new IOException("connection reset"));
            timer.advanceMillis(100);
        }
        assertThat(source.requests).hasSize(3);
        assertThat(heard.failure())
                .hasMessage(
                        "Lookup of key=SFO in table 'airports' failed and retries are used up (3 of 3): "
                                + "java.io.IOException: connection reset; raise lookup.retry.max-attempts or lower lookup.in-flight")
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(engine.stats().failures.sum()).isEqualTo(1);
    }

    @Test
    void aFatalFailureIsNotTriedAgain() {
        Heard heard = ask("a");
        source.fail(new LookupException(FailureKind.FATAL, "password authentication failed", null));
        assertThat(heard.failure())
                .hasMessage("Lookup of key=a in table 'airports' failed: password authentication failed");
        timer.advanceMillis(10_000);
        assertThat(source.requests).hasSize(1);
    }

    @Test
    void anErrorOfTheSourceIsFatal() {
        Heard heard = ask("a");
        source.fail(new NoClassDefFoundError("org/example/Driver"));
        assertThat(heard.failure().kind()).isEqualTo(FailureKind.FATAL);
    }

    @Test
    void aSourceThatThrowsInsteadOfAnsweringIsTriedAgain() {
        List<String> calls = new ArrayList<>();
        engine = engine(new LookupSource<>() {
            @Override
            public CompletableFuture<Map<String, String>> fetch(List<String> keys) {
                calls.addAll(keys);
                if (calls.size() == 1) {
                    throw new IllegalStateException("pool is closed");
                }
                return CompletableFuture.completedFuture(ScriptedSource.rows(keys));
            }

            @Override
            public void close() {}
        });
        Heard heard = ask("a");
        timer.advanceMillis(100);
        assertThat(heard.row()).isEqualTo("row-a");
        assertThat(calls).containsExactly("a", "a");
    }

    @Test
    void aRejectedBatchIsHalvedUntilTheKeyAtFaultStandsAlone() {
        ask("first");
        Heard good1 = ask("g1");
        Heard bad = ask("bad");
        Heard good2 = ask("g2");
        source.answer();
        for (int i = 0; i < 6 && !source.open.isEmpty(); i++) {
            if (source.open.get(0).keys().contains("bad")) {
                source.fail(new LookupException(FailureKind.REJECTED, "invalid input syntax", null));
            } else {
                source.answer();
            }
        }
        assertThat(good1.row()).isEqualTo("row-g1");
        assertThat(good2.row()).isEqualTo("row-g2");
        assertThat(bad.failure())
                .hasMessage("Lookup of key=bad in table 'airports' was rejected: invalid input syntax");
    }

    @Test
    void aRequestWithoutAnAnswerIsSentAgainAfterTheRequestTimeoutAndItsLateAnswerIsIgnored() {
        Heard heard = ask("a");
        ScriptedSource.Request hanging = source.open.remove(0);
        timer.advanceMillis(2_000);
        assertThat(engine.inFlight()).isZero();
        timer.advanceMillis(100);
        assertThat(source.requests).hasSize(2);
        hanging.answer().complete(Map.of("a", "too late"));
        assertThat(heard.answered()).isFalse();
        source.answer();
        assertThat(heard.row()).isEqualTo("row-a");
    }

    @Test
    void aLookupThatTakesTooLongFailsWithTheNumberOfKeysAndTheOption() {
        options = options.withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));
        engine = engine(source);
        Heard one = ask("SFO");
        Heard two = ask("LAX");
        timer.advanceMillis(19_999);
        assertThat(one.answered()).isFalse();
        timer.advanceMillis(1);
        assertThat(one.failure())
                .hasMessageStartingWith(
                        "Lookup of 2 keys (first: key=SFO) in table 'airports' took longer than lookup.timeout of PT20S (attempt 1 of 3; ")
                .hasMessageEndingWith("raise lookup.timeout, or lower lookup.request-timeout to try again sooner");
        assertThat(two.failure()).isSameAs(one.failure());
        assertThat(timer.pending()).isZero();
    }

    @Test
    void anAnswerWithAKeyThatWasNotAskedForIsABugOfTheSource() {
        Heard heard = ask("a");
        source.open.remove(0).answer().complete(Map.of("A", "row"));
        assertThat(heard.failure())
                .hasMessage(
                        "Lookup of key=a in table 'airports' failed: the answer has 1 keys that were not asked for, "
                                + "and 0 of the 1 that were; this is a bug of the source: rows must be put under the key as asked");
    }

    @Test
    void anAnswerOfNullIsABugOfTheSource() {
        Heard heard = ask("a");
        source.open.remove(0).answer().complete(null);
        assertThat(heard.failure()).hasMessageContaining("answered null instead of a map");
    }

    @Test
    void closeTellsEverybodyWhoWaitsAndClosesTheSource() throws Exception {
        Heard inFlight = ask("a");
        Heard queued = ask("b");
        engine.close();
        assertThat(inFlight.failure())
                .hasMessage("Lookup of 2 keys in table 'airports' was closed before its answer; first: key=a");
        assertThat(queued.failure()).isSameAs(inFlight.failure());
        assertThat(source.closed).isTrue();
        assertThat(timer.pending()).isZero();
        source.answer();
        assertThat(inFlight.calls()).isEqualTo(1);
        assertThat(ask("c").failure()).hasMessageContaining("was closed");
    }

    @Test
    void oneAlarmIsArmedHoweverManyKeysWait() {
        for (int i = 0; i < 50; i++) {
            ask("k" + i);
        }
        assertThat(timer.pending()).isEqualTo(1);
    }

    @Test
    void aWaiterThatThrowsDoesNotKeepTheOthersFromTheirAnswer() {
        engine.lookup("a", new LookupEngine.Waiter<>() {
            @Override
            public void found(String value) {
                throw new IllegalStateException("mailbox is closed");
            }

            @Override
            public void failed(LookupException cause) {}
        });
        Heard second = ask("a");
        source.answer();
        assertThat(second.row()).isEqualTo("row-a");
    }

    @Test
    void aSourceThatAnswersAtOnceDoesNotNestItsCalls() {
        options = options.withWindow(1, 1).withoutCache();
        List<CompletableFuture<Map<String, String>>> first = new ArrayList<>();
        engine = engine(new LookupSource<>() {
            @Override
            public CompletableFuture<Map<String, String>> fetch(List<String> keys) {
                if (first.isEmpty()) {
                    first.add(new CompletableFuture<>());
                    return first.get(0);
                }
                return CompletableFuture.completedFuture(ScriptedSource.rows(keys));
            }

            @Override
            public void close() {}
        });
        List<Heard> all = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            all.add(ask("k" + i));
        }
        first.get(0).complete(Map.of());
        assertThat(all).allMatch(Heard::answered);
    }
}
