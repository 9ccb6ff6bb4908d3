package io.connectorkit.benchmarks.contest;

import java.util.Arrays;

/**
 * Where repeated measurements lie: their median, and an interval that the median of another run should fall into.
 *
 * <p>{@code low} and {@code high} are order statistics that enclose the true median with at least 95 % (sign test); up to
 * eight measurements give no narrower interval than the smallest and the largest.
 */
public record Spread(double median, double low, double high, double min, double max, int count) {

    private static final double OUTSIDE = 0.05;

    public static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a spread must have at least 1 measurement, got 0");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        int rank = rank(n);
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        return new Spread(median, sorted[rank], sorted[n - 1 - rank], sorted[0], sorted[n - 1], n);
    }

    /** How many measurements may be cut off at either end: the binomial tail of {@code n} coins stays under the limit. */
    private static int rank(int n) {
        double outcomes = 1;
        double tail = 0;
        int rank = 0;
        while (true) {
            tail += outcomes * Math.pow(2, -n);
            if (2 * tail > OUTSIDE || rank >= (n - 1) / 2) {
                return Math.max(0, rank - 1);
            }
            outcomes = outcomes * (n - rank) / (rank + 1);
            rank++;
        }
    }

    boolean contains(double value) {
        return value >= low && value <= high;
    }
}
