package io.connectorkit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewestWinsTest {

    private static final OutputTag<Event> STALE = new OutputTag<>("stale", TypeInformation.of(Event.class));
    private static final OutputTag<Event> REJECTS = new OutputTag<>("rejects", TypeInformation.of(Event.class));

    private static final Event A4 = Event.of("a", 4);
    private static final Event A5 = Event.of("a", 5);
    private static final Event A6 = Event.of("a", 6);
    private static final Event B1 = Event.of("b", 1);

    private static NewestWins<Event> newestWins() {
        return NewestWins.of(Event::changeKey, Event::changeVersion);
    }

    private static KeyedSubtasks<Event> running(NewestWins<Event> operator) throws Exception {
        return new KeyedSubtasks<Event>(operator.keys()).start(1, operator::function);
    }

    @Test
    void letsARecordPassUnlessANewerOneOfItsKeyCameBefore() throws Exception {
        try (var subtasks = running(newestWins().withStaleTo(STALE))) {
            assertThat(subtasks.process(A5)).containsExactly(A5);
            assertThat(subtasks.process(B1)).containsExactly(B1);
            assertThat(subtasks.process(A4)).isEmpty();
            assertThat(subtasks.process(A6)).containsExactly(A6);
            assertThat(subtasks.process(A5)).isEmpty();
            assertThat(subtasks.side(STALE)).containsExactly(A4, A5);
            assertThat(subtasks.count("staleDropped")).isEqualTo(2);
            assertThat(subtasks.count("rejected")).isZero();
        }
    }

    @Test
    void letsEqualVersionsPassAgain() throws Exception {
        Event replayed = new Event("a", "05", "the same version, written otherwise");
        try (var subtasks = running(newestWins())) {
            subtasks.process(A5);
            assertThat(subtasks.process(A5)).containsExactly(A5);
            assertThat(subtasks.process(replayed)).containsExactly(replayed);
            assertThat(subtasks.count("staleDropped")).isZero();
        }
    }

    @Test
    void comparesSequenceNumbersBeyond64BitsAsNumbers() throws Exception {
        Event wide = new Event("a", "9" + "0".repeat(55), "");
        Event wider = new Event("a", "1" + "0".repeat(56), "");
        try (var subtasks = running(newestWins())) {
            assertThat(subtasks.process(A5)).hasSize(1);
            assertThat(subtasks.process(wider)).hasSize(1);
            assertThat(subtasks.process(wide)).isEmpty();
            assertThat(subtasks.process(A6)).isEmpty();
        }
    }

    @Test
    void forgetsAKeyWhenItsTtlIsOverSoThatAnOldRecordPasses() throws Exception {
        try (var subtasks = running(newestWins().withTtl(Duration.ofMillis(100)))) {
            subtasks.process(A5);
            subtasks.ttlTime(99);
            assertThat(subtasks.process(A4)).isEmpty();
            subtasks.ttlTime(100);
            assertThat(subtasks.process(A4)).containsExactly(A4);
        }
    }

    @Test
    void aRecordThatPassesRenewsTheTtlAndAStaleOneDoesNot() throws Exception {
        try (var subtasks = running(newestWins().withTtl(Duration.ofMillis(100)))) {
            subtasks.process(A5);
            subtasks.ttlTime(60);
            assertThat(subtasks.process(A5)).containsExactly(A5);
            subtasks.ttlTime(120);
            assertThat(subtasks.process(A4)).isEmpty();
            subtasks.ttlTime(159);
            assertThat(subtasks.process(A4)).isEmpty();
            subtasks.ttlTime(160);
            assertThat(subtasks.process(A4)).containsExactly(A4);
        }
    }

    @Test
    void countsTimeInWhichTheJobWasDown() throws Exception {
        NewestWins<Event> operator = newestWins().withTtl(Duration.ofMillis(100));
        try (var subtasks = running(operator)) {
            subtasks.process(A5);
            var checkpoint = subtasks.checkpoint();
            subtasks.ttlTime(99);
            subtasks.restore(checkpoint, 1, operator::function);
            assertThat(subtasks.process(A4)).isEmpty();
            subtasks.ttlTime(100);
            subtasks.restore(checkpoint, 1, operator::function);
            assertThat(subtasks.process(A4)).containsExactly(A4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void continuesFromACheckpointOnTwoSubtasksAndOnOneAgain(boolean rocksDb) throws Exception {
        StateBackend backend = rocksDb ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
        NewestWins<Event> operator = newestWins().withTtl(Duration.ofDays(8));
        try (var subtasks = new KeyedSubtasks<Event>(operator.keys(), backend).start(1, operator::function)) {
            for (int key = 0; key < 100; key++) {
                subtasks.process(Event.of("key" + key, 10));
            }
            subtasks.restore(subtasks.checkpoint(), 2, operator::function);
            for (int key = 0; key < 100; key++) {
                assertThat(subtasks.process(Event.of("key" + key, 9))).isEmpty();
                assertThat(subtasks.process(Event.of("key" + key, 20))).hasSize(1);
            }
            subtasks.restore(subtasks.checkpoint(), 1, operator::function);
            for (int key = 0; key < 100; key++) {
                assertThat(subtasks.process(Event.of("key" + key, 19))).isEmpty();
                assertThat(subtasks.process(Event.of("key" + key, 20))).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theTtlMayBeTurnedOnAndOffBetweenTwoRuns(boolean rocksDb) throws Exception {
        StateBackend backend = rocksDb ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
        NewestWins<Event> forEver = newestWins();
        NewestWins<Event> forAWhile = newestWins().withTtl(Duration.ofMillis(100));
        try (var subtasks = new KeyedSubtasks<Event>(forEver.keys(), backend).start(1, forEver::function)) {
            subtasks.process(A5);
            subtasks.ttlTime(1000);
            subtasks.restore(subtasks.checkpoint(), 1, forAWhile::function);
            assertThat(subtasks.process(A4)).isEmpty();
            assertThat(subtasks.process(A6)).containsExactly(A6);
            subtasks.ttlTime(1050);
            subtasks.restore(subtasks.checkpoint(), 1, forEver::function);
            assertThat(subtasks.process(A5)).isEmpty();
        }
    }

    @Test
    void sendsWhatCannotBeReadAside() throws Exception {
        Event noKey = new Event(null, "1", "no key");
        Event noVersion = new Event("a", "x", "no version");
        try (var subtasks = running(newestWins().withRejectsTo(REJECTS))) {
            subtasks.process(A5);
            assertThat(subtasks.process(noKey)).isEmpty();
            assertThat(subtasks.process(noVersion)).isEmpty();
            assertThat(subtasks.process(A6)).containsExactly(A6);
            assertThat(subtasks.side(REJECTS)).containsExactly(noKey, noVersion);
            assertThat(subtasks.count("rejected")).isEqualTo(2);
        }
    }

    @Test
    void aNullVersionCannotBeRead() throws Exception {
        NewestWins<Event> operator = NewestWins.of(Event::changeKey, event -> (ChangeVersion) null);
        try (var subtasks = running(operator.withRejectsTo(REJECTS))) {
            assertThat(subtasks.process(A5)).isEmpty();
            assertThat(subtasks.side(REJECTS)).containsExactly(A5);
        }
    }

    @Test
    void aKeyThatLooksLikeTheStandInIsAKeyLikeAnyOther() throws Exception {
        NewestWins<Event> operator = NewestWins.of(
                event -> event.key() == null ? ChangeKey.of((Object) null) : RecordKeys.UNREADABLE,
                Event::changeVersion);
        try (var subtasks = running(operator.withRejectsTo(REJECTS))) {
            assertThat(subtasks.process(A5)).containsExactly(A5);
            assertThat(subtasks.process(A4)).isEmpty();
            assertThat(subtasks.side(REJECTS)).isEmpty();
        }
    }

    @Test
    void failsWithTheKeyWhenWhatCannotBeReadHasNowhereToGo() throws Exception {
        try (var subtasks = running(newestWins())) {
            assertThatThrownBy(() -> subtasks.process(new Event(null, "1", "secret")))
                    .hasMessage(
                            "newest-wins must read a key from every record, got IllegalArgumentException for a record"
                                    + " of io.connectorkit.operator.Event; send such records aside with withRejectsTo")
                    .hasRootCauseMessage("key part 1 must not be null");
            assertThatThrownBy(() -> subtasks.process(new Event("a", "x", "secret")))
                    .hasMessage(
                            "newest-wins must read a version from every record, got IllegalArgumentException for key a;"
                                    + " send such records aside with withRejectsTo")
                    .hasRootCauseMessage("version must be a decimal integer of 1 to 60 digits, got 'x'");
        }
    }

    @Test
    void refusesATtlOutOfBounds() {
        for (Duration ttl : List.of(Duration.ZERO, Duration.ofNanos(999_999), Duration.ofDays(3651))) {
            assertThatThrownBy(() -> newestWins().withTtl(ttl))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("newest-wins.ttl must be between 1 ms and 3650 days, got " + ttl);
        }
    }
}
