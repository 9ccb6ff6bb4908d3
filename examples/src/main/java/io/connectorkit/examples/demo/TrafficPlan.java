package io.connectorkit.examples.demo;

import io.connectorkit.examples.demo.Dataset.Departure;
import io.connectorkit.examples.flights.Flight;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything that happens to the flights, in order: each is scheduled and departs with its delay; some are cancelled,
 * some of these come back, and some delays are corrected. The same flights and seed give the same plan.
 */
final class TrafficPlan {

    /** What happens to a flight; every one changes the item, so each makes exactly one stream record. */
    enum Kind {
        SCHEDULED,
        DEPARTED,
        CORRECTED,
        CANCELLED,
        REINSTATED
    }

    /**
     * One write.
     *
     * @param image the item afterwards; for a cancellation, before
     * @param watched whether the flight is never cancelled, so that its freshness can be seen in a store
     */
    record Step(Kind kind, Flight image, boolean watched) {
        String id() {
            return image.id();
        }
    }

    private static final double CANCELLED = 0.06;
    private static final double REINSTATED = 0.5;
    private static final double CORRECTED = 0.15;

    private final List<Step> steps;

    private TrafficPlan(List<Step> steps) {
        this.steps = steps;
    }

    /** The plan for {@code flights}. */
    static TrafficPlan of(List<Departure> flights, long seed) {
        record Timed(double time, int number, Step step) {}
        Random random = new Random(seed);
        List<Timed> timed = new ArrayList<>();
        for (int i = 0; i < flights.size(); i++) {
            double time = i;
            for (Step step : life(flights.get(i), random)) {
                timed.add(new Timed(time, timed.size(), step));
                // The next thing happens after 2 to 20 % of the flights have been scheduled.
                time += flights.size() * (0.02 + 0.18 * random.nextDouble());
            }
        }
        timed.sort(Comparator.comparingDouble(Timed::time).thenComparingInt(Timed::number));
        return new TrafficPlan(timed.stream().map(Timed::step).toList());
    }

    private static List<Step> life(Departure d, Random random) {
        boolean cancelled = random.nextDouble() < CANCELLED;
        boolean reinstated = cancelled && random.nextDouble() < REINSTATED;
        boolean corrected = random.nextDouble() < CORRECTED;
        boolean watched = !cancelled;
        List<Step> life = new ArrayList<>();
        Flight flight =
                new Flight(d.id(), d.scheduled(), d.origin(), d.destination(), d.distance(), "scheduled", null, 1);
        life.add(new Step(Kind.SCHEDULED, flight, watched));
        if (cancelled) {
            flight = flight.next("cancelled", null);
            life.add(new Step(Kind.CANCELLED, flight, watched));
            if (!reinstated) {
                return life;
            }
            flight = flight.next("reinstated", null);
            life.add(new Step(Kind.REINSTATED, flight, watched));
        }
        // Who is corrected was first reported with a wrong delay.
        flight = flight.next("departed", corrected ? d.delay() + 1 + random.nextInt(30) : d.delay());
        life.add(new Step(Kind.DEPARTED, flight, watched));
        if (corrected) {
            life.add(new Step(Kind.CORRECTED, flight.next("corrected", d.delay()), watched));
        }
        return life;
    }

    /** All writes in order. */
    List<Step> steps() {
        return steps;
    }

    int size() {
        return steps.size();
    }

    /** How many steps of each kind there are. */
    Map<Kind, Integer> counts() {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        steps.forEach(step -> counts.merge(step.kind(), 1, Integer::sum));
        return counts;
    }

    /** The table when all has happened, by id. */
    Map<String, Flight> finalTable() {
        Map<String, Flight> table = new TreeMap<>();
        for (Step step : steps) {
            if (step.kind() == Kind.CANCELLED) {
                table.remove(step.id());
            } else {
                table.put(step.id(), step.image());
            }
        }
        return table;
    }

    /** The plan dealt to {@code writers}: all steps of a flight go to one of them, in order. */
    List<List<Step>> deal(int writers) {
        List<List<Step>> hands = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            hands.add(new ArrayList<>());
        }
        for (Step step : steps) {
            hands.get(Math.floorMod(step.id().hashCode(), writers)).add(step);
        }
        return hands;
    }

    /** Cuts {@code hand} into runs of at most {@code max} steps of distinct flights, keeping the order of each. */
    static List<List<Step>> chunks(List<Step> hand, int max) {
        List<List<Step>> chunks = new ArrayList<>();
        List<Step> chunk = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Step step : hand) {
            if (chunk.size() == max || ids.contains(step.id())) {
                chunks.add(chunk);
                chunk = new ArrayList<>();
                ids.clear();
            }
            ids.add(step.id());
            chunk.add(step);
        }
        if (!chunk.isEmpty()) {
            chunks.add(chunk);
        }
        return chunks;
    }
}
