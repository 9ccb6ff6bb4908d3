package io.connectorkit.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the run showed, and whether it is good.
 *
 * @param rows flights in the DynamoDB table
 * @param changes writes that made the table
 * @param seconds from the first write that DynamoDB acknowledged until both stores had acknowledged the last change
 */
record Report(
        DemoOptions options,
        int rows,
        int changes,
        double seconds,
        int kills,
        int restarts,
        long position,
        long replayed,
        long redelivered,
        List<Store> stores) {

    /**
     * One store's part.
     *
     * @param written changes that it acknowledged, repeats included
     * @param stale changes among them that its guard refused
     */
    record Store(Comparison comparison, long written, long stale, long p50Millis, long p99Millis, int samples) {}

    /** What is not as it must be; empty when all is. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Store store : stores) {
            Comparison found = store.comparison;
            if (!found.equal()) {
                problems.add(found.store() + " does not equal the table: " + String.join("; ", found.examples()));
            }
        }
        if (kills < options.kills()) {
            problems.add("only " + kills + " of " + options.kills() + " kills happened");
        }
        if (restarts < kills) {
            problems.add("the job restarted " + restarts + " times after " + kills + " kills");
        }
        if (kills > 0 && replayed == 0) {
            problems.add("the kills caused no replay: they have tested nothing");
        }
        if (position != changes) {
            problems.add("the source emitted " + position + " changes, the table had " + changes);
        }
        return problems;
    }

    /** The table and its legend. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(format(
                "%-14s %8s %8s %8s %8s %8s %10s %10s %10s",
                "", "rows", "missing", "stale", "wrong", "extra", "changes/s", "fresh p50", "fresh p99"));
        lines.add(format("%-14s %,8d", "DynamoDB", rows));
        for (Store store : stores) {
            Comparison found = store.comparison;
            lines.add(format(
                    "%-14s %,8d %,8d %,8d %,8d %,8d %,10.0f %,7d ms %,7d ms",
                    found.store(),
                    found.rows(),
                    found.missing(),
                    found.stale(),
                    found.wrong(),
                    found.extra(),
                    changes / seconds,
                    store.p50Millis,
                    store.p99Millis));
        }
        lines.add("");
        lines.add(format(
                "%,d changes in %.1f s. Kills %d, restarts %d, replayed %,d%s.",
                changes,
                seconds,
                kills,
                restarts,
                replayed,
                options.redeliver() ? format(", older ones delivered again %,d", redelivered) : ""));
        for (Store store : stores) {
            lines.add(format(
                    "%s took %,d writes%s.",
                    store.comparison.store(),
                    store.written,
                    options.guard()
                            ? format("; its version guard refused %,d of them as stale", store.stale)
                            : " with its version guard off"));
        }
        lines.add(format(
                "Fresh: from DynamoDB's acknowledgement of a write until a reader of the store sees it, restarts"
                        + " included (%,d samples).",
                stores.stream().mapToInt(Store::samples).sum()));
        return lines;
    }

    /** The last line. */
    String verdict() {
        return problems().isEmpty()
                ? "OK: both stores equal the table, row by row."
                : "FAILED: " + String.join("\n        ", problems());
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
