package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.connector.base.sink.writer.strategy.BasicRequestInfo;
import org.apache.flink.connector.base.sink.writer.strategy.BasicResultInfo;
import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.junit.jupiter.api.Test;

/** A tuning drives Flink's own async sink. */
class AsyncSinkTuningTest {

    @Test
    void everyKnobOfATuningReachesTheConfiguration() {
        AsyncSinkWriterConfiguration configuration = AsyncSinkTuning.configuration(SinkTuning.forKinesis());
        assertThat(configuration)
                .returns(500, AsyncSinkWriterConfiguration::getMaxBatchSize)
                .returns(10L << 20, AsyncSinkWriterConfiguration::getMaxBatchSizeInBytes)
                .returns(8, AsyncSinkWriterConfiguration::getMaxInFlightRequests)
                .returns(8_000, AsyncSinkWriterConfiguration::getMaxBufferedRequests)
                .returns(200L, AsyncSinkWriterConfiguration::getMaxTimeInBufferMS)
                .returns(1L << 20, AsyncSinkWriterConfiguration::getMaxRecordSizeInBytes);
        assertThat(configuration.getRateLimitingStrategy().getMaxBatchSize()).isEqualTo(500);
    }

    @Test
    void aStockSinkStartsAtTheTunedWindowInsteadOfOneBatch() throws Exception {
        WindowTrace trace = WindowTrace.distant();
        SinkTuning tuning = tuning().withWindow(WindowRun.BATCH, 32);
        double tuned = WindowRun.stockTuned(trace, 1, tuning).goodput(0, 10);
        double untuned = WindowRun.stock(trace, 1).goodput(0, 10);
        assertThat(tuned).as("changes/s in the first 10 s").isGreaterThan(1.3 * untuned);
    }

    @Test
    void aFlushBudgetMakesAStockSinkAdaptive() throws Exception {
        WindowTrace trace = WindowTrace.choking();
        SinkTuning tuning = tuning().withWindow(WindowRun.BATCH, 32).withFlushBudget(WindowRun.BUDGET);
        double adaptive = WindowRun.stockTuned(trace, 1, tuning).goodput(0, 60);
        double untuned = WindowRun.stock(trace, 1).goodput(0, 60);
        assertThat(adaptive).as("changes/s over a service that chokes").isGreaterThan(5 * untuned);
    }

    @Test
    void oneBadRecordDoesNotShrinkTheWindowButThrottlingDoes() {
        SinkTuning tuning = tuning().withWindow(100, 8);
        RateLimitingStrategy strategy = AsyncSinkTuning.rateLimiting(tuning);
        for (int request = 0; request < 8; request++) {
            assertThat(strategy.shouldBlock(new BasicRequestInfo(100))).isFalse();
            strategy.registerInFlightRequest(new BasicRequestInfo(100));
        }
        assertThat(strategy.shouldBlock(new BasicRequestInfo(100))).isTrue();
        strategy.registerCompletedRequest(new BasicResultInfo(1, 100));
        assertThat(strategy.shouldBlock(new BasicRequestInfo(100)))
                .as("one bad record")
                .isFalse();
        strategy.registerCompletedRequest(new BasicResultInfo(100, 100));
        assertThat(strategy.shouldBlock(new BasicRequestInfo(100)))
                .as("6 in flight of 4")
                .isTrue();
    }

    private static SinkTuning tuning() {
        return SinkTuning.defaults()
                .withBytes(MemorySize.ofMebiBytes(1), MemorySize.ofMebiBytes(64))
                .withLinger(Duration.ofMillis(200));
    }
}
