package io.connectorkit.benchmarks.contest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two runs compared by their ratios, never by their times.
 *
 * <p>A ratio has changed when each run's median lies outside of the other's stated spread and they differ by more than
 * {@value #TOLERANCE}: a single run of wide spread proves nothing, and a narrow one does not make noise a change.
 */
record Comparison(List<Line> lines, List<String> onlyOld, List<String> onlyNew) {

    static final double TOLERANCE = 0.03;

    enum Change {
        SAME,
        BETTER,
        WORSE
    }

    record Line(String what, Spread before, Spread after, Change change) {
        @Override
        public String toString() {
            return what + ": " + Text.spread(before) + " -> " + Text.spread(after);
        }
    }

    static Comparison of(Results before, Results after) {
        Map<String, Ratio> old = byName(before);
        Map<String, Ratio> young = byName(after);
        List<Line> lines = new ArrayList<>();
        List<String> onlyNew = new ArrayList<>();
        young.forEach((what, ratio) -> {
            Ratio earlier = old.remove(what);
            if (earlier == null) {
                onlyNew.add(what);
            } else {
                Change change = change(earlier.spread(), ratio.spread(), ratio.lowerIsBetter());
                lines.add(new Line(what, earlier.spread(), ratio.spread(), change));
            }
        });
        return new Comparison(lines, List.copyOf(old.keySet()), onlyNew);
    }

    private static Map<String, Ratio> byName(Results results) {
        Map<String, Ratio> ratios = new LinkedHashMap<>();
        results.ratios().forEach(ratio -> ratios.put(ratio.what(), ratio));
        return ratios;
    }

    static Change change(Spread before, Spread after, boolean lowerIsBetter) {
        double difference = after.median() - before.median();
        boolean beyond = !before.contains(after.median())
                && !after.contains(before.median())
                && Math.abs(difference) > TOLERANCE * Math.abs(before.median());
        if (!beyond) {
            return Change.SAME;
        }
        return difference > 0 == lowerIsBetter ? Change.WORSE : Change.BETTER;
    }

    boolean hasRegression() {
        return lines.stream().anyMatch(line -> line.change == Change.WORSE);
    }

    /** Whether a run's medians lie within the other's stated spreads, as a share of all ratios. */
    double reproduced() {
        return lines.isEmpty()
                ? 1
                : (double) lines.stream()
                                .filter(line -> line.before.contains(line.after.median()))
                                .count()
                        / lines.size();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        add(text, "Worse beyond both spreads", Change.WORSE);
        add(text, "Better beyond both spreads", Change.BETTER);
        onlyOld.forEach(
                what -> text.append("Only in the old run: ").append(what).append('\n'));
        onlyNew.forEach(
                what -> text.append("Only in the new run: ").append(what).append('\n'));
        long worse = lines.stream().filter(line -> line.change == Change.WORSE).count();
        return text.append(lines.size())
                .append(" ratios compared, ")
                .append(worse)
                .append(worse == 1 ? " regression; " : " regressions; ")
                .append(Math.round(100 * reproduced()))
                .append(" % of the new medians lie within the old spread")
                .toString();
    }

    private void add(StringBuilder text, String heading, Change change) {
        for (Line line : lines) {
            if (line.change == change) {
                text.append(heading).append(": ").append(line).append('\n');
            }
        }
    }
}
