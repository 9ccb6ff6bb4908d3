package io.connectorkit.sink;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * Batch, in-flight and buffer as one value: they only work together.
 *
 * <p>Start from the preset of the service, change what you measured, and read {@link #explain}. Validated as a whole,
 * with all problems in one exception.
 *
 * @param batchEntries most changes in a request
 * @param batchBytes most bytes in a request
 * @param recordBytes most bytes of one change; a larger one is refused by its key
 * @param inFlight most requests at a time, for each subtask
 * @param bufferedEntries most changes held, waiting or in flight; at least {@code batchEntries * inFlight}, or the
 *     window can never fill
 * @param bufferedBytes most bytes held
 * @param linger longest time a change waits for its batch to fill
 * @param flushBudget how long a checkpoint may wait for the sink; null leaves the window fixed
 * @param caps what the service accepts
 */
public record SinkTuning(
        int batchEntries,
        MemorySize batchBytes,
        MemorySize recordBytes,
        int inFlight,
        int bufferedEntries,
        MemorySize bufferedBytes,
        Duration linger,
        @Nullable Duration flushBudget,
        Caps caps)
        implements Serializable {

    /**
     * Firehose PutRecordBatch: 500 records, 4 MiB, 1,000 KiB a record. <a
     * href="https://docs.aws.amazon.com/firehose/latest/dev/limits.html">Quota</a>
     */
    public static final Caps FIREHOSE =
            new Caps("Firehose PutRecordBatch", 500, MemorySize.ofMebiBytes(4), kibiBytes(1_000));

    /**
     * Kinesis PutRecords: 500 records, 10 MiB, 10 MiB a record where the stream allows it. <a
     * href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>
     */
    public static final Caps KINESIS =
            new Caps("Kinesis PutRecords", 500, MemorySize.ofMebiBytes(10), MemorySize.ofMebiBytes(10));

    /** A record of a Kinesis stream whose maximum record size was not raised. */
    public static final MemorySize KINESIS_RECORD = MemorySize.ofMebiBytes(1);

    /**
     * DynamoDB BatchWriteItem: 25 items, 16 MiB, 400 KiB an item. <a
     * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html">BatchWriteItem</a>
     */
    public static final Caps DYNAMO_DB =
            new Caps("DynamoDB BatchWriteItem", 25, MemorySize.ofMebiBytes(16), kibiBytes(400));

    /**
     * Elasticsearch: a request is at most 100 MB, {@code http.max_content_length} as shipped. <a
     * href="https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/networking-settings">Setting</a>
     */
    public static final Caps ELASTICSEARCH = new Caps(
            "Elasticsearch http.max_content_length",
            Integer.MAX_VALUE,
            MemorySize.ofMebiBytes(100),
            MemorySize.ofMebiBytes(100));

    /**
     * MongoDB: 100,000 writes and 48,000,000 bytes a message, 16 MiB a document. <a
     * href="https://www.mongodb.com/docs/manual/reference/limits/">Limits</a>
     */
    public static final Caps MONGO_DB =
            new Caps("MongoDB bulk write", 100_000, new MemorySize(48_000_000), MemorySize.ofMebiBytes(16));

    /** No cap but the driver's own. */
    public static final Caps UNCAPPED =
            new Caps("the sink", Integer.MAX_VALUE, MemorySize.MAX_VALUE, MemorySize.MAX_VALUE);

    public SinkTuning {
        Objects.requireNonNull(batchBytes, "batchBytes");
        Objects.requireNonNull(recordBytes, "recordBytes");
        Objects.requireNonNull(bufferedBytes, "bufferedBytes");
        Objects.requireNonNull(linger, "linger");
        Objects.requireNonNull(caps, "caps");
        List<String> problems = new ArrayList<>();
        within(problems, "sink.batch.max-entries", batchEntries, caps.batchEntries, caps.whose);
        within(problems, "sink.batch.max-bytes", batchBytes, caps.batchBytes, caps.whose);
        within(problems, "sink.record.max-bytes", recordBytes, caps.recordBytes, caps.whose);
        if (recordBytes.compareTo(batchBytes) > 0) {
            problems.add("sink.record.max-bytes must be at most sink.batch.max-bytes (" + batchBytes + "), got "
                    + recordBytes);
        }
        atLeast(problems, "sink.in-flight", 1, inFlight);
        long window = (long) batchEntries * inFlight;
        if (bufferedEntries < window) {
            problems.add("sink.buffer.max-entries must be at least sink.batch.max-entries x sink.in-flight ("
                    + batchEntries + " x " + inFlight + " = " + window + "), got " + bufferedEntries
                    + "; raise it or lower one of the two");
        }
        if (bufferedBytes.compareTo(batchBytes) < 0) {
            problems.add("sink.buffer.max-bytes must be at least sink.batch.max-bytes (" + batchBytes + "), got "
                    + bufferedBytes);
        }
        atLeast(problems, "sink.batch.linger (ms)", 1, linger.toMillis());
        if (flushBudget != null) {
            atLeast(problems, "sink.flush-budget (ms)", 100, flushBudget.toMillis());
            if (flushBudget.compareTo(linger) < 0) {
                problems.add("sink.flush-budget must be at least sink.batch.linger (" + linger.toMillis() + " ms), got "
                        + flushBudget.toMillis() + " ms");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void atLeast(List<String> problems, String option, long bound, long value) {
        if (value < bound) {
            problems.add(option + " must be at least " + bound + ", got " + value);
        }
    }

    private static void within(List<String> problems, String option, int value, int cap, String whose) {
        if (cap == Integer.MAX_VALUE) {
            atLeast(problems, option, 1, value);
        } else if (value < 1 || value > cap) {
            problems.add(option + " must be between 1 and " + cap + " (" + whose + "), got " + value);
        }
    }

    private static void within(List<String> problems, String option, MemorySize value, MemorySize cap, String whose) {
        if (cap.equals(MemorySize.MAX_VALUE)) {
            atLeast(problems, option, 1, value.getBytes());
        } else if (value.getBytes() < 1 || value.compareTo(cap) > 0) {
            problems.add(option + " must be between 1 byte and " + cap + " (" + whose + "), got " + value);
        }
    }

    // ------------------------------------------------------------------ presets

    /** Batches of 500 changes or 5 MiB, 8 in flight, 10,000 changes or 64 MiB held, at most 200 ms of waiting. */
    public static SinkTuning defaults() {
        MemorySize batch = MemorySize.ofMebiBytes(5);
        MemorySize buffer = MemorySize.ofMebiBytes(64);
        return new SinkTuning(500, batch, batch, 8, 10_000, buffer, Duration.ofMillis(200), null, UNCAPPED);
    }

    /** Full requests of Firehose, 8 in flight. */
    public static SinkTuning forFirehose() {
        return preset(FIREHOSE, 500, FIREHOSE.batchBytes, FIREHOSE.recordBytes, 8);
    }

    /** Full requests of Kinesis, 8 in flight, records up to {@link #KINESIS_RECORD} until told otherwise. */
    public static SinkTuning forKinesis() {
        return preset(KINESIS, 500, KINESIS.batchBytes, KINESIS_RECORD, 8);
    }

    /** Full requests of DynamoDB, 32 in flight: a request is small, so many are needed. */
    public static SinkTuning forDynamoDb() {
        return preset(DYNAMO_DB, 25, DYNAMO_DB.batchBytes, DYNAMO_DB.recordBytes, 32);
    }

    /** Bulks of 1,000 changes or 5 MiB, 4 in flight. */
    public static SinkTuning forElasticsearch() {
        MemorySize batch = MemorySize.ofMebiBytes(5);
        return preset(ELASTICSEARCH, 1_000, batch, batch, 4);
    }

    /** Bulk writes of 1,000 changes or 16 MiB, 4 in flight: each takes a thread and a connection. */
    public static SinkTuning forMongoDb() {
        return preset(MONGO_DB, 1_000, MemorySize.ofMebiBytes(16), MONGO_DB.recordBytes, 4);
    }

    /** Statements of 2,000 rows or 8 MiB, 4 in flight: each takes a thread and a connection. */
    public static SinkTuning forJdbc() {
        MemorySize batch = MemorySize.ofMebiBytes(8);
        return preset(UNCAPPED, 2_000, batch, batch, 4);
    }

    private static SinkTuning preset(Caps caps, int entries, MemorySize batch, MemorySize record, int inFlight) {
        MemorySize buffer = new MemorySize(Math.max(MemorySize.ofMebiBytes(64).getBytes(), 2 * batch.getBytes()));
        Duration linger = Duration.ofMillis(200);
        return new SinkTuning(entries, batch, record, inFlight, 2 * entries * inFlight, buffer, linger, null, caps);
    }

    private static MemorySize kibiBytes(long kibiBytes) {
        return new MemorySize(kibiBytes * 1_024);
    }

    // ------------------------------------------------------------------ copies

    /** Sets batch and in-flight together and sizes the buffer to hold twice what may be in flight. */
    public SinkTuning withWindow(int batchEntries, int inFlight) {
        int buffer = (int) Math.min(Integer.MAX_VALUE, Math.max(2L * batchEntries * inFlight, 1));
        return copy(batchEntries, batchBytes, recordBytes, inFlight, buffer, bufferedBytes, linger, flushBudget);
    }

    /** Sets both byte bounds at once, so that no order of calls is wrong; a record that could fill a batch still can. */
    public SinkTuning withBytes(MemorySize batchBytes, MemorySize bufferedBytes) {
        MemorySize record = recordBytes.equals(this.batchBytes) ? smaller(batchBytes, caps.recordBytes) : recordBytes;
        return copy(batchEntries, batchBytes, record, inFlight, bufferedEntries, bufferedBytes, linger, flushBudget);
    }

    private static MemorySize smaller(MemorySize one, MemorySize other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    public SinkTuning withRecordBytes(MemorySize recordBytes) {
        return copy(
                batchEntries, batchBytes, recordBytes, inFlight, bufferedEntries, bufferedBytes, linger, flushBudget);
    }

    public SinkTuning withBufferedEntries(int bufferedEntries) {
        return copy(
                batchEntries, batchBytes, recordBytes, inFlight, bufferedEntries, bufferedBytes, linger, flushBudget);
    }

    public SinkTuning withLinger(Duration linger) {
        return copy(
                batchEntries, batchBytes, recordBytes, inFlight, bufferedEntries, bufferedBytes, linger, flushBudget);
    }

    /**
     * Lets the sink find its window itself: a checkpoint then waits for it at most about {@code flushBudget}, and batch
     * and in-flight become the most it may take.
     */
    public SinkTuning withFlushBudget(Duration flushBudget) {
        Objects.requireNonNull(flushBudget, "flushBudget");
        return copy(
                batchEntries, batchBytes, recordBytes, inFlight, bufferedEntries, bufferedBytes, linger, flushBudget);
    }

    private SinkTuning copy(
            int batchEntries,
            MemorySize batchBytes,
            MemorySize recordBytes,
            int inFlight,
            int bufferedEntries,
            MemorySize bufferedBytes,
            Duration linger,
            @Nullable Duration flushBudget) {
        return new SinkTuning(
                batchEntries,
                batchBytes,
                recordBytes,
                inFlight,
                bufferedEntries,
                bufferedBytes,
                linger,
                flushBudget,
                caps);
    }

    /** What this tuning comes to, for each subtask, when a full request takes {@code requestLatency}. */
    public SinkTuningForecast explain(Duration requestLatency, MemorySize recordSize) {
        return SinkTuningForecast.of(this, requestLatency, recordSize);
    }

    /**
     * What a service accepts, and whose rule it is.
     *
     * @param whose for messages: {@code Firehose PutRecordBatch}
     */
    public record Caps(String whose, int batchEntries, MemorySize batchBytes, MemorySize recordBytes)
            implements Serializable {
        public Caps {
            Objects.requireNonNull(whose, "whose");
            Objects.requireNonNull(batchBytes, "batchBytes");
            Objects.requireNonNull(recordBytes, "recordBytes");
        }
    }
}
