package io.connectorkit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

    private static final OutputTag<Event> LATE = new OutputTag<>("late", TypeInformation.of(Event.class));
    private static final OutputTag<Event> REJECTS = new OutputTag<>("rejects", TypeInformation.of(Event.class));

    private static final Event A = new Event("a", "", "first");
    private static final Event B = new Event("b", "", "first");

    /** Emits the version alone. */
    private static KeyOrder<Event, Long> keyOrder() {
        return KeyOrder.of(Event::changeKey, (event, version) -> version.longValue(), Types.LONG);
    }

    private static KeyOrder<Event, Long> withTtl(long millis) {
        return keyOrder().withTtl(Duration.ofMillis(millis), LATE);
    }

    private static KeyedSubtasks<Long> running(KeyOrder<Event, Long> operator) throws Exception {
        return new KeyedSubtasks<Long>(operator.keys()).start(1, operator::function);
    }

    @Test
    void numbersTheRecordsOfEachKeyFromOne() throws Exception {
        try (var subtasks = running(keyOrder())) {
            assertThat(subtasks.process(A)).containsExactly(1L);
            assertThat(subtasks.process(B)).containsExactly(1L);
            assertThat(subtasks.process(A)).containsExactly(2L);
            assertThat(subtasks.process(A)).containsExactly(3L);
            assertThat(subtasks.process(B)).containsExactly(2L);
        }
    }

    @Test
    void aReplayFromACheckpointRepeatsTheVersionsOnAnyNumberOfSubtasks() throws Exception {
        KeyOrder<Event, Long> operator = keyOrder();
        try (var subtasks = running(operator)) {
            for (int key = 0; key < 50; key++) {
                subtasks.process(Event.of("key" + key, 0));
            }
            var checkpoint = subtasks.checkpoint();
            for (int parallelism : new int[] {1, 2, 1}) {
                subtasks.restore(checkpoint, parallelism, operator::function);
                for (int key = 0; key < 50; key++) {
                    assertThat(subtasks.process(Event.of("key" + key, 0))).containsExactly(2L);
                    assertThat(subtasks.process(Event.of("key" + key, 0))).containsExactly(3L);
                }
            }
            subtasks.restore(subtasks.checkpoint(), 2, operator::function);
            subtasks.restore(subtasks.checkpoint(), 1, operator::function);
            for (int key = 0; key < 50; key++) {
                assertThat(subtasks.process(Event.of("key" + key, 0))).containsExactly(4L);
            }
        }
    }

    @Test
    void aRecordThatIsRejectedUsesNoVersionUp() throws Exception {
        KeyOrder<Event, Long> operator = KeyOrder.of(
                Event::changeKey, (event, version) -> event.body().length() + version.longValue(), Types.LONG);
        Event bad = new Event("a", "", null);
        Event noKey = new Event(null, "", "");
        try (var subtasks = running(operator.withRejectsTo(REJECTS))) {
            Event empty = new Event("a", "", "");
            assertThat(subtasks.process(empty)).containsExactly(1L);
            assertThat(subtasks.process(bad)).isEmpty();
            assertThat(subtasks.process(noKey)).isEmpty();
            assertThat(subtasks.process(empty)).containsExactly(2L);
            assertThat(subtasks.side(REJECTS)).containsExactly(bad, noKey);
            assertThat(subtasks.count("rejected")).isEqualTo(2);
        }
        try (var subtasks = running(operator)) {
            assertThatThrownBy(() -> subtasks.process(bad))
                    .hasMessage(
                            "key-order must read a stamped record from every record, got NullPointerException for key"
                                    + " a; send such records aside with withRejectsTo");
        }
    }

    @Test
    void withATtlVersionsAreEventTimesAndStillRiseWhereThoseDoNot() throws Exception {
        try (var subtasks = running(withTtl(100))) {
            assertThat(subtasks.process(A, 1000)).containsExactly(1000L);
            assertThat(subtasks.process(A, 1000)).containsExactly(1001L);
            assertThat(subtasks.process(A, 950)).containsExactly(1002L);
            assertThat(subtasks.process(A, 1500)).containsExactly(1500L);
            assertThat(subtasks.process(B, -7)).containsExactly(1L);
            assertThat(subtasks.process(B, -6)).containsExactly(2L);
        }
    }

    @Test
    void forgetsAKeyOnceTheWatermarkIsPastItsTtlAndNumbersOnAboveIt() throws Exception {
        try (var subtasks = running(withTtl(100))) {
            subtasks.process(A, 1050);
            subtasks.process(A, 1000);
            subtasks.watermark(1150);
            assertThat(subtasks.keysRemembered()).isEqualTo(1);
            subtasks.watermark(1200);
            assertThat(subtasks.keysRemembered()).isZero();
            assertThat(subtasks.process(A, 1101)).containsExactly(1101L);
        }
    }

    @Test
    void aKeyThatGoesOnIsRememberedUntilItEnds() throws Exception {
        try (var subtasks = running(withTtl(100))) {
            for (long time = 1000; time < 3000; time += 70) {
                subtasks.process(A, time);
                subtasks.watermark(time - 30);
                assertThat(subtasks.keysRemembered()).as("at %d", time).isEqualTo(1);
            }
            subtasks.watermark(3200);
            assertThat(subtasks.keysRemembered()).isZero();
        }
    }

    @Test
    void aRecordThatCannotBePlacedAnyMoreGoesToTheLateOnesAlsoAfterARescale() throws Exception {
        KeyOrder<Event, Long> operator = withTtl(100);
        try (var subtasks = running(operator)) {
            subtasks.process(A, 1000);
            subtasks.watermark(1250);
            assertThat(subtasks.process(A, 1000)).isEmpty();
            assertThat(subtasks.side(LATE)).containsExactly(A);
            assertThat(subtasks.count("lateDropped")).isEqualTo(1);
            for (int parallelism : new int[] {2, 1}) {
                subtasks.restore(subtasks.checkpoint(), parallelism, operator::function);
                assertThat(subtasks.process(A, 1000)).isEmpty();
                assertThat(subtasks.process(B, 999)).isEmpty();
                assertThat(subtasks.side(LATE)).containsExactlyInAnyOrder(A, B);
            }
            assertThat(subtasks.process(A, 1001)).containsExactly(1001L);
        }
    }

    @Test
    void theEndOfTheInputForgetsNothing() throws Exception {
        KeyOrder<Event, Long> operator = withTtl(100);
        try (var subtasks = running(operator)) {
            subtasks.process(A, 1000);
            subtasks.watermark(Long.MAX_VALUE);
            subtasks.restore(subtasks.checkpoint(), 1, operator::function);
            assertThat(subtasks.process(A, 1000)).containsExactly(1001L);
            subtasks.process(A, 1200);
            subtasks.watermark(1400);
            assertThat(subtasks.keysRemembered()).isZero();
        }
    }

    @Test
    void versionsGoOnRisingWhenTheTtlIsTurnedOnAndOff() throws Exception {
        try (var subtasks = running(keyOrder())) {
            subtasks.process(A);
            subtasks.process(A);
            subtasks.restore(subtasks.checkpoint(), 1, withTtl(100)::function);
            assertThat(subtasks.process(A, 1)).containsExactly(3L);
            assertThat(subtasks.process(A, 1000)).containsExactly(1000L);
            assertThat(subtasks.process(B, 1500)).containsExactly(1500L);
            subtasks.watermark(1300);
            assertThat(subtasks.keysRemembered()).isEqualTo(1);
            subtasks.restore(subtasks.checkpoint(), 1, keyOrder()::function);
            assertThat(subtasks.process(A)).containsExactly(1001L);
            assertThat(subtasks.process(B)).containsExactly(1501L);
        }
    }

    @Test
    void withATtlRecordsMustHaveTimestampsThatLeaveRoom() throws Exception {
        try (var subtasks = running(withTtl(100))) {
            assertThatThrownBy(() -> subtasks.process(A))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "key-order.ttl must read records with timestamps, got none for key a; assign a watermark"
                                    + " strategy before this operator");
            assertThatThrownBy(() -> subtasks.process(A, Long.MAX_VALUE))
                    .hasRootCauseMessage("must be at most 4611686018427387903 ms, got 9223372036854775807");
        }
    }

    @Test
    void refusesATtlOutOfBounds() {
        assertThatThrownBy(() -> withTtl(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key-order.ttl must be between 1 ms and 3650 days, got PT0S");
    }

    @Test
    void refusesAtLeastOnceCheckpointsForTheyWouldCountTwice() {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.enableCheckpointing(1000, CheckpointingMode.AT_LEAST_ONCE);
        assertThatThrownBy(() -> keyOrder().apply(environment.fromData(A, B)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "key-order must run with execution.checkpointing.mode EXACTLY_ONCE, got AT_LEAST_ONCE; else a"
                                + " replayed record is counted twice and overtakes the record after it");
    }

    @Test
    void keysOfSeveralPartsAreKeptApart() throws Exception {
        KeyOrder<Event, Long> operator = KeyOrder.of(
                event -> ChangeKey.of(event.key(), event.body()), (event, version) -> version.longValue(), Types.LONG);
        try (var subtasks = running(operator)) {
            assertThat(subtasks.process(new Event("a_b", "", "c"))).containsExactly(1L);
            assertThat(subtasks.process(new Event("a", "", "b_c"))).containsExactly(1L);
        }
    }
}
