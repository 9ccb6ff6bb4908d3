package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class SinkTuningTest {

    private static MemorySize bytes(long bytes) {
        return new MemorySize(bytes);
    }

    @Test
    void presetsAreFullRequestsOfTheirServices() {
        assertThat(SinkTuning.forFirehose())
                .returns(500, SinkTuning::batchEntries)
                .returns(bytes(4 * 1024 * 1024), SinkTuning::batchBytes)
                .returns(bytes(1_000 * 1024), SinkTuning::recordBytes);
        assertThat(SinkTuning.forKinesis())
                .returns(500, SinkTuning::batchEntries)
                .returns(bytes(10 * 1024 * 1024), SinkTuning::batchBytes)
                .returns(bytes(1024 * 1024), SinkTuning::recordBytes);
        assertThat(SinkTuning.forDynamoDb())
                .returns(25, SinkTuning::batchEntries)
                .returns(bytes(16 * 1024 * 1024), SinkTuning::batchBytes)
                .returns(bytes(400 * 1024), SinkTuning::recordBytes);
        assertThat(SinkTuning.forElasticsearch().batchEntries()).isEqualTo(1_000);
        assertThat(SinkTuning.forMongoDb().recordBytes()).isEqualTo(bytes(16 * 1024 * 1024));
        assertThat(SinkTuning.forJdbc().batchEntries()).isEqualTo(2_000);
    }

    @Test
    void aMessageSaysWhoseCapItIs() {
        assertThatThrownBy(() -> SinkTuning.forFirehose().withWindow(600, 8))
                .hasMessage("sink.batch.max-entries must be between 1 and 500 (Firehose PutRecordBatch), got 600");
        assertThatThrownBy(() -> SinkTuning.forKinesis()
                        .withBytes(MemorySize.ofMebiBytes(11), MemorySize.ofMebiBytes(64))
                        .withRecordBytes(MemorySize.ofMebiBytes(10)))
                .hasMessage("sink.batch.max-bytes must be between 1 byte and 10 mb (Kinesis PutRecords), got 11 mb");
        assertThatThrownBy(() -> SinkTuning.forDynamoDb().withRecordBytes(MemorySize.ofMebiBytes(1)))
                .hasMessage(
                        "sink.record.max-bytes must be between 1 byte and 400 kb (DynamoDB BatchWriteItem), got 1 mb");
    }

    @Test
    void aRecordMustFitIntoABatch() {
        assertThatThrownBy(
                        () -> SinkTuning.forKinesis().withBytes(MemorySize.parse("512kb"), MemorySize.ofMebiBytes(64)))
                .hasMessage("sink.record.max-bytes must be at most sink.batch.max-bytes (512 kb), got 1 mb");
        assertThat(SinkTuning.forKinesis()
                        .withRecordBytes(MemorySize.ofMebiBytes(10))
                        .recordBytes())
                .isEqualTo(MemorySize.ofMebiBytes(10));
    }

    @Test
    void aRecordThatCouldFillABatchStillCan() {
        SinkTuning tuning = SinkTuning.defaults().withBytes(MemorySize.ofMebiBytes(2), MemorySize.ofMebiBytes(64));
        assertThat(tuning.recordBytes()).isEqualTo(MemorySize.ofMebiBytes(2));
    }

    @Test
    void aFlushBudgetHasBounds() {
        assertThatThrownBy(() -> SinkTuning.defaults().withFlushBudget(Duration.ofMillis(50)))
                .hasMessage("sink.flush-budget (ms) must be at least 100, got 50\n"
                        + "sink.flush-budget must be at least sink.batch.linger (200 ms), got 50 ms");
    }

    @Test
    void survivesSerialization() throws Exception {
        SinkTuning tuning = SinkTuning.forKinesis().withFlushBudget(Duration.ofSeconds(2));
        assertThat(InstantiationUtil.clone(tuning)).isEqualTo(tuning);
    }

    // ------------------------------------------------------------------ explain

    @Test
    void explainsTheCeilingByLittlesLaw() {
        SinkTuningForecast forecast = SinkTuning.forFirehose().explain(Duration.ofMillis(100), bytes(1_000));
        assertThat(forecast.recordsPerSecond()).isEqualTo(500 * 8 / 0.1);
        assertThat(forecast.bytesPerSecond()).isEqualTo(bytes(40_000_000));
        assertThat(forecast.memory()).isEqualTo(bytes(8_000_000));
        assertThat(forecast.worstFlush()).isEqualTo(Duration.ofMillis(200));
        assertThat(forecast.recordsPerSecondOfOneKey()).isEqualTo(10);
        assertThat(forecast)
                .hasToString(
                        """
                        ceiling of a subtask  40,000 records/s, 38.147mb (40000000 bytes)/s (500 x 8 in flight, Little's law)
                        one key, in order     10.0 records/s
                        memory                7.629mb (8000000 bytes)
                        worst flush           200 ms
                        bound by              sink.in-flight (8): sink.batch.max-entries is at its cap (Firehose PutRecordBatch)""");
    }

    @Test
    void explainsWhichOptionBinds() {
        Duration latency = Duration.ofMillis(50);
        assertThat(SinkTuning.forFirehose().explain(latency, bytes(20_000)).bound())
                .isEqualTo("sink.in-flight (8): sink.batch.max-bytes is at its cap (Firehose PutRecordBatch)");
        assertThat(SinkTuning.forElasticsearch().explain(latency, bytes(100)).bound())
                .isEqualTo("sink.batch.max-entries (1000) and sink.in-flight (4)");
        assertThat(SinkTuning.forElasticsearch().explain(latency, bytes(50_000)).bound())
                .isEqualTo("sink.batch.max-bytes (5 mb) and sink.in-flight (4)");
        SinkTuning tight = SinkTuning.forKinesis().withBytes(MemorySize.ofMebiBytes(10), MemorySize.ofMebiBytes(30));
        assertThat(tight.explain(latency, bytes(100_000)))
                .returns(3, SinkTuningForecast::inFlight)
                .returns(
                        "sink.buffer.max-bytes (30 mb): it holds the batches of 3 of 8 requests",
                        SinkTuningForecast::bound);
    }

    @Test
    void explainsThatABudgetBoundsTheFlush() {
        SinkTuning fixed = SinkTuning.defaults().withWindow(500, 4).withBufferedEntries(20_000);
        Duration latency = Duration.ofSeconds(1);
        assertThat(fixed.explain(latency, bytes(100)).worstFlush()).isEqualTo(Duration.ofSeconds(10));
        SinkTuning adaptive = fixed.withFlushBudget(Duration.ofSeconds(2));
        assertThat(adaptive.explain(latency, bytes(100)))
                .returns(Duration.ofSeconds(2), SinkTuningForecast::worstFlush)
                .returns(bytes(400_000), SinkTuningForecast::memory);
    }

    @Test
    void refusesToExplainTheImpossible() {
        assertThatThrownBy(() -> SinkTuning.defaults().explain(Duration.ZERO, bytes(100)))
                .hasMessage("request latency must be above 0, got PT0S");
        assertThatThrownBy(() -> SinkTuning.forDynamoDb().explain(Duration.ofMillis(5), MemorySize.ofMebiBytes(1)))
                .hasMessage("record size must be between 1 byte and sink.record.max-bytes (400 kb), got 1 mb");
    }
}
