package io.connectorkit.benchmarks.contest;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Numbers as people read them. */
final class Text {

    private Text() {}

    /** Three digits that matter, thousands apart. */
    static String number(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "-";
        } else if (size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        } else if (size >= 10) {
            return String.format(Locale.ROOT, "%.1f", value);
        } else if (size >= 0.01 || size == 0) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
        return String.format(Locale.ROOT, "%.2g", value);
    }

    /** Of something counted: all its digits. */
    static String count(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%,.0f", value) : number(value);
    }

    /** The median with its interval, as {@code 0.93 (0.90-0.97)}. */
    static String spread(Spread spread) {
        return spread.count() == 1
                ? number(spread.median())
                : number(spread.median()) + " (" + number(spread.low()) + "-" + number(spread.high()) + ")";
    }

    static String duration(long nanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos);
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}
