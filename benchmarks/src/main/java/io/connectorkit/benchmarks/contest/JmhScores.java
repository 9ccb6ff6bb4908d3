package io.connectorkit.benchmarks.contest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What several passes over the same JMH benchmarks come to: scores, and ratios to what each class names in {@link Against}. */
record JmhScores(List<JmhScore> scores, List<Ratio> ratios, List<Bar.Verdict> bars) {

    static final JmhScores NONE = new JmhScores(List.of(), List.of(), List.of());

    /** One subject at one set of parameters: what it is to its reference in each pass, CPU time and bytes. */
    private record Fractions(JmhPass.Point point, String subject, String what, List<double[]> passes) {}

    /** Finds a benchmark's class by its name. */
    interface Types {
        Class<?> of(String name);
    }

    static JmhScores of(List<JmhPass> passes, Types types) {
        Map<JmhPass.Point, List<JmhPass.Cost>> costs = new LinkedHashMap<>();
        Map<String, Fractions> fractions = new LinkedHashMap<>();
        for (JmhPass pass : passes) {
            pass.costs().forEach((point, cost) -> {
                costs.computeIfAbsent(point, p -> new ArrayList<>()).add(cost);
                @Nullable Against against = types.of(point.type()).getAnnotation(Against.class);
                if (against != null) {
                    compare(pass, point, cost, against, fractions);
                }
            });
        }
        List<JmhScore> scores = new ArrayList<>();
        costs.forEach((point, all) -> scores.add(new JmhScore(
                point.simpleType() + "." + point.method(),
                point.params(),
                Spread.of(all.stream().mapToDouble(JmhPass.Cost::cpuNanos).toArray()),
                Spread.of(all.stream().mapToDouble(JmhPass.Cost::bytes).toArray()))));
        List<Ratio> ratios = new ArrayList<>();
        List<Bar.Verdict> bars = new ArrayList<>();
        for (Fractions all : fractions.values()) {
            Ratio cpu = new Ratio(all.what + ", CPU", true, spread(all.passes, 0));
            Ratio bytes = new Ratio(all.what + ", bytes", true, spread(all.passes, 1));
            ratios.addAll(List.of(cpu, bytes));
            for (AtMost bound : types.of(all.point.type()).getAnnotationsByType(AtMost.class)) {
                if (bound.subject().equals(all.subject)) {
                    judge(bars, cpu, bound.cpu(), bound.promise());
                    judge(bars, bytes, bound.bytes(), bound.promise());
                }
            }
        }
        return new JmhScores(scores, ratios, bars);
    }

    private static void judge(List<Bar.Verdict> bars, Ratio ratio, double bound, String promise) {
        if (Double.isFinite(bound)) {
            bars.add(Bar.Verdict.of(
                    ratio.what(), Bar.atMost(bound, promise), ratio.spread().median()));
        }
    }

    private static void compare(
            JmhPass pass, JmhPass.Point point, JmhPass.Cost cost, Against against, Map<String, Fractions> fractions) {
        String own = against.param().isEmpty() ? point.method() : point.params().getOrDefault(against.param(), "");
        if (own.equals(against.value()) || own.equals(against.floor())) {
            return;
        }
        JmhPass.Cost reference = pass.costs().get(sibling(point, against, against.value()));
        JmhPass.Cost floor = against.floor().isEmpty()
                ? new JmhPass.Cost(0, 0)
                : pass.costs().get(sibling(point, against, against.floor()));
        if (reference == null || floor == null) {
            return;
        }
        JmhPass.Cost ownCost = cost.less(floor);
        JmhPass.Cost otherCost = reference.less(floor);
        Map<String, String> rest = new LinkedHashMap<>(point.params());
        rest.remove(against.param());
        String what = point.simpleType() + ": " + own + " to " + against.value() + (rest.isEmpty() ? "" : " " + rest);
        fractions
                .computeIfAbsent(what, w -> new Fractions(point, own, what, new ArrayList<>()))
                .passes
                .add(new double[] {
                    fraction(ownCost.cpuNanos(), otherCost.cpuNanos()), fraction(ownCost.bytes(), otherCost.bytes())
                });
    }

    private static JmhPass.Point sibling(JmhPass.Point point, Against against, String name) {
        if (against.param().isEmpty()) {
            return new JmhPass.Point(point.type(), name, point.params());
        }
        Map<String, String> params = new LinkedHashMap<>(point.params());
        params.replace(against.param(), name);
        return new JmhPass.Point(point.type(), point.method(), params);
    }

    /** Under half a byte or nanosecond is nothing: JMH itself leaves so much. */
    private static double fraction(double own, double other) {
        double least = 0.5;
        return Math.max(own, 0) < least && Math.max(other, 0) < least ? 1 : own / Math.max(other, least);
    }

    private static Spread spread(List<double[]> fractions, int index) {
        return Spread.of(fractions.stream().mapToDouble(pair -> pair[index]).toArray());
    }
}
