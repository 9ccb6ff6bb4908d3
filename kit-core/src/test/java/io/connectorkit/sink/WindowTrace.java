package io.connectorkit.sink;

import java.util.ArrayList;
import java.util.List;

/**
 * What a simulated service does over time: a row of phases, and the bounds that stay.
 *
 * @param seconds of simulated time
 * @param latencyMillis of an empty request on an idle service
 * @param workers requests it works on at a time; more wait in a queue
 * @param workerBytesPerSecond pace of one worker at speed 1
 * @param overheadBytes what a request costs beside its changes, in bytes of work
 * @param cliff requests inside at which it begins to choke: the work of each grows with the cube of the excess
 * @param phases in order, the first from second 0
 */
public record WindowTrace(
        String name,
        int seconds,
        double latencyMillis,
        int workers,
        double workerBytesPerSecond,
        double overheadBytes,
        int cliff,
        double recordsPerSecondOfSource,
        List<Phase> phases) {

    public static final int RECORD_BYTES = 4_096;

    private static final double MIB = 1 << 20;
    private static final int NO_CLIFF = Integer.MAX_VALUE;

    /**
     * From {@code fromSecond} on.
     *
     * @param speed of the workers
     * @param admittedPerSecond changes let in, with a burst of one second; the others are refused as throttled
     */
    public record Phase(int fromSecond, double speed, double admittedPerSecond) {}

    private static Phase speed(int fromSecond, double speed) {
        return new Phase(fromSecond, speed, Double.POSITIVE_INFINITY);
    }

    /** One speed for ever. */
    public static WindowTrace steady() {
        return of("steady", 90, 40, 4, 5 * MIB, NO_CLIFF, speed(0, 1));
    }

    /** A quarter of the speed from second 60, all of it again from 120, four times as much from 180. */
    public static WindowTrace steps() {
        return of("steps", 240, 40, 4, 5 * MIB, NO_CLIFF, speed(0, 1), speed(60, 0.25), speed(120, 1), speed(180, 4));
    }

    /** The same steps a continent away: many requests are needed to fill the line. */
    public static WindowTrace distant() {
        return of(
                "distant", 240, 250, 4, 5 * MIB, NO_CLIFF, speed(0, 1), speed(60, 0.25), speed(120, 1), speed(180, 2));
    }

    /** Admits 4,000 changes a second, but 800 in three seconds of every twenty from second 40 on. */
    public static WindowTrace throttled() {
        List<Phase> phases = new ArrayList<>(List.of(new Phase(0, 1, 4_000)));
        for (int second = 40; second < 150; second += 20) {
            phases.add(new Phase(second, 1, 800));
            phases.add(new Phase(second + 3, 1, 4_000));
        }
        return of("throttled", 150, 40, 4, 5 * MIB, NO_CLIFF, phases.toArray(Phase[]::new));
    }

    /** Chokes beyond 8 requests inside, where 6 are enough; the steps as well. */
    public static WindowTrace choking() {
        return of("choking", 180, 40, 4, 5 * MIB, 8, speed(0, 1), speed(60, 0.25), speed(120, 1));
    }

    /** Many slow workers: a full request takes 4 s, twice the budget. */
    public static WindowTrace slow() {
        return of("slow", 180, 40, 16, 100 * 1_024, NO_CLIFF, speed(0, 1));
    }

    public static List<WindowTrace> all() {
        return List.of(steady(), steps(), distant(), throttled(), choking(), slow());
    }

    /** The same service, fed {@code recordsPerSecond} only. */
    public WindowTrace withSource(double recordsPerSecond) {
        return new WindowTrace(
                name + ", slow source",
                seconds,
                latencyMillis,
                workers,
                workerBytesPerSecond,
                overheadBytes,
                cliff,
                recordsPerSecond,
                phases);
    }

    private static WindowTrace of(
            String name, int seconds, double latency, int workers, double pace, int cliff, Phase... phases) {
        return new WindowTrace(
                name, seconds, latency, workers, pace, 16 * 1_024, cliff, Double.POSITIVE_INFINITY, List.of(phases));
    }

    Phase at(double second) {
        Phase now = phases.get(0);
        for (Phase phase : phases) {
            if (phase.fromSecond <= second) {
                now = phase;
            }
        }
        return now;
    }

    /** A part of the trace that is judged by itself. */
    public record Span(int fromSecond, int toSecond) {
        /** Where it is judged: when 30 s have passed. */
        public int settledSecond() {
            return fromSecond + 30;
        }
    }

    /** From each change of capacity to the next; bursts of throttling belong to the whole. */
    public List<Span> spans() {
        List<Span> spans = new ArrayList<>();
        if (Double.isFinite(phases.get(0).admittedPerSecond)) {
            return List.of(new Span(0, seconds));
        }
        for (int i = 0; i < phases.size(); i++) {
            int end = i + 1 < phases.size() ? phases.get(i + 1).fromSecond : seconds;
            spans.add(new Span(phases.get(i).fromSecond, end));
        }
        return spans;
    }
}
