package io.connectorkit.benchmarks.contest;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/** Says what runs and how long it will still take. */
final class Progress {

    private final PrintStream out;
    private final LongSupplier nanoClock;
    private long started;
    private int lapsDone;
    private int laps;

    Progress(PrintStream out, LongSupplier nanoClock) {
        this.out = out;
        this.nanoClock = nanoClock;
    }

    void line(String text) {
        out.println(text);
    }

    void contest(String title, int lapsToCome) {
        out.println();
        out.println(title);
        started = nanoClock.getAsLong();
        lapsDone = 0;
        laps = lapsToCome;
    }

    void lap(String text) {
        lapsDone++;
        long left = (nanoClock.getAsLong() - started) / lapsDone * (laps - lapsDone);
        out.println("  " + text + (lapsDone < laps ? "; about " + Text.duration(left) + " left" : ""));
    }
}
