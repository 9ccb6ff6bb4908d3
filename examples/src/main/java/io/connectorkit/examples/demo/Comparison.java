package io.connectorkit.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A store against the table, row by row.
 *
 * @param store its name
 * @param rows rows in the store
 * @param missing flights of the table that the store lacks
 * @param stale rows that an older change left behind
 * @param wrong rows of the newest change with another value than the table's
 * @param extra rows of flights that the table does not have
 * @param examples the first few differences, for the user
 */
record Comparison(String store, int rows, int missing, int stale, int wrong, int extra, List<String> examples) {

    private static final int EXAMPLES = 3;

    boolean equal() {
        return missing == 0 && stale == 0 && wrong == 0 && extra == 0;
    }

    /** Compares every field of every row, both ways. */
    static Comparison of(String store, Map<String, FlightRow> expected, Map<String, FlightRow> found) {
        int missing = 0;
        int stale = 0;
        int wrong = 0;
        int extra = 0;
        List<String> examples = new ArrayList<>();
        for (Map.Entry<String, FlightRow> entry : expected.entrySet()) {
            FlightRow want = entry.getValue();
            FlightRow have = found.get(entry.getKey());
            if (have == null) {
                missing++;
                examples.add(entry.getKey() + " is missing");
            } else if (have.flight().revision() < want.flight().revision()) {
                stale++;
                examples.add(entry.getKey() + " is stale: revision "
                        + have.flight().revision() + " (" + have.flight().status() + "), the table has "
                        + want.flight().revision() + " (" + want.flight().status() + ")");
            } else if (!have.equals(want)) {
                wrong++;
                examples.add(entry.getKey() + " differs: " + have + ", must be " + want);
            }
        }
        for (String id : found.keySet()) {
            if (!expected.containsKey(id)) {
                extra++;
                examples.add(id + " is extra: the table does not have it");
            }
        }
        List<String> first = List.copyOf(examples.subList(0, Math.min(EXAMPLES, examples.size())));
        return new Comparison(store, found.size(), missing, stale, wrong, extra, first);
    }
}
