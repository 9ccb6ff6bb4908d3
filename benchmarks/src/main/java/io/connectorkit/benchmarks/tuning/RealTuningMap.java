package io.connectorkit.benchmarks.tuning;

import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.Sink;

/** The map of a real destination: every setting writes the same records, with a flush after each tenth of them. */
final class RealTuningMap {

    private static final int FLUSHES = 10;
    private static final long LOOK_MILLIS = 50;

    private final Session session;
    private final String title;
    private final SinkTuning preset;
    private final Subject subject;
    private final int records;

    /** The destination, emptied before each run. */
    interface Subject {
        Sink<Integer> open(SinkTuning tuning) throws Exception;
    }

    RealTuningMap(Session session, String title, SinkTuning preset, int records, Subject subject) {
        this.session = session;
        this.title = title;
        this.preset = preset;
        this.records = records;
        this.subject = subject;
    }

    void draw(List<Integer> batches, List<Integer> inFlights, List<Integer> buffers) throws Exception {
        // What is loaded and compiled on the way must not be the first setting's.
        measure(preset, null);
        for (int buffered : buffers) {
            session.say(title + ", " + buffered + " x the flight held");
            TuningMap map = TuningMap.of(session, title, buffered);
            for (int batch : batches) {
                for (int inFlight : inFlights) {
                    SinkTuning tuning =
                            preset.withWindow(batch, inFlight).withBufferedEntries(buffered * batch * inFlight);
                    Measured measured = measure(tuning, null);
                    map.cell(session, batch, inFlight, measured.perSecond, measured.p99Millis);
                }
            }
            Measured adaptive = measure(
                    preset.withWindow(batches.get(batches.size() - 1), inFlights.get(inFlights.size() - 1))
                            .withFlushBudget(TuningMap.BUDGET),
                    map);
            session.say("adaptive: " + Math.round(adaptive.perSecond) + " changes/s, flush p99 "
                    + Math.round(adaptive.p99Millis) + " ms");
        }
    }

    private record Measured(double perSecond, double p99Millis) {}

    /** {@code way}, where there is one, gets the places that the window takes. */
    private Measured measure(SinkTuning tuning, TuningMap way) throws Exception {
        List<Double> flushMillis = new ArrayList<>();
        Look look = new Look();
        try (SinkHarness<Integer> sink = SinkHarness.open(subject.open(tuning))) {
            long start = System.nanoTime();
            for (int i = 0; i < records; i++) {
                sink.write(i);
                if (way != null) {
                    look.at(sink, way);
                }
                if ((i + 1) % Math.max(1, records / FLUSHES) == 0) {
                    long before = System.nanoTime();
                    sink.flush();
                    flushMillis.add((System.nanoTime() - before) / 1e6);
                }
            }
            sink.flush();
            return new Measured(records * 1e9 / (System.nanoTime() - start), TuningMap.p99(flushMillis));
        }
    }

    /** Reads the window's place now and then. */
    private static final class Look {
        private long lastNanos = System.nanoTime();
        private long records;
        private long requests;

        void at(SinkHarness<Integer> sink, TuningMap way) {
            long now = System.nanoTime();
            if (now - lastNanos < TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
                return;
            }
            lastNanos = now;
            long recordsNow = sink.metric("numRecordsSend");
            long requestsNow = sink.metric("requests");
            if (requestsNow > requests) {
                way.step((recordsNow - records) / (requestsNow - requests), sink.metric("window"));
            }
            records = recordsNow;
            requests = requestsNow;
        }
    }
}
