package io.connectorkit.benchmarks.contest;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Draws a heat map with its values in the cells: a chart library would leave the reader to guess them from colours. */
final class HeatMapDrawing {

    private static final int LEFT = 90;
    private static final int TOP = 46;
    private static final int CELL_WIDTH = 74;
    private static final int CELL_HEIGHT = 30;
    private static final int BOTTOM = 40;
    private static final int LEAST_WIDTH = 560;
    private static final Color LOW = new Color(0xf3f7fb);
    private static final Color HIGH = new Color(0x2f7ebc);

    private final HeatMap.Drawn map;
    private final double most;
    private final double least;

    HeatMapDrawing(HeatMap.Drawn map) {
        this.map = map;
        double[] values = map.rows().stream()
                .flatMap(List::stream)
                .filter(value -> value != null)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        this.least = values.length == 0 ? 0 : values[0];
        this.most = values.length == 0 ? 1 : values[values.length - 1];
    }

    int width() {
        return Math.max(LEFT + map.xs().size() * CELL_WIDTH + 20, LEAST_WIDTH);
    }

    int height() {
        return TOP + map.ys().size() * CELL_HEIGHT + BOTTOM;
    }

    void paint(Graphics2D graphics) {
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
        graphics.setColor(Color.DARK_GRAY);
        graphics.drawString(map.title() + " (" + map.unit() + ")", 4, 16);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        graphics.drawString(map.y(), 4, TOP - 8);
        graphics.drawString(map.x(), LEFT, height() - 6);
        for (int row = 0; row < map.ys().size(); row++) {
            graphics.setColor(Color.DARK_GRAY);
            graphics.drawString(Text.count(map.ys().get(row)), 30, top(row) + 20);
            for (int column = 0; column < map.xs().size(); column++) {
                cell(graphics, row, column, map.rows().get(row).get(column));
            }
        }
        graphics.setColor(Color.DARK_GRAY);
        for (int column = 0; column < map.xs().size(); column++) {
            graphics.drawString(
                    Text.count(map.xs().get(column)),
                    left(column) + 20,
                    top(map.ys().size()) + 16);
        }
        path(graphics);
    }

    private void cell(Graphics2D graphics, int row, int column, @Nullable Double value) {
        if (value == null) {
            return;
        }
        double heat = most > least ? (value - least) / (most - least) : 0;
        graphics.setColor(between(heat));
        graphics.fillRect(left(column), top(row), CELL_WIDTH - 2, CELL_HEIGHT - 2);
        graphics.setColor(heat > 0.6 ? Color.WHITE : Color.DARK_GRAY);
        graphics.drawString(Text.number(value), left(column) + 10, top(row) + 20);
    }

    private void path(Graphics2D graphics) {
        if (map.path().isEmpty()) {
            return;
        }
        Path2D way = new Path2D.Double();
        for (List<Integer> place : map.path()) {
            double x = LEFT + CELL_WIDTH * (position(map.xs(), place.get(0)) + 0.5);
            double y = TOP + CELL_HEIGHT * (map.ys().size() - position(map.ys(), place.get(1)) - 0.5);
            if (way.getCurrentPoint() == null) {
                way.moveTo(x, y);
            } else {
                way.lineTo(x, y);
            }
            graphics.setColor(new Color(0xd1495b));
            graphics.fillOval((int) x - 2, (int) y - 2, 5, 5);
        }
        graphics.setStroke(new BasicStroke(1.5f));
        graphics.draw(way);
    }

    /** Where a value lies among the knob's settings; between two of them by its logarithm. */
    static double position(List<Integer> settings, int value) {
        for (int i = 0; i < settings.size(); i++) {
            int setting = settings.get(i);
            if (value <= setting) {
                int below = i == 0 ? setting : settings.get(i - 1);
                return value >= setting || below == setting
                        ? i
                        : i - 1 + Math.log((double) value / below) / Math.log((double) setting / below);
            }
        }
        return settings.size() - 1.0;
    }

    private static int left(int column) {
        return LEFT + column * CELL_WIDTH;
    }

    /** Small settings are at the bottom. */
    private int top(int row) {
        return TOP + (row == map.ys().size() ? row : map.ys().size() - 1 - row) * CELL_HEIGHT;
    }

    private static Color between(double share) {
        return new Color(
                mixed(LOW.getRed(), HIGH.getRed(), share),
                mixed(LOW.getGreen(), HIGH.getGreen(), share),
                mixed(LOW.getBlue(), HIGH.getBlue(), share));
    }

    private static int mixed(int low, int high, double share) {
        return (int) Math.round(low + (high - low) * share);
    }
}
