package io.connectorkit.benchmarks.tuning;

import io.connectorkit.benchmarks.contest.HeatMap;
import io.connectorkit.benchmarks.contest.Session;
import java.time.Duration;
import java.util.List;

/** The two maps of one destination for one size of its buffer: changes a second, and the longest of 100 flushes. */
record TuningMap(HeatMap goodput, HeatMap flush) {

    static final Duration BUDGET = Duration.ofSeconds(2);

    /** {@code buffered}: how many times what may be in flight is held. */
    static TuningMap of(Session session, String destination, int buffered) {
        String held = destination + ", " + buffered + " x the flight held: ";
        return new TuningMap(
                session.heatMap(held + "goodput", "requests in flight", "batch", "changes/s"),
                session.heatMap(held + "p99 of a checkpoint's flush", "requests in flight", "batch", "ms"));
    }

    void cell(Session session, int batch, int inFlight, double perSecond, double p99Millis) {
        goodput.cell(inFlight, batch, perSecond);
        flush.cell(inFlight, batch, p99Millis);
        session.say(batch + " x " + inFlight + ": " + Math.round(perSecond) + " changes/s, flush p99 "
                + Math.round(p99Millis) + " ms");
    }

    void step(long batch, long inFlight) {
        if (batch > 0 && inFlight > 0) {
            goodput.step((int) inFlight, (int) batch);
            flush.step((int) inFlight, (int) batch);
        }
    }

    /** The 99th percentile, nearest rank. */
    static double p99(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(0.99 * sorted.size()) - 1));
    }
}
