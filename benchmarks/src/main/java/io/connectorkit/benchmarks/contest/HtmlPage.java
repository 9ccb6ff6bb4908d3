package io.connectorkit.benchmarks.contest;

import java.util.List;

/** A report as one HTML file that needs no other. */
final class HtmlPage implements Page {

    private final StringBuilder out = new StringBuilder();

    HtmlPage(String title, String style) {
        out.append("<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>")
                .append("<meta name='viewport' content='width=device-width'><title>")
                .append(escaped(title))
                .append("</title><style>\n")
                .append(style)
                .append("</style></head><body>\n");
    }

    @Override
    public void heading(int level, String text) {
        out.append("<h" + level + ">").append(escaped(text)).append("</h" + level + ">\n");
    }

    @Override
    public void text(String text) {
        out.append("<p>")
                .append(escaped(text).replaceAll("`([^`]*)`", "<code>$1</code>"))
                .append("</p>\n");
    }

    @Override
    public void table(List<String> heads, List<List<String>> rows) {
        out.append("<table><tr>");
        heads.forEach(head -> out.append("<th>").append(escaped(head)).append("</th>"));
        out.append("</tr>\n");
        for (List<String> row : rows) {
            out.append("<tr>");
            row.forEach(cell -> out.append(cell.equals("MISSED") ? "<td class='bad'>" : "<td>")
                    .append(escaped(cell))
                    .append("</td>"));
            out.append("</tr>\n");
        }
        out.append("</table>\n");
    }

    @Override
    public void plot(String svg) {
        out.append("<figure>").append(svg).append("</figure>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public String toString() {
        return out + "</body></html>\n";
    }
}
