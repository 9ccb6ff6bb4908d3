package io.connectorkit.elasticsearch;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.sink.Extractor;
import io.connectorkit.table.RowKey;
import io.connectorkit.table.RowLayout;
import java.util.List;
import org.apache.flink.table.data.RowData;

/** Reads a column of a row as the routing of its document; NULL is none, which is the empty one. */
final class RoutingColumn implements Extractor<RowData, String> {

    private static final long serialVersionUID = 1L;

    private final RowKey column;

    private RoutingColumn(RowKey column) {
        this.column = column;
    }

    static RoutingColumn of(RowLayout layout, String column) {
        return new RoutingColumn(layout.key(List.of(column), "sink.routing-column"));
    }

    @Override
    public String extract(RowData row) {
        ChangeKey value = column.orNull(row);
        return value == null ? "" : String.valueOf(value.part(0));
    }
}
