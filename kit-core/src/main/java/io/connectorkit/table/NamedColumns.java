package io.connectorkit.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.factories.DynamicTableFactory;

/**
 * The columns that an INSERT names: {@code INSERT INTO t (id, status) ..}. Flink fills the others of the row with NULL, and
 * tells only by place which they are.
 *
 * @param schema all columns of the DDL in its order, computed ones too: places count them
 */
public record NamedColumns(List<String> schema) implements Serializable {

    private static final long serialVersionUID = 1L;

    public NamedColumns {
        schema = List.copyOf(schema);
    }

    /** The columns of the table that a factory is asked for. */
    public static NamedColumns of(DynamicTableFactory.Context context) {
        return new NamedColumns(context.getCatalogTable().getResolvedSchema().getColumnNames());
    }

    /** What the statement that is being translated names; empty when it names none and so writes all. */
    public Optional<Set<String>> of(DynamicTableSink.Context statement) {
        return statement.getTargetColumns().filter(places -> places.length > 0).map(this::at);
    }

    private Set<String> at(int[][] places) {
        Set<String> named = new LinkedHashSet<>();
        List<String> nested = new ArrayList<>();
        for (int[] place : places) {
            String column = schema.get(place[0]);
            named.add(column);
            if (place.length > 1) {
                nested.add(column);
            }
        }
        if (!nested.isEmpty()) {
            throw new IllegalArgumentException(
                    "an INSERT must name whole columns, got fields of " + nested + "; name the columns");
        }
        return named;
    }
}
