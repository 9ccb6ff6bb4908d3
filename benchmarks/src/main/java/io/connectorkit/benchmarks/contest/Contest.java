package io.connectorkit.benchmarks.contest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The same work done by several rivals in turn, round after round, so that what disturbs the machine disturbs all of
 * them. Each round begins with another rival; each ratio is taken within its round. One round before the first warms up.
 */
public final class Contest {

    private static final int QUICK_ROUNDS = 3;

    private final Session session;
    private final String title;
    private final String unit;
    private final Map<String, Entrant> entrants = new LinkedHashMap<>();
    private final List<Promise> promises = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private String baseline = "";
    private String floor = "";
    private int rounds = 5;

    private record Entrant(String name, Preparation preparation, Rival rival) {}

    private record Promise(String rival, String against, Measure measure, Bar bar) {}

    private enum Measure {
        THROUGHPUT(Lap::perSecond),
        CPU(Lap::cpuNanosEach),
        BYTES(Lap::bytesEach);

        private final ToDoubleFunction<Lap> of;

        Measure(ToDoubleFunction<Lap> of) {
            this.of = of;
        }
    }

    Contest(Session session, String title, String unit) {
        this.session = session;
        this.title = title;
        this.unit = unit;
    }

    /** Enters a rival; the first one is the baseline unless another is named. */
    public Contest rival(String name, Rival rival) {
        return rival(name, () -> {}, rival);
    }

    /** Enters a rival with what to do before each of its laps, not measured. */
    public Contest rival(String name, Preparation preparation, Rival rival) {
        if (entrants.putIfAbsent(name, new Entrant(name, preparation, rival)) != null) {
            throw new IllegalArgumentException(
                    "contest '" + title + "' must have each rival once, got '" + name + "' twice");
        }
        if (baseline.isEmpty()) {
            baseline = name;
        }
        return this;
    }

    /** The rival that all others are compared with. */
    public Contest baseline(String name) {
        baseline = name;
        return this;
    }

    /** The rival's throughput must be at least {@code atLeast} times the baseline's; {@code promise} says who asks. */
    public Contest bar(String rival, double atLeast, String promise) {
        promises.add(new Promise(rival, "", Measure.THROUGHPUT, Bar.atLeast(atLeast, promise)));
        return this;
    }

    /** The rival's throughput must be at least {@code atLeast} times that of {@code against}. */
    public Contest bar(String rival, String against, double atLeast, String promise) {
        promises.add(new Promise(rival, against, Measure.THROUGHPUT, Bar.atLeast(atLeast, promise)));
        return this;
    }

    /** The rival's CPU time a record must be at most {@code atMost} times the baseline's. */
    public Contest cpuBar(String rival, double atMost, String promise) {
        promises.add(new Promise(rival, "", Measure.CPU, Bar.atMost(atMost, promise)));
        return this;
    }

    /** The bytes the rival allocates for a record must be at most {@code atMost} times the baseline's. */
    public Contest bytesBar(String rival, double atMost, String promise) {
        promises.add(new Promise(rival, "", Measure.BYTES, Bar.atMost(atMost, promise)));
        return this;
    }

    /** The rival that only makes the records: its CPU time and bytes are taken off all others' before they are compared. */
    public Contest floor(String name) {
        floor = name;
        return this;
    }

