package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.failure.RetryPolicy;
import java.time.Duration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class SinkOptionsTest {

    @Test
    void namesEveryProblemOfATuningAtOnce() {
        assertThatThrownBy(() -> new SinkTuning(
                        0,
                        MemorySize.ofMebiBytes(5),
                        MemorySize.ofMebiBytes(5),
                        0,
                        -1,
                        MemorySize.ofMebiBytes(4),
                        Duration.ZERO,
                        null,
                        SinkTuning.UNCAPPED))
                .hasMessage("sink.batch.max-entries must be at least 1, got 0\n"
                        + "sink.in-flight must be at least 1, got 0\n"
                        + "sink.buffer.max-entries must be at least sink.batch.max-entries x sink.in-flight"
                        + " (0 x 0 = 0), got -1; raise it or lower one of the two\n"
                        + "sink.buffer.max-bytes must be at least sink.batch.max-bytes (5 mb), got 4 mb\n"
                        + "sink.batch.linger (ms) must be at least 1, got 0");
    }

    @Test
    void aBufferThatCannotFillTheWindowIsRefused() {
        assertThatThrownBy(() -> SinkTuning.defaults().withWindow(500, 8).withBufferedEntries(3_999))
                .hasMessage("sink.buffer.max-entries must be at least sink.batch.max-entries x sink.in-flight"
                        + " (500 x 8 = 4000), got 3999; raise it or lower one of the two");
    }

    @Test
    void retriesAndTimeoutsHaveBounds() {
        assertThatThrownBy(() -> RetryPolicy.defaults().withMaxAttempts(0))
                .hasMessage("retry.max-attempts must be at least 1, got 0");
        assertThatThrownBy(() -> RetryPolicy.defaults().withDelays(Duration.ZERO, Duration.ZERO))
                .hasMessage("retry.initial-delay must be at least 1 ms, got PT0S");
        assertThatThrownBy(() -> RetryPolicy.defaults().withDelays(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("retry.max-delay must be at least retry.initial-delay (PT2S), got PT1S");
        assertThatThrownBy(() -> SinkOptions.defaults().withRequestTimeout(Duration.ZERO))
                .hasMessage("sink.request-timeout must be at least 1 ms, got PT0S");
    }
}
