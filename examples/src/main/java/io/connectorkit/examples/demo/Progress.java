package io.connectorkit.examples.demo;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What the user sees: lines that stay, and one that moves in place on a terminal (elsewhere it is a line now and then). */
final class Progress {

    private static final long TERMINAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PLAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int WIDE = 125;
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final PrintStream out;
    private final int columns;
    private long nextNanos = System.nanoTime();
    private boolean moving;
    private boolean ended;

    /** {@code columns} is the terminal's width, 0 when there is no terminal. */
    Progress(PrintStream out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    /** A line that stays. */
    synchronized void line(String format, Object... values) {
        clear();
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }

    /** The line that moves; shown only when it is time again. */
    synchronized void move(String format, Object... values) {
        long now = System.nanoTime();
        if (ended || now - nextNanos < 0) {
            return;
        }
        nextNanos = now + (columns > 0 ? TERMINAL_NANOS : PLAIN_NANOS);
        String text = String.format(Locale.ROOT, format, values);
        if (columns > 0) {
            // A line that wraps could not be cleared.
            out.print(CLEAR_LINE + text.substring(0, Math.min(text.length(), columns - 1)));
            moving = true;
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** A last line: nothing moves after it. */
    synchronized void end(String text) {
        line("%s", text);
        ended = true;
    }

    /** Whether a long line would be cut. */
    boolean narrow() {
        return columns > 0 && columns < WIDE;
    }

    /** Takes the moving line away. */
    synchronized void clear() {
        if (moving) {
            out.print(CLEAR_LINE);
            out.flush();
            moving = false;
        }
    }
}
