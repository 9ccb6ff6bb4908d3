package io.connectorkit.benchmarks.contest;

import java.util.ArrayList;
import java.util.List;

/**
 * How a contest ended.
 *
 * @param floor the rival whose CPU time and bytes are taken off all others'; empty when there is none
 */
public record Standing(
        String benchmark,
        String title,
        String unit,
        String baseline,
        String floor,
        long records,
        List<String> notes,
        List<Row> rows,
        List<Bar.Verdict> bars) {

    /**
     * One rival's rounds; the ratios are to the baseline's lap of the same round.
     *
     * @param cpuNanos for each record, of this JVM only
     * @param bytes allocated for each record, in this JVM only
     */
    public record Row(
            String rival,
            Spread perSecond,
            Spread cpuNanos,
            Spread bytes,
            Spread throughputRatio,
            Spread cpuRatio,
            Spread bytesRatio) {}

    List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        for (Row row : rows) {
            if (!row.rival.equals(baseline) && !row.rival.equals(floor)) {
                String what = benchmark + ": " + title + ": " + row.rival + " to " + baseline + ", ";
                ratios.add(new Ratio(what + unit + "/s", false, row.throughputRatio));
                ratios.add(new Ratio(what + "CPU", true, row.cpuRatio));
                ratios.add(new Ratio(what + "bytes", true, row.bytesRatio));
            }
        }
        return ratios;
    }
}
