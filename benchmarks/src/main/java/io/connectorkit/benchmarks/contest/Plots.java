package io.connectorkit.benchmarks.contest;

import java.awt.Color;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Plots of results as SVG elements: laid out by XChart, drawn by Batik. */
final class Plots {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 300;

    private Plots() {}

    /** Medians of a contest's rivals; the whiskers are the half-width of their spreads. */
    static String bars(Standing standing) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(standing.title())
                .yAxisTitle(standing.unit() + "/s")
                .build();
        style(chart.getStyler());
        chart.getStyler().setLegendVisible(false);
        List<Standing.Row> rows = standing.rows();
        chart.addSeries(
                standing.unit() + "/s",
                rows.stream().map(Standing.Row::rival).toList(),
                rows.stream().map(row -> row.perSecond().median()).toList(),
                rows.stream()
                        .map(row -> (row.perSecond().high() - row.perSecond().low()) / 2)
                        .toList());
        return svg(chart, WIDTH, HEIGHT);
    }

    private static void style(Styler styler) {
        styler.setChartBackgroundColor(Color.WHITE).setPlotBackgroundColor(Color.WHITE);
        styler.setDecimalPattern("#,###.##");
        styler.setChartTitleBoxVisible(false);
    }

    private static String svg(Chart<?, ?> chart, int width, int height) {
        SVGGraphics2D graphics = new SVGGraphics2D(document());
        chart.paint(graphics, width, height);
        Element root = graphics.getRoot();
        root.setAttribute("viewBox", "0 0 " + width + " " + height);
        root.setAttribute("width", Integer.toString(width));
        StringWriter out = new StringWriter();
        try {
            graphics.stream(root, out, true, false);
        } catch (SVGGraphics2DIOException e) {
            throw new UncheckedIOException(e);
        }
        String text = out.toString();
        return text.substring(text.indexOf("<svg"));
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument("http://www.w3.org/2000/svg", "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java runtime has an XML parser", e);
        }
    }
}
