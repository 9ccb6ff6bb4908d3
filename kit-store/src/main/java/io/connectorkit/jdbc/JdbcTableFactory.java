package io.connectorkit.jdbc;

import static io.connectorkit.jdbc.JdbcTableKeys.DELETED_AT;
import static io.connectorkit.jdbc.JdbcTableKeys.LEDGER;
import static io.connectorkit.jdbc.JdbcTableKeys.RECORD_ID;
import static io.connectorkit.jdbc.JdbcTableKeys.SINK;

import io.connectorkit.change.DeleteMode;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.table.LookupTableKeys;
import io.connectorkit.table.RowLayout;
import io.connectorkit.table.SinkTable;
import io.connectorkit.table.SinkTableKeys;
import io.connectorkit.table.StoreTable;
import io.connectorkit.table.TableOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.jspecify.annotations.Nullable;

/** SQL tables with {@code 'connector' = 'kit-jdbc'}: written by key or appended to, looked up and scanned. */
public final class JdbcTableFactory implements DynamicTableSinkFactory, DynamicTableSourceFactory {

    /** What {@code 'connector'} says. */
    public static final String IDENTIFIER = "kit-jdbc";

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return JdbcTableKeys.required();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return JdbcTableKeys.optional();
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        TableOptions table =
                TableOptions.of(this, context, JdbcTableKeys.PROPERTIES).check();
        RowLayout layout = RowLayout.of(context);
        String version = table.orNull(SinkTableKeys.VERSION_COLUMN);
        checkSink(table, layout, version);
        JdbcConnectionOptions connection = table.build(() -> JdbcTableKeys.connection(table));
        SinkOptions options = table.build(() -> SINK.read(table, SinkTuning.forJdbc()));
        BatchSink<RowData> sink = table.build(() -> layout.hasPrimaryKey()
                ? keyed(table, layout, version, connection, options)
                : appended(table, layout, connection, options));
        return new SinkTable(
                summary(table),
                SinkTable.Takes.of(layout, version),
                SinkTableKeys.parallelism(table),
                planned -> SINK.withDeadLetters(table, sink));
    }

    private static void checkSink(TableOptions table, RowLayout layout, @Nullable String version) {
        boolean tombstones = table.get(SinkTableKeys.DELETE_MODE) == DeleteMode.TOMBSTONE;
        if (tombstones != table.find(DELETED_AT).isPresent()) {
            table.problem(DELETED_AT.key() + " must be set with sink.delete-mode = TOMBSTONE and only then, got "
                    + table.orNull(DELETED_AT) + " with " + table.get(SinkTableKeys.DELETE_MODE));
        }
        if (table.find(LEDGER).isPresent() != table.find(RECORD_ID).isPresent()) {
            table.problem(LEDGER.key() + " and " + RECORD_ID.key()
                    + " must be set both or neither: the ledger keeps the ids of the rows, got " + table.orNull(LEDGER)
                    + " and " + table.orNull(RECORD_ID));
        }
        if (layout.hasPrimaryKey()) {
            if (table.find(LEDGER).isPresent()) {
                table.problem(
                        LEDGER.key() + " must be set for tables without a PRIMARY KEY only: with one, a row that is"
                                + " written again is the same row");
            }
            if (version != null && layout.primaryKey().contains(version)) {
                table.problem("sink.version-column must not be a column of the PRIMARY KEY, got '" + version + "'");
            }
        } else if (version != null || tombstones) {
            table.problem(
                    "sink.version-column and sink.delete-mode = TOMBSTONE must be set for tables with a PRIMARY KEY"
                            + " only: rows without one are appended");
        }
    }

    private static BatchSink<RowData> keyed(
            TableOptions table,
            RowLayout layout,
            @Nullable String version,
            JdbcConnectionOptions connection,
            SinkOptions options) {
        List<String> values = new ArrayList<>(layout.columns());
        values.removeAll(layout.primaryKey());
        values.remove(version);
        JdbcTable target = JdbcTableKeys.table(table, layout.primaryKey()).withValues(values.toArray(String[]::new));
        if (version != null) {
            target = target.withVersion(version);
        }
        String deletedAt = table.orNull(DELETED_AT);
        if (deletedAt != null) {
            target = target.withTombstones(deletedAt);
        }
        Changes<RowData, Object[]> changes = layout.changes(JdbcRowWriter.of(layout.rowType(), values), version);
        return JdbcSink.of(changes, connection, target, options);
    }

    private static BatchSink<RowData> appended(
            TableOptions table, RowLayout layout, JdbcConnectionOptions connection, SinkOptions options) {
        JdbcRowWriter payload = JdbcRowWriter.of(layout.rowType(), layout.columns());
        JdbcAppendTable target = JdbcTableKeys.appendTable(table, layout.columns());
        List<String> recordId = table.orNull(RECORD_ID);
        Changes<RowData, Object[]> rows =
                recordId == null ? layout.appends(payload) : Changes.of(layout.key(recordId, RECORD_ID.key()), payload);
        return JdbcSink.append(rows, connection, target, options);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        TableOptions table =
                TableOptions.of(this, context, JdbcTableKeys.PROPERTIES).check();
        RowLayout layout = RowLayout.of(context);
        JdbcConnectionOptions connection = table.build(() -> JdbcTableKeys.connection(table));
        JdbcStore store = table.build(() -> {
            JdbcRowReader.of(layout.rowType(), layout.columns(), Dialects.of(connection));
            return JdbcStore.of(table, layout, connection);
        });
        return new StoreTable(summary(table), layout.dataType(), store, table.build(() -> LookupTableKeys.read(table)));
    }

    private static String summary(TableOptions table) {
        return "JDBC table '" + table.get(JdbcTableKeys.TABLE) + "'";
    }
}