    /** Measured rounds, 5 unless told; a quick run makes fewer. */
    public Contest rounds(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("rounds must be at least 1, got " + count);
        }
        rounds = count;
        return this;
    }

    /** What a reader must know: concurrency, tuning that is not the default, what the number does not say. */
    public Contest note(String note) {
        notes.add(note);
        return this;
    }

    /** Holds the contest and records its standing. */
    public Standing run() throws Exception {
        check();
        int measured = session.quick() ? Math.min(rounds, QUICK_ROUNDS) : rounds;
        List<Entrant> order = new ArrayList<>(entrants.values());
        Map<String, Lap[]> laps = new LinkedHashMap<>();
        order.forEach(entrant -> laps.put(entrant.name, new Lap[measured]));
        Progress progress = session.progress();
        progress.contest(title, order.size() * (measured + 1));
        long expected = -1;
        for (int round = -1; round < measured; round++) {
            for (int i = 0; i < order.size(); i++) {
                Entrant entrant = order.get(Math.floorMod(round + i, order.size()));
                entrant.preparation.run();
                Lap lap = session.stopwatch().time(entrant.rival);
                expected = checked(entrant, lap, expected);
                if (round >= 0) {
                    laps.get(entrant.name)[round] = lap;
                }
                String when = round < 0 ? "warm-up" : "round " + (round + 1) + " of " + measured;
                progress.lap(when + ", " + entrant.name + ": " + Text.number(lap.perSecond()) + " " + unit + "/s");
            }
        }
        Standing standing = standing(laps, expected);
        session.record(standing);
        return standing;
    }

    private void check() {
        List<String> problems = new ArrayList<>();
        if (entrants.size() < 2) {
            problems.add("at least 2 rivals, got " + entrants.keySet());
        }
        requireRival(baseline, "its baseline", problems);
        if (!floor.isEmpty()) {
            requireRival(floor, "its floor", problems);
        }
        for (Promise promise : promises) {
            requireRival(promise.rival, "the rival of a bar", problems);
            requireRival(promise.against.isEmpty() ? baseline : promise.against, "what a bar compares with", problems);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("contest '" + title + "' must have " + String.join("; and ", problems));
        }
    }

    private void requireRival(String name, String role, List<String> problems) {
        if (!entrants.containsKey(name)) {
            problems.add("a rival as " + role + ", got '" + name + "' (rivals: " + entrants.keySet() + ")");
        }
    }

    private long checked(Entrant entrant, Lap lap, long expected) {
        if (lap.records() < 1 || (expected >= 0 && lap.records() != expected)) {
            throw new IllegalStateException("rival '" + entrant.name + "' of contest '" + title + "' must handle "
                    + (expected < 0 ? "at least 1" : "as many " + unit + " as the others, " + expected) + ", got "
                    + lap.records());
        }
        return lap.records();
    }

    private Standing standing(Map<String, Lap[]> raw, long records) {
        Map<String, Lap[]> laps = overFloor(raw);
        Lap[] base = laps.get(baseline);
        List<Standing.Row> rows = new ArrayList<>();
        laps.forEach((rival, own) -> rows.add(new Standing.Row(
                rival,
                spread(own, Measure.THROUGHPUT),
                spread(own, Measure.CPU),
                spread(own, Measure.BYTES),
                ratio(own, base, Measure.THROUGHPUT),
                ratio(own, base, Measure.CPU),
                ratio(own, base, Measure.BYTES))));
        List<Bar.Verdict> verdicts = new ArrayList<>();
        for (Promise promise : promises) {
            String against = promise.against.isEmpty() ? baseline : promise.against;
            verdicts.add(Bar.Verdict.of(
                    title + ": " + promise.rival + " to " + against + ", " + measured(promise.measure),
                    promise.bar,
                    ratio(laps.get(promise.rival), laps.get(against), promise.measure)
                            .median()));
        }
        return new Standing(
                session.benchmark(),
                title,
                unit,
                baseline,
                floor,
                records,
                List.copyOf(notes),
                rows,
                List.copyOf(verdicts));
    }

    private String measured(Measure measure) {
        return switch (measure) {
            case THROUGHPUT -> unit + "/s";
            case CPU -> "CPU";
            case BYTES -> "bytes";
        };
    }

    private Map<String, Lap[]> overFloor(Map<String, Lap[]> laps) {
        Lap[] least = laps.get(floor);
        if (least == null) {
            return laps;
        }
        Map<String, Lap[]> over = new LinkedHashMap<>();
        laps.forEach((rival, own) -> over.put(
                rival,
                rival.equals(floor)
                        ? own
                        : IntStream.range(0, own.length)
                                .mapToObj(round -> own[round].over(least[round]))
                                .toArray(Lap[]::new)));
        return over;
    }

    private static Spread spread(Lap[] laps, Measure measure) {
        return Spread.of(Arrays.stream(laps).mapToDouble(measure.of).toArray());
    }

    /** Lap by lap of the same round: what disturbs a round falls on both sides of its fraction. */
    private static Spread ratio(Lap[] laps, Lap[] base, Measure measure) {
        return Spread.of(IntStream.range(0, laps.length)
                .mapToDouble(round -> measure.of.applyAsDouble(laps[round])
                        / Math.max(measure.of.applyAsDouble(base[round]), Double.MIN_NORMAL))
                .toArray());
    }
}
