package io.connectorkit.sink;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.apache.flink.configuration.MemorySize;

/**
 * What a tuning comes to in one subtask: ceiling, memory, worst checkpoint flush, and the option that binds.
 *
 * <p>Arithmetic, not measurement. The ceiling is Little's law: changes in flight over the latency of a full request;
 * it holds while the service keeps up, so read it as "no more than". Prints as a few lines.
 *
 * @param batchEntries changes in a full request of records of this size
 * @param inFlight requests at a time that the buffer can fill
 * @param recordsPerSecond ceiling
 * @param bytesPerSecond ceiling
 * @param memory payload bytes held at most
 * @param worstFlush how long a checkpoint waits when everything is full
 * @param recordsPerSecondOfOneKey ceiling of a single key where every change is sent in order
 * @param bound option that would have to be raised for a higher ceiling
 */
public record SinkTuningForecast(
        int batchEntries,
        int inFlight,
        double recordsPerSecond,
        MemorySize bytesPerSecond,
        MemorySize memory,
        Duration worstFlush,
        double recordsPerSecondOfOneKey,
        String bound) {

    static SinkTuningForecast of(SinkTuning tuning, Duration requestLatency, MemorySize recordSize) {
        Objects.requireNonNull(requestLatency, "requestLatency");
        long record = Objects.requireNonNull(recordSize, "recordSize").getBytes();
        if (requestLatency.toNanos() < 1) {
            throw new IllegalArgumentException("request latency must be above 0, got " + requestLatency);
        }
        if (record < 1 || record > tuning.recordBytes().getBytes()) {
            throw new IllegalArgumentException("record size must be between 1 byte and sink.record.max-bytes ("
                    + tuning.recordBytes() + "), got " + recordSize);
        }
        double seconds = requestLatency.toNanos() / 1e9;
        long fitInBatch = tuning.batchBytes().getBytes() / record;
        int batch = (int) Math.min(tuning.batchEntries(), fitInBatch);
        long held = Math.min(tuning.bufferedEntries(), tuning.bufferedBytes().getBytes() / record);
        int inFlight = (int) Math.max(1, Math.min(tuning.inFlight(), held / batch));
        double ceiling = batch * inFlight / seconds;
        double worstSeconds = Math.ceil((double) held / ((double) batch * inFlight)) * seconds;
        Duration budget = tuning.flushBudget();
        if (budget != null) {
            // The adaptive window holds what goes out within the budget, but never less than one request.
            double budgetSeconds = budget.toNanos() / 1e9;
            worstSeconds = Math.min(worstSeconds, Math.max(seconds, budgetSeconds));
            held = Math.min(held, (long) Math.ceil(ceiling * worstSeconds));
        }
        return new SinkTuningForecast(
                batch,
                inFlight,
                ceiling,
                new MemorySize((long) (ceiling * record)),
                new MemorySize(held * record),
                Duration.ofNanos((long) (worstSeconds * 1e9)),
                1 / seconds,
                bound(tuning, inFlight, fitInBatch));
    }

    private static String bound(SinkTuning tuning, int inFlight, long fitInBatch) {
        if (inFlight < tuning.inFlight()) {
            return "sink.buffer.max-bytes (" + tuning.bufferedBytes() + "): it holds the batches of " + inFlight
                    + " of " + tuning.inFlight() + " requests";
        }
        SinkTuning.Caps caps = tuning.caps();
        if (fitInBatch < tuning.batchEntries()) {
            return tuning.batchBytes().equals(caps.batchBytes())
                    ? "sink.in-flight (" + inFlight + "): sink.batch.max-bytes is at its cap (" + caps.whose() + ")"
                    : "sink.batch.max-bytes (" + tuning.batchBytes() + ") and sink.in-flight (" + inFlight + ")";
        }
        return tuning.batchEntries() == caps.batchEntries()
                ? "sink.in-flight (" + inFlight + "): sink.batch.max-entries is at its cap (" + caps.whose() + ")"
                : "sink.batch.max-entries (" + tuning.batchEntries() + ") and sink.in-flight (" + inFlight + ")";
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                """
                ceiling of a subtask  %,.0f records/s, %s/s (%d x %d in flight, Little's law)
                one key, in order     %,.1f records/s
                memory                %s
                worst flush           %,d ms
                bound by              %s""",
                recordsPerSecond,
                bytesPerSecond.toHumanReadableString(),
                batchEntries,
                inFlight,
                recordsPerSecondOfOneKey,
                memory.toHumanReadableString(),
                worstFlush.toMillis(),
                bound);
    }
}
