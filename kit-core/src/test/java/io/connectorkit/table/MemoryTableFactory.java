package io.connectorkit.table;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.MemoryStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/** Tables over a {@link MemoryStore}: the smallest connector that uses every shared part. */
public final class MemoryTableFactory implements DynamicTableSinkFactory, DynamicTableSourceFactory {

    static final Map<String, MemoryStore> STORES = new ConcurrentHashMap<>();
    static final AtomicInteger LOOKUPS = new AtomicInteger();

    private static final ConfigOption<String> STORE =
            ConfigOptions.key("store").stringType().noDefaultValue();

    private static final SinkTableKeys SINK = SinkTableKeys.ofAsyncSinks();

    @Override
    public String factoryIdentifier() {
        return "kit-memory";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(STORE);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> all = new HashSet<>(SINK.all());
        all.addAll(LookupTableKeys.all());
        return all;
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        TableOptions options = TableOptions.of(this, context).check();
        RowLayout layout = RowLayout.of(context);
        String versionColumn = options.orNull(SinkTableKeys.VERSION_COLUMN);
        options.verify(() -> SINK.read(options, SinkTuning.forFirehose()), () -> {
            if (versionColumn != null) {
                layout.version(versionColumn);
            }
        });
        return options.build(() -> {
            SinkOptions sinkOptions = SINK.read(options, SinkTuning.forFirehose());
            int value = layout.columns().size() - 1;
            Changes<RowData, byte[]> changes = layout.hasPrimaryKey()
                    ? layout.changes(row -> text(row, value), versionColumn)
                    : layout.appends(row -> text(row, value));
            WriteMode mode = changes.writeMode();
            MemoryStore store = STORES.computeIfAbsent(options.get(STORE), name -> MemoryStore.create());
            BatchSink<RowData> sink = BatchSink.of(changes, store.destination(mode), sinkOptions);
            return new SinkTable(
                    "memory store '" + options.get(STORE) + "'",
                    SinkTable.Takes.of(layout, versionColumn),
                    SinkTableKeys.parallelism(options),
                    translation -> SINK.withDeadLetters(options, sink));
        });
    }

    private static byte[] text(RowData row, int index) {
        return row.getString(index).toBytes().clone();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        TableOptions options = TableOptions.of(this, context).check();
        LookupOptions lookup = options.build(() -> LookupTableKeys.read(options));
        String store = options.get(STORE);
        return new StoreTable(
                "memory store '" + store + "'",
                context.getPhysicalRowDataType(),
                (keys, produced) -> new Finder(store, produced),
                lookup);
    }

    /** Finds the row of a key, and twice the row of keys that start with {@code twin}. */
    private record Finder(String store, DataType produced)
            implements LookupSourceFactory<ChangeKey, Collection<RowData>> {

        @Override
        public LookupSource<ChangeKey, Collection<RowData>> open(LookupContext context) {
            RowType row = (RowType) produced.getLogicalType();
            return new LookupSource<>() {
                @Override
                public CompletionStage<Map<ChangeKey, Collection<RowData>>> fetch(List<ChangeKey> keys) {
                    LOOKUPS.addAndGet(keys.size());
                    Map<ChangeKey, Collection<RowData>> found = new HashMap<>();
                    Map<ChangeKey, String> contents = STORES.get(store).contents();
                    for (ChangeKey key : keys) {
                        String value = contents.get(key);
                        if (value != null) {
                            RowData one = row(row, key, value);
                            found.put(key, key.text().startsWith("twin") ? List.of(one, one) : List.of(one));
                        }
                    }
                    return CompletableFuture.completedFuture(found);
                }

                @Override
                public void close() {}
            };
        }

        private static RowData row(RowType type, ChangeKey key, String value) {
            GenericRowData row = new GenericRowData(type.getFieldCount());
            for (int i = 0; i < type.getFieldCount(); i++) {
                boolean isValue = type.getFieldNames().get(i).equals("v");
                row.setField(
                        i,
                        type.getTypeAt(i).is(LogicalTypeRoot.VARCHAR)
                                ? StringData.fromString(isValue ? value : key.text())
                                : null);
            }
            return row;
        }

        @Override
        public String name() {
            return "memory store '" + store + "'";
        }
    }
}
