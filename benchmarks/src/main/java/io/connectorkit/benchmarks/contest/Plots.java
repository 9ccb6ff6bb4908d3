package io.connectorkit.benchmarks.contest;

import java.awt.Color;
import java.awt.Graphics2D;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
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
        return svg(WIDTH, HEIGHT, graphics -> chart.paint(graphics, WIDTH, HEIGHT));
    }

    /** Both axes logarithmic: twice the cost at ten times the keys looks the same wherever it happens. */
    static String curve(Growth.Curve curve) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(curve.title())
                .xAxisTitle(curve.x())
                .yAxisTitle(curve.y())
                .build();
        style(chart.getStyler());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        chart.getStyler().setXAxisMaxLabelCount(8);
        DoubleSummaryStatistics costs = curve.lines().stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Plots::height)
                .summaryStatistics();
        // Whole decades: only those have labels.
        chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(costs.getMin()))));
        chart.getStyler().setYAxisMax(Math.pow(10, Math.floor(Math.log10(costs.getMax())) + 1));
        chart.getStyler().setPlotGridLinesVisible(false);
        for (Growth.Line line : curve.lines()) {
            chart.addSeries(
                            line.name(),
                            line.points().stream().mapToDouble(Growth.Point::x).toArray(),
                            line.points().stream().mapToDouble(Plots::height).toArray())
                    .setMarker(SeriesMarkers.CIRCLE);
        }
        return svg(WIDTH, HEIGHT, graphics -> chart.paint(graphics, WIDTH, HEIGHT));
    }

    /** A logarithmic axis has no 0. */
    private static double height(Growth.Point point) {
        return Math.max(point.y().median(), 0.1);
    }

    static String heatMap(HeatMap.Drawn map) {
        HeatMapDrawing drawing = new HeatMapDrawing(map);
        return svg(drawing.width(), drawing.height(), drawing::paint);
    }

    private static void style(Styler styler) {
        styler.setChartBackgroundColor(Color.WHITE).setPlotBackgroundColor(Color.WHITE);
        styler.setDecimalPattern("#,###.##");
        styler.setChartTitleBoxVisible(false);
    }

    private static String svg(int width, int height, Consumer<Graphics2D> painter) {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
        // XChart draws letters as outlines: a tenth of a pixel is enough for them.
        context.setPrecision(1);
        SVGGraphics2D graphics = new SVGGraphics2D(context, false);
        painter.accept(graphics);
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
