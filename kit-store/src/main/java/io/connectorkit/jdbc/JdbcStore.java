package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.table.RowFilter;
import io.connectorkit.table.RowLayout;
import io.connectorkit.table.StoreTable;
import io.connectorkit.table.TableOptions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** A SQL table as a store: lookups, and scans with conditions and limit left to the database. */
record JdbcStore(
        JdbcConnectionOptions connection,
        JdbcTable place,
        List<String> columns,
        @Nullable String deletedAt,
        JdbcScan.@Nullable Partition partition,
        int fetchSize,
        @Nullable JdbcReload reload)
        implements StoreTable.Store {

    static JdbcStore of(TableOptions table, RowLayout layout, JdbcConnectionOptions connection) {
        Dialects.of(connection);
        JdbcStore store = new JdbcStore(
                connection,
                JdbcTableKeys.table(table, layout.columns().subList(0, 1)),
                layout.columns(),
                table.orNull(JdbcTableKeys.DELETED_AT),
                JdbcTableKeys.partition(table),
                table.get(JdbcTableKeys.FETCH_SIZE),
                JdbcTableKeys.reload(table));
        store.scan(List.of(), List.of(), null);
        return store;
    }

    @Override
    public LookupSourceFactory<ChangeKey, Collection<RowData>> lookup(List<String> keyColumns, DataType produced) {
        return lookup(keyColumns, produced, List.of());
    }

    @Override
    public LookupSourceFactory<ChangeKey, Collection<RowData>> lookup(
            List<String> keyColumns, DataType produced, List<RowFilter> filters) {
        RowType row = (RowType) produced.getLogicalType();
        List<String> values = new ArrayList<>(row.getFieldNames());
        values.removeAll(keyColumns);
        JdbcTable table =
                JdbcTable.of(place.name(), keyColumns.toArray(String[]::new)).withValues(values.toArray(String[]::new));
        if (place.schema() != null) {
            table = table.withSchema(place.schema());
        }
        if (deletedAt != null) {
            table = table.withTombstones(deletedAt);
        }
        List<String> selected = new ArrayList<>(keyColumns);
        selected.addAll(values);
        Dialect dialect = Dialects.of(connection);
        List<Serializable> parameters = new ArrayList<>();
        String condition = String.join(
                " AND ",
                filters.stream()
                        .map(filter -> JdbcFilter.sql(filter, dialect, parameters))
                        .toList());
        JdbcLookup<Collection<RowData>> lookup = JdbcLookup.allOf(
                        connection, table, JdbcRowReader.of(row, selected, dialect))
                .withCondition(new JdbcCondition(condition, List.copyOf(parameters)));
        return reload == null ? lookup : lookup.withFullCache(reload);
    }

    @Override
    public Optional<Source<RowData, ?, ?>> scan(StoreTable.Scan wanted) {
        RowType row = (RowType) wanted.produced().getLogicalType();
        JdbcScan scan = scan(row.getFieldNames(), wanted.filters(), wanted.limit());
        JdbcRowReader reader = JdbcRowReader.of(row, scan.columns(), Dialects.of(connection));
        return Optional.of(JdbcSource.of(connection, scan, reader, InternalTypeInfo.of(row)));
    }

    private JdbcScan scan(List<String> produced, List<RowFilter> filters, @Nullable Long limit) {
        Dialect dialect = Dialects.of(connection);
        List<String> conditions = new ArrayList<>();
        List<Serializable> parameters = new ArrayList<>();
        if (deletedAt != null) {
            conditions.add(dialect.quoted(deletedAt) + " IS NULL");
        }
        for (RowFilter filter : filters) {
            conditions.add(JdbcFilter.sql(filter, dialect, parameters));
        }
        return new JdbcScan(
                place.schema(),
                place.name(),
                // A count needs rows, not columns.
                produced.isEmpty() ? columns.subList(0, 1) : produced,
                partition,
                conditions.isEmpty() ? null : String.join(" AND ", conditions),
                parameters,
                limit,
                fetchSize);
    }

    @Override
    public boolean evaluates(RowFilter filter) {
        return JdbcFilter.isExact(filter, Dialects.of(connection));
    }
}
