package io.connectorkit.benchmarks.contest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values over two knobs, filled cell by cell, with the way that something took across them. */
public final class HeatMap {

    private final String benchmark;
    private final String title;
    private final String x;
    private final String y;
    private final String unit;
    private final Set<Integer> xs = new LinkedHashSet<>();
    private final Set<Integer> ys = new LinkedHashSet<>();
    private final Map<List<Integer>, Double> cells = new LinkedHashMap<>();
    private final List<List<Integer>> path = new ArrayList<>();

    /**
     * The map when it is done.
     *
     * @param rows a row for each of {@code ys}, a value for each of {@code xs}; null where nothing was measured
     * @param path pairs of x and y, in order
     */
    public record Drawn(
            String benchmark,
            String title,
            String x,
            String y,
            String unit,
            List<Integer> xs,
            List<Integer> ys,
            List<List<@Nullable Double>> rows,
            List<List<Integer>> path) {}

    HeatMap(String benchmark, String title, String x, String y, String unit) {
        this.benchmark = benchmark;
        this.title = title;
        this.x = x;
        this.y = y;
        this.unit = unit;
    }

    public HeatMap cell(int x, int y, double value) {
        xs.add(x);
        ys.add(y);
        cells.put(List.of(x, y), value);
        return this;
    }

    /** The next step of the way drawn over the map; the same place twice is one. */
    public HeatMap step(int x, int y) {
        List<Integer> place = List.of(x, y);
        if (path.isEmpty() || !path.get(path.size() - 1).equals(place)) {
            path.add(place);
        }
        return this;
    }

    Drawn drawn() {
        List<Integer> columns = xs.stream().sorted().toList();
        List<Integer> lines = ys.stream().sorted().toList();
        List<List<@Nullable Double>> rows = new ArrayList<>();
        for (int row : lines) {
            List<@Nullable Double> values = new ArrayList<>();
            columns.forEach(column -> values.add(cells.get(List.of(column, row))));
            rows.add(values);
        }
        return new Drawn(benchmark, title, x, y, unit, columns, lines, rows, List.copyOf(path));
    }
}
