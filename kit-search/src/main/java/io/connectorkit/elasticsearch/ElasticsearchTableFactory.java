package io.connectorkit.elasticsearch;

import static io.connectorkit.elasticsearch.ElasticsearchTableKeys.SINK;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.DeleteMode;
import io.connectorkit.change.WriteMode;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.table.LookupTableKeys;
import io.connectorkit.table.RowLayout;
import io.connectorkit.table.SinkTable;
import io.connectorkit.table.SinkTableKeys;
import io.connectorkit.table.StoreTable;
import io.connectorkit.table.TableOptions;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * {@code 'connector' = 'kit-elasticsearch'}: rows as documents. Without a primary key rows are appended; with one the
 * table takes a changelog, and {@code sink.version-column} guards it. Rows can be looked up, by primary key or by any
 * columns.
 */
public final class ElasticsearchTableFactory implements DynamicTableSinkFactory, DynamicTableSourceFactory {

    /** Flink's own option, which its table API holds and not its connector API. */
    private static final ConfigOption<String> TIME_ZONE =
            ConfigOptions.key("table.local-time-zone").stringType().defaultValue("default");

    @Override
    public String factoryIdentifier() {
        return "kit-elasticsearch";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(ElasticsearchTableKeys.HOSTS, ElasticsearchTableKeys.INDEX);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return ElasticsearchTableKeys.optional();
    }

