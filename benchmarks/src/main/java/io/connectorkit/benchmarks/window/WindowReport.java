package io.connectorkit.benchmarks.window;

import io.connectorkit.sink.WindowTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs every trace and writes tuning-window.svg and the tables of tuning.md into the given folder. */
public final class WindowReport {

    private static final String BEGIN = "<!-- dev/window writes from here -->\n";
    private static final String END = "<!-- to here -->";

    private WindowReport() {}

    public static void main(String[] args) throws Exception {
        Path docs = Path.of(args[0]);
        List<WindowComparison> comparisons = new ArrayList<>();
        for (WindowTrace trace : WindowTrace.all()) {
            comparisons.add(WindowComparison.of(trace));
        }
        String tables = WindowTables.of(comparisons);
        System.out.print(tables);
        Files.writeString(docs.resolve("tuning-window.svg"), WindowPlot.of(comparisons));
        replace(docs.resolve("tuning.md"), tables);
    }

    private static void replace(Path page, String tables) throws IOException {
        String text = Files.readString(page);
        int from = text.indexOf(BEGIN);
        int to = text.indexOf(END);
        if (from < 0 || to < from) {
            throw new IOException(page + " must contain '" + BEGIN.strip() + "' and, after it, '" + END + "'");
        }
        Files.writeString(page, text.substring(0, from) + BEGIN + '\n' + tables + '\n' + text.substring(to));
    }
}
