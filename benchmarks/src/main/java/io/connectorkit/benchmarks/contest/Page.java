package io.connectorkit.benchmarks.contest;

import java.util.List;

/** What a report is written onto. */
interface Page {

    void heading(int level, String text);

    /** A paragraph; words between backticks are typed. */
    void text(String text);

    void table(List<String> heads, List<List<String>> rows);

    /** An SVG element. */
    void plot(String svg);
}
