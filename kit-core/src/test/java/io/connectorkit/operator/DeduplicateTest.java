package io.connectorkit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

class DeduplicateTest {

    private static final OutputTag<Event> REPEATS = new OutputTag<>("repeats", TypeInformation.of(Event.class));
    private static final OutputTag<Event> REJECTS = new OutputTag<>("rejects", TypeInformation.of(Event.class));

    private static final Event A = Event.of("a", 1);
    private static final Event B = Event.of("b", 1);

    private static Deduplicate<Event> deduplicate() {
        return Deduplicate.of(Event::key, Duration.ofMillis(100));
    }

    private static KeyedSubtasks<Event> running(Deduplicate<Event> operator) throws Exception {
        return new KeyedSubtasks<Event>(operator.keys()).start(1, operator::function);
    }

    @Test
    void letsTheFirstRecordOfAnIdPassAndDropsItsRepeats() throws Exception {
        try (var subtasks = running(deduplicate().withDuplicatesTo(REPEATS))) {
            assertThat(subtasks.process(A)).containsExactly(A);
            assertThat(subtasks.process(A)).isEmpty();
            assertThat(subtasks.process(B)).containsExactly(B);
            assertThat(subtasks.process(A)).isEmpty();
            assertThat(subtasks.side(REPEATS)).containsExactly(A, A);
            assertThat(subtasks.count("duplicatesDropped")).isEqualTo(2);
        }
    }

    @Test
    void forgetsAnIdOneTtlAfterItPassedWhateverWasRepeated() throws Exception {
        try (var subtasks = running(deduplicate())) {
            subtasks.process(A);
            subtasks.ttlTime(99);
            assertThat(subtasks.process(A)).isEmpty();
            subtasks.ttlTime(100);
            assertThat(subtasks.process(A)).containsExactly(A);
            subtasks.ttlTime(199);
            assertThat(subtasks.process(A)).isEmpty();
        }
    }

    @Test
    void takesAnythingThatCanBePartOfAKeyForAnId() throws Exception {
        Deduplicate<Event> byBytes = Deduplicate.of((Event event) -> event.key().getBytes(), Duration.ofMillis(100));
        try (var subtasks = running(byBytes)) {
            assertThat(subtasks.process(A)).hasSize(1);
            assertThat(subtasks.process(A)).isEmpty();
            assertThat(subtasks.process(B)).hasSize(1);
        }
    }

    @Test
    void continuesFromACheckpointOnTwoSubtasksAndOnOneAgain() throws Exception {
        Deduplicate<Event> operator = deduplicate();
        try (var subtasks = running(operator)) {
            for (int round = 0; round < 3; round++) {
                for (int key = 0; key < 100 * (round + 1); key++) {
                    assertThat(subtasks.process(Event.of("key" + key, 1))).hasSize(key < 100 * round ? 0 : 1);
                }
                subtasks.restore(subtasks.checkpoint(), round == 0 ? 2 : 1, operator::function);
            }
        }
    }

    @Test
    void sendsWhatHasNoIdAsideOrFails() throws Exception {
        Event noId = new Event(null, "1", "");
        try (var subtasks = running(deduplicate().withRejectsTo(REJECTS))) {
            assertThat(subtasks.process(noId)).isEmpty();
            assertThat(subtasks.process(noId)).isEmpty();
            assertThat(subtasks.side(REJECTS)).containsExactly(noId, noId);
        }
        try (var subtasks = running(deduplicate())) {
            assertThatThrownBy(() -> subtasks.process(noId))
                    .hasMessage(
                            "deduplicate must read a key from every record, got IllegalArgumentException for a record"
                                    + " of io.connectorkit.operator.Event; send such records aside with withRejectsTo");
        }
    }

    @Test
    void refusesATtlOutOfBounds() {
        assertThatThrownBy(() -> Deduplicate.of(Event::key, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("deduplicate.ttl must be between 1 ms and 3650 days, got PT0S");
    }

    @Test
    void refusesAtLeastOnceCheckpointsForTheyWouldLoseRecords() {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.enableCheckpointing(1000, CheckpointingMode.AT_LEAST_ONCE);
        assertThatThrownBy(() -> deduplicate().apply(environment.fromData(A, B)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "deduplicate must run with execution.checkpointing.mode EXACTLY_ONCE, got AT_LEAST_ONCE; else"
                                + " a record in flight during a checkpoint is lost at the next failure");
    }
}
