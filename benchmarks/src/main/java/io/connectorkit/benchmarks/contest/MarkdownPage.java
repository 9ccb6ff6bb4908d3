package io.connectorkit.benchmarks.contest;

import java.util.List;

/** A report as Markdown, without its plots. */
final class MarkdownPage implements Page {

    private final StringBuilder out = new StringBuilder();

    @Override
    public void heading(int level, String text) {
        out.append("#".repeat(level)).append(' ').append(text).append("\n\n");
    }

    @Override
    public void text(String text) {
        out.append(text).append("\n\n");
    }

    @Override
    public void table(List<String> heads, List<List<String>> rows) {
        row(heads);
        out.append("|---".repeat(heads.size())).append("|\n");
        rows.forEach(this::row);
        out.append('\n');
    }

    private void row(List<String> cells) {
        cells.forEach(cell -> out.append("| ").append(cell.replace("|", "\\|")).append(' '));
        out.append("|\n");
    }

    @Override
    public void plot(String svg) {}

    @Override
    public String toString() {
        return out.toString();
    }
}
