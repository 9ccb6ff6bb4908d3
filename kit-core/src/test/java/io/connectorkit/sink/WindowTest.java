package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.VirtualTask;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

/** The windows answer by answer, and the record size in the writer. */
class WindowTest {

    private static final SinkTuning TUNING =
            SinkTuning.defaults().withWindow(100, 32).withFlushBudget(Duration.ofSeconds(2));

    private long nowMillis = 1_000_000;

    /** Requests of 50 ms, as many at a time as the window lets; all of them deliver a part of their changes. */
    private void answers(Window window, int rounds, double part) {
        for (int round = 0; round < rounds; round++) {
            int limit = window.limit();
            long first = 0;
            for (int i = 0; i < limit; i++) {
                long number = window.sent();
                first = i == 0 ? number : first;
            }
            nowMillis += 50;
            for (int i = 0; i < limit; i++) {
                window.answered(first + i, (int) (part * window.batchEntries()), 50, true, nowMillis);
            }
        }
    }

    @Test
    void growsToTheTunedMostWhileEveryRequestMoreBringsMore() {
        Window window = Window.of(TUNING);
        answers(window, 100, 1);
        assertThat(window.limit()).isEqualTo(32);
        assertThat(window.batchEntries()).isEqualTo(100);
    }

    @Test
    void anOutageLeavesTheWindowAsItWas() {
        Window window = Window.of(TUNING);
        answers(window, 100, 1);
        answers(window, 1_000, 0);
        assertThat(window.limit()).isBetween(24, 32);
    }

    @Test
    void aThrottledSignalCutsOnceForAllRequestsUnderWayAndIsWonBack() {
        Window window = Window.of(TUNING);
        answers(window, 100, 1);
        long first = window.sent();
        long second = window.sent();
        window.throttled(first, nowMillis);
        int cut = window.limit();
        assertThat(cut).isEqualTo(28);
        window.throttled(second, nowMillis);
        assertThat(window.limit()).isEqualTo(cut);
        answers(window, 100, 1);
        assertThat(window.limit()).isEqualTo(32);
    }

    @Test
    void aFirstAnswerThatTakesTwiceTheBudgetMakesTheNextRequestSmall() {
        Window window = Window.of(TUNING);
        assertThat(window.batchEntries()).as("to feel the way").isEqualTo(13);
        window.answered(window.sent(), 13, 4_000, true, nowMillis);
        assertThat(window.batchEntries()).isEqualTo(2);
        assertThat(window.heldEntries()).isEqualTo(6);
    }

    @Test
    void withoutABudgetTheWindowIsFixed() {
        assertThat(Window.of(SinkTuning.defaults())).isInstanceOf(FixedWindow.class);
    }

    @Test
    void aChangeLargerThanTheRecordBoundIsRefusedByItsKey() throws Exception {
        VirtualTask task = new VirtualTask();
        SimulatedStore<Long> store =
                new SimulatedStore<>(task, 1, Ordering.COALESCE, true, 1, 2, new SimulatedStore.Script<>() {});
        Changes<Long, Long> changes = Changes.of(ChangeKey::of, value -> value);
        SinkOptions options =
                SinkOptions.defaults().withTuning(SinkTuning.defaults().withRecordBytes(new MemorySize(99)));
        try (SinkHarness<Long> sink = SinkHarness.open(BatchSink.of(changes, store, options), task)) {
            assertThatThrownBy(() -> sink.write(7L))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "simulated store rejected the change of key 7: it has 100 bytes, sink.record.max-bytes allows"
                                    + " 99; keep such changes with deadLettersTo(..)");
        }
    }
}