    // ------------------------------------------------------------------ sink

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        TableOptions table =
                TableOptions.of(this, context, ElasticsearchTableKeys.HEADERS).check();
        RowLayout layout = RowLayout.of(context);
        ZoneId zone = zone(context);
        String version = table.orNull(SinkTableKeys.VERSION_COLUMN);
        table.verify(
                () -> pattern(table, layout, zone),
                () -> ElasticsearchTableKeys.connection(table, staticIndex(table)),
                () -> ElasticsearchTableKeys.sinkOptions(table),
                () -> WritePlan.of(writeOptions(table, layout, null), mode(layout, version)),
                () -> document(table, layout),
                () -> checkRows(table, layout, version));
        IndexPattern pattern =
                table.build(() -> new Pattern(pattern(table, layout, zone))).value();
        String index = pattern == null ? table.get(ElasticsearchTableKeys.INDEX) : pattern.label();
        ElasticsearchOptions connection = table.build(() -> ElasticsearchTableKeys.connection(table, index));
        SinkOptions sinkOptions = table.build(() -> ElasticsearchTableKeys.sinkOptions(table));
        ElasticsearchWriteOptions<RowData> writeOptions = table.build(() -> writeOptions(table, layout, pattern));
        BatchSink<RowData> sink =
                table.build(() -> sink(table, layout, version, connection, writeOptions, sinkOptions));
        return new SinkTable(
                "Elasticsearch index '" + table.get(ElasticsearchTableKeys.INDEX) + "'",
                takes(layout, version, writeOptions),
                SinkTableKeys.parallelism(table),
                translation -> SINK.withDeadLetters(table, sink));
    }

    /** So that there being no pattern is a value too. */
    private record Pattern(@Nullable IndexPattern value) {}

    private static @Nullable IndexPattern pattern(TableOptions table, RowLayout layout, ZoneId zone) {
        return IndexPattern.of(table.get(ElasticsearchTableKeys.INDEX), layout.rowType(), zone, Clock.systemUTC());
    }

    private static ZoneId zone(Context context) {
        String zone = context.getConfiguration().get(TIME_ZONE);
        return zone.equals(TIME_ZONE.defaultValue()) ? ZoneId.systemDefault() : ZoneId.of(zone);
    }

    /** For checks before the pattern is known to be one. */
    private static String staticIndex(TableOptions table) {
        String index = table.get(ElasticsearchTableKeys.INDEX);
        return index.indexOf('{') < 0 ? index : "by-column";
    }

    private static WriteMode mode(RowLayout layout, @Nullable String version) {
        if (!layout.hasPrimaryKey()) {
            return WriteMode.INSERT_ONLY;
        }
        return version == null ? WriteMode.OVERWRITE : WriteMode.NEWEST_WINS;
    }

    private static RowDocument document(TableOptions table, RowLayout layout) {
        boolean whole = table.get(ElasticsearchTableKeys.ACTION) == ElasticsearchTableKeys.Action.INDEX;
        return RowDocument.of(layout.rowType(), whole);
    }

    private static ElasticsearchWriteOptions<RowData> writeOptions(
            TableOptions table, RowLayout layout, @Nullable IndexPattern pattern) {
        String routing = table.orNull(ElasticsearchTableKeys.ROUTING);
        ElasticsearchAction action =
                switch (table.get(ElasticsearchTableKeys.ACTION)) {
                    case INDEX -> ElasticsearchAction.index();
                    case UPDATE -> ElasticsearchAction.update();
                    case UPSERT -> ElasticsearchAction.update().withMissingCreated();
                };
        boolean tombstones = table.get(SinkTableKeys.DELETE_MODE) == DeleteMode.TOMBSTONE;
        return new ElasticsearchWriteOptions<>(
                action,
                pattern,
                routing == null ? null : RoutingColumn.of(layout, routing),
                table.orNull(ElasticsearchTableKeys.PIPELINE),
                table.get(ElasticsearchTableKeys.REFRESH),
                table.get(ElasticsearchTableKeys.DATA_STREAM),
                tombstones ? DeleteMode.TOMBSTONE : DeleteMode.HARD,
                table.orNull(ElasticsearchTableKeys.READERS_ALIAS),
                table.orNull(ElasticsearchTableKeys.VERSION_FIELD),
                table.orNull(ElasticsearchTableKeys.KEY_DELIMITER));
    }

    /** What columns and options mean for each other. */
    private static void checkRows(TableOptions table, RowLayout layout, @Nullable String version) {
        if (!table.get(ElasticsearchTableKeys.FORMAT).equals("json")) {
            table.problem("format must be json, got '" + table.get(ElasticsearchTableKeys.FORMAT) + "'");
        }
        if (version != null) {
            layout.version(version);
            if (!layout.hasPrimaryKey()) {
                table.problem("sink.version-column must not be set without a primary key, got '" + version
                        + "'; declare PRIMARY KEY (..) NOT ENFORCED");
            }
        }
        if (layout.hasPrimaryKey()) {
            layout.key(layout.primaryKey(), "PRIMARY KEY");
            checkClock(table, layout);
            checkDelimiter(table, layout);
        }
    }

    private static void checkClock(TableOptions table, RowLayout layout) {
        IndexPattern pattern = pattern(table, layout, ZoneId.of("UTC"));
        if (pattern != null && pattern.usesClock()) {
            table.problem("index must not depend on the clock in a table with a primary key, got '"
                    + table.get(ElasticsearchTableKeys.INDEX)
                    + "': a later change of a row, or a replay, would go to another index and leave the row in the first;"
                    + " use a column, as in {created|yyyy-MM-dd}, or drop the primary key");
        }
    }

    private static void checkDelimiter(TableOptions table, RowLayout layout) {
        if (table.find(ElasticsearchTableKeys.KEY_DELIMITER).isEmpty()) {
            return;
        }
        for (String column : layout.primaryKey()) {
            LogicalType type = layout.type(layout.indexOf(column, "PRIMARY KEY"));
            switch (type.getTypeRoot()) {
                case FLOAT, DOUBLE, DECIMAL, BINARY, VARBINARY ->
                    table.problem("document-id.key-delimiter must not be set with a primary key of a type without a"
                            + " stable text form, got '" + column + "' of type " + type.asSummaryString()
                            + "; leave the option out");
                default -> {}
            }
        }
    }

    private static BatchSink<RowData> sink(
            TableOptions table,
            RowLayout layout,
            @Nullable String version,
            ElasticsearchOptions connection,
            ElasticsearchWriteOptions<RowData> writeOptions,
            SinkOptions sinkOptions) {
        RowDocument document = document(table, layout);
        if (!layout.hasPrimaryKey()) {
            return ElasticsearchSink.append(document, connection, writeOptions, sinkOptions);
        }
        Changes<RowData, byte[]> changes = layout.changes(document, version);
        return ElasticsearchSink.of(changes, connection, writeOptions, sinkOptions);
    }

    /** A delete by key alone does not say in which index or shard the document is. */
    static SinkTable.Takes takes(
            RowLayout layout, @Nullable String version, ElasticsearchWriteOptions<RowData> options) {
        SinkTable.Takes takes = SinkTable.Takes.of(layout, version);
        boolean addressed = options.index() != null || options.routing() != null;
        return takes == SinkTable.Takes.UPSERT && addressed ? SinkTable.Takes.UPSERT_WITH_FULL_DELETES : takes;
    }

    // ------------------------------------------------------------------ source

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        TableOptions table =
                TableOptions.of(this, context, ElasticsearchTableKeys.HEADERS).check();
        RowLayout layout = RowLayout.of(context);
        String index = table.get(ElasticsearchTableKeys.INDEX);
        table.verify(
                () -> ElasticsearchTableKeys.connection(table, index),
                () -> LookupTableKeys.read(table),
                () -> DocumentRow.of(layout.rowType()));
        ElasticsearchOptions connection = table.build(() -> ElasticsearchTableKeys.connection(table, index));
        LookupOptions lookup = table.build(() -> LookupTableKeys.read(table));
        boolean byId = table.get(ElasticsearchTableKeys.LOOKUP_BY_ID)
                && layout.hasPrimaryKey()
                && table.find(ElasticsearchTableKeys.ROUTING).isEmpty();
        String delimiter = table.orNull(ElasticsearchTableKeys.KEY_DELIMITER);
        StoreTable.Store store = (columns, produced) -> byId && isKey(layout, columns)
                ? byId(connection, delimiter, layout, columns, produced)
                : byFields(connection, columns, produced);
        return new StoreTable("Elasticsearch index '" + index + "'", context.getPhysicalRowDataType(), store, lookup);
    }

    private static boolean isKey(RowLayout layout, List<String> columns) {
        return columns.size() == layout.primaryKey().size()
                && new HashSet<>(columns).equals(new HashSet<>(layout.primaryKey()));
    }

    private static LookupSourceFactory<ChangeKey, Collection<RowData>> byId(
            ElasticsearchOptions connection,
            @Nullable String delimiter,
            RowLayout layout,
            List<String> columns,
            DataType produced) {
        RowType type = (RowType) produced.getLogicalType();
        DocumentRow row = DocumentRow.of(type);
        int[] order = layout.primaryKey().stream().mapToInt(columns::indexOf).toArray();
        return ElasticsearchLookup.byId(
                connection,
                delimiter,
                order,
                DocumentRow.sourceFields(type),
                (id, source) -> List.of(row.map(id, source)));
    }

    @SuppressWarnings("unchecked") // A list is a collection, which generics do not say of what holds one.
    private static LookupSourceFactory<ChangeKey, Collection<RowData>> byFields(
            ElasticsearchOptions connection, List<String> columns, DataType produced) {
        RowType type = (RowType) produced.getLogicalType();
        LookupSourceFactory<?, ?> lookup =
                ElasticsearchLookup.byFields(connection, columns, DocumentRow.sourceFields(type), DocumentRow.of(type));
        return (LookupSourceFactory<ChangeKey, Collection<RowData>>) lookup;
    }
}
