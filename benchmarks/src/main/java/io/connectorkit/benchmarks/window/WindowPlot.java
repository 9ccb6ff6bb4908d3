package io.connectorkit.benchmarks.window;

import io.connectorkit.sink.WindowGrid;
import io.connectorkit.sink.WindowTrace;
import java.util.List;
import java.util.Locale;

/**
 * Changes a second over time, a panel for each service, as SVG.
 *
 * <p>Written out by hand: a chart library lays out by the fonts of the machine it runs on, and these bytes must be the
 * same everywhere.
 */
final class WindowPlot {

    private static final int WIDTH = 420;
    private static final int HEIGHT = 190;
    private static final int LEFT = 48;
    private static final int TOP = 34;
    private static final int PANEL_WIDTH = WIDTH - LEFT - 14;
    private static final int PANEL_HEIGHT = HEIGHT - TOP - 26;

    private final StringBuilder out = new StringBuilder();

    private WindowPlot() {}

    static String of(List<WindowComparison> comparisons) {
        WindowPlot plot = new WindowPlot();
        int rows = (comparisons.size() + 1) / 2;
        int height = rows * HEIGHT + 34;
        plot.add(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='11'>",
                2 * WIDTH, height);
        plot.add("<rect width='%d' height='%d' fill='#fff'/>", 2 * WIDTH, height);
        plot.legend();
        for (int i = 0; i < comparisons.size(); i++) {
            plot.add("<g transform='translate(%d,%d)'>", i % 2 * WIDTH, i / 2 * HEIGHT + 28);
            plot.panel(comparisons.get(i));
            plot.add("</g>");
        }
        plot.add("</svg>");
        return plot.out.toString();
    }

    private void legend() {
        String[][] entries = {
            {"#1f6fb4", "kit, adaptive window"},
            {"#e07b00", "Flink, default AIMD"},
            {"#555", "best static setting of the span"}
        };
        for (int i = 0; i < entries.length; i++) {
            int x = LEFT + i * 190;
            add("<path d='M%d 18h24' stroke='%s' stroke-width='2'/>", x, entries[i][0]);
            add("<text x='%d' y='22'>%s</text>", x + 30, entries[i][1]);
        }
    }

    private void panel(WindowComparison comparison) {
        WindowTrace trace = comparison.trace();
        double most = 1.45
                * trace.spans().stream()
                        .mapToDouble(span -> comparison.best(span).goodput())
                        .max()
                        .orElseThrow();
        add("<text x='%d' y='%d' font-weight='bold'>%s</text>", LEFT, TOP - 8, trace.name());
        add("<text x='%d' y='%d' text-anchor='end'>changes/s</text>", LEFT + PANEL_WIDTH, TOP - 8);
        add(
                "<rect x='%d' y='%d' width='%d' height='%d' fill='none' stroke='#bbb'/>",
                LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT);
        for (int i = 0; i <= 2; i++) {
            double value = most / 1.45 * i / 2;
            add("<text x='%d' y='%.1f' text-anchor='end'>%,.0f</text>", LEFT - 4, y(value, most) + 4, value);
        }
        for (int second = 0; second <= trace.seconds(); second += trace.seconds() > 100 ? 60 : 30) {
            add(
                    "<text x='%.1f' y='%d' text-anchor='%s'>%d s</text>",
                    x(second, trace), TOP + PANEL_HEIGHT + 14, second == trace.seconds() ? "end" : "middle", second);
        }
        for (WindowTrace.Span span : trace.spans()) {
            WindowGrid.Best best = comparison.best(span);
            add(
                    "<path d='M%.1f %.1fH%.1f' stroke='#555' stroke-dasharray='4 3'/>",
                    x(span.fromSecond(), trace), y(best.goodput(), most), x(span.toSecond(), trace));
        }
        line(comparison.stock().get(0).applied(), trace, most, "#e07b00");
        line(comparison.adaptive().get(0).applied(), trace, most, "#1f6fb4");
    }

    /** Means of three seconds, so that checkpoints do not hide the rest. */
    private void line(long[] applied, WindowTrace trace, double most, String colour) {
        StringBuilder path = new StringBuilder();
        for (int second = 0; second + 3 <= trace.seconds(); second++) {
            double mean = (applied[second] + applied[second + 1] + applied[second + 2]) / 3.0;
            path.append(second == 0 ? 'M' : 'L')
                    .append(String.format(Locale.ROOT, "%.1f %.1f", x(second + 1.5, trace), y(mean, most)));
        }
        add("<path d='%s' fill='none' stroke='%s' stroke-width='1.5'/>", path, colour);
    }

    private static double x(double second, WindowTrace trace) {
        return LEFT + second / trace.seconds() * PANEL_WIDTH;
    }

    private static double y(double value, double most) {
        return TOP + PANEL_HEIGHT * (1 - Math.min(value, most) / most);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
