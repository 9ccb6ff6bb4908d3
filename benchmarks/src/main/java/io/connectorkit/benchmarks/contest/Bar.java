package io.connectorkit.benchmarks.contest;

/**
 * A bound that a measured value has to keep.
 *
 * @param promise where the bound comes from
 */
public record Bar(boolean least, double bound, String promise) {

    public static Bar atLeast(double bound, String promise) {
        return new Bar(true, bound, promise);
    }

    public static Bar atMost(double bound, String promise) {
        return new Bar(false, bound, promise);
    }

    boolean keptBy(double value) {
        return least ? value >= bound : value <= bound;
    }

    /** A bar with what was measured. */
    public record Verdict(String what, Bar bar, double value, boolean kept) {

        static Verdict of(String what, Bar bar, double value) {
            return new Verdict(what, bar, value, bar.keptBy(value));
        }

        @Override
        public String toString() {
            return (kept ? "kept: " : "MISSED: ") + what + " " + Text.number(value) + ", "
                    + (bar.least ? "at least " : "at most ") + Text.number(bar.bound) + " (" + bar.promise + ")";
        }
    }
}
