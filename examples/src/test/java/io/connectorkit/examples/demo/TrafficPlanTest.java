package io.connectorkit.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.examples.demo.TrafficPlan.Kind;
import io.connectorkit.examples.demo.TrafficPlan.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrafficPlanTest {

    private static final int ROWS = 2_000;
    private static final long SEED = 11;

    private final TrafficPlan plan = TrafficPlan.of(Dataset.flights(ROWS), SEED);

    @Test
    void theSameSeedGivesTheSamePlan() {
        TrafficPlan again = TrafficPlan.of(Dataset.flights(ROWS), SEED);
        assertThat(again.steps()).isEqualTo(plan.steps());
        assertThat(again.finalTable()).isEqualTo(plan.finalTable());
        assertThat(TrafficPlan.of(Dataset.flights(ROWS), SEED + 1).finalTable()).isNotEqualTo(plan.finalTable());
    }

    @Test
    void hasEveryKindOfChange() {
        Map<Kind, Integer> counts = plan.counts();
        assertThat(counts).containsOnlyKeys(Kind.values());
        assertThat(counts.get(Kind.SCHEDULED)).isEqualTo(ROWS);
        assertThat(counts.get(Kind.CANCELLED)).isBetween(ROWS / 25, ROWS / 10);
        assertThat(counts.get(Kind.REINSTATED)).isBetween(1, counts.get(Kind.CANCELLED) - 1);
        assertThat(counts.get(Kind.CORRECTED)).isGreaterThan(ROWS / 10);
        assertThat(plan.finalTable()).hasSize(ROWS - counts.get(Kind.CANCELLED) + counts.get(Kind.REINSTATED));
    }

    @Test
    void everyStepChangesItsFlight() {
        Map<String, Integer> revisions = new HashMap<>();
        for (Step step : plan.steps()) {
            int before = revisions.getOrDefault(step.id(), 0);
            assertThat(step.image().revision()).isEqualTo(before + 1);
            revisions.put(step.id(), before + 1);
        }
    }

    @Test
    void watchesOnlyFlightsThatAreNeverCancelled() {
        Set<String> cancelled = new HashSet<>();
        plan.steps().stream().filter(s -> s.kind() == Kind.CANCELLED).forEach(s -> cancelled.add(s.id()));
        assertThat(plan.steps()).allSatisfy(s -> assertThat(s.watched()).isEqualTo(!cancelled.contains(s.id())));
    }

    @Test
    void dealingAndChunkingKeepTheOrderOfEachFlight() {
        List<Step> written = new ArrayList<>();
        for (List<Step> hand : plan.deal(3)) {
            for (List<Step> chunk : TrafficPlan.chunks(hand, 25)) {
                assertThat(chunk).hasSizeBetween(1, 25);
                assertThat(chunk.stream().map(Step::id)).doesNotHaveDuplicates();
                written.addAll(chunk);
            }
        }
        assertThat(perFlight(written)).isEqualTo(perFlight(plan.steps()));
    }

    private static Map<String, List<Step>> perFlight(List<Step> steps) {
        Map<String, List<Step>> flights = new TreeMap<>();
        steps.forEach(step ->
                flights.computeIfAbsent(step.id(), id -> new ArrayList<>()).add(step));
        return flights;
    }
}
