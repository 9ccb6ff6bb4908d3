package io.connectorkit.sink;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.configuration.MemorySize;

/**
 * Batch, in-flight and buffer as one value: the three only work together.
 *
 * @param batchEntries most changes in a request
 * @param batchBytes most bytes in a request
 * @param inFlight most requests at a time, for each subtask
 * @param bufferedEntries most changes held, waiting or in flight; at least {@code batchEntries * inFlight}, or the
 *     window can never fill
 * @param bufferedBytes most bytes held
 * @param linger longest time a change waits for its batch to fill
 */
public record SinkTuning(
        int batchEntries,
        MemorySize batchBytes,
        int inFlight,
        int bufferedEntries,
        MemorySize bufferedBytes,
        Duration linger)
        implements Serializable {

    public SinkTuning {
        Objects.requireNonNull(batchBytes, "batchBytes");
        Objects.requireNonNull(bufferedBytes, "bufferedBytes");
        Objects.requireNonNull(linger, "linger");
        List<String> problems = new ArrayList<>();
        atLeast(problems, "sink.batch.max-entries", 1, batchEntries);
        atLeast(problems, "sink.batch.max-bytes", 1, batchBytes.getBytes());
        atLeast(problems, "sink.in-flight", 1, inFlight);
        if (bufferedEntries < (long) batchEntries * inFlight) {
            problems.add("sink.buffer.max-entries must be at least sink.batch.max-entries x sink.in-flight ("
                    + batchEntries + " x " + inFlight + " = " + (long) batchEntries * inFlight + "), got "
                    + bufferedEntries + "; raise it or lower one of the two");
        }
        if (bufferedBytes.getBytes() < batchBytes.getBytes()) {
            problems.add("sink.buffer.max-bytes must be at least sink.batch.max-bytes (" + batchBytes + "), got "
                    + bufferedBytes);
        }
        atLeast(problems, "sink.batch.linger (ms)", 1, linger.toMillis());
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void atLeast(List<String> problems, String option, long bound, long value) {
        if (value < bound) {
            problems.add(option + " must be at least " + bound + ", got " + value);
        }
    }

    /** Batches of 500 changes or 5 MiB, 8 in flight, 10,000 changes or 64 MiB held, at most 200 ms of waiting. */
    public static SinkTuning defaults() {
        return new SinkTuning(
                500, MemorySize.ofMebiBytes(5), 8, 10_000, MemorySize.ofMebiBytes(64), Duration.ofMillis(200));
    }

    /** Sets batch and in-flight together and sizes the buffer to hold twice what may be in flight. */
    public SinkTuning withWindow(int batchEntries, int inFlight) {
        long entries = Math.max(2L * batchEntries * inFlight, 1);
        int buffer = (int) Math.min(Integer.MAX_VALUE, entries);
        return new SinkTuning(batchEntries, batchBytes, inFlight, buffer, bufferedBytes, linger);
    }

    /** Sets both byte bounds at once, so that no order of calls is wrong. */
    public SinkTuning withBytes(MemorySize batchBytes, MemorySize bufferedBytes) {
        return new SinkTuning(batchEntries, batchBytes, inFlight, bufferedEntries, bufferedBytes, linger);
    }

    public SinkTuning withBufferedEntries(int bufferedEntries) {
        return new SinkTuning(batchEntries, batchBytes, inFlight, bufferedEntries, bufferedBytes, linger);
    }

    public SinkTuning withLinger(Duration linger) {
        return new SinkTuning(batchEntries, batchBytes, inFlight, bufferedEntries, bufferedBytes, linger);
    }
}
