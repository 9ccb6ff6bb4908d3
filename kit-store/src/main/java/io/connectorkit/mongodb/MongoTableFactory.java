package io.connectorkit.mongodb;

import static org.apache.flink.configuration.ConfigOptions.key;

import com.mongodb.WriteConcern;
import io.connectorkit.change.DeleteMode;
import io.connectorkit.lookup.LookupOptions;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * {@code 'connector' = 'kit-mongodb'}: the options of a table as {@link MongoOptions}, {@link MongoDocumentOptions} and
 * {@link MongoSourceOptions}. Options that the official connector has too have its names.
 */
public final class MongoTableFactory implements DynamicTableSinkFactory, DynamicTableSourceFactory {

    static final ConfigOption<String> URI = key("uri").stringType().noDefaultValue();
    static final ConfigOption<String> DATABASE = key("database").stringType().noDefaultValue();
    static final ConfigOption<String> COLLECTION =
            key("collection").stringType().noDefaultValue();
    static final ConfigOption<String> USERNAME = key("username").stringType().noDefaultValue();
    static final ConfigOption<String> PASSWORD = key("password").stringType().noDefaultValue();
    static final ConfigOption<Duration> CONNECT_TIMEOUT =
            key("connect-timeout").durationType().defaultValue(Duration.ofSeconds(5));
    static final ConfigOption<MongoIdType> ID_TYPE =
            key("id.type").enumType(MongoIdType.class).defaultValue(MongoIdType.AS_GIVEN);
    static final ConfigOption<RowReader.Unfit> UNFIT =
            key("read.unfit-values").enumType(RowReader.Unfit.class).defaultValue(RowReader.Unfit.FAIL);

    static final ConfigOption<MongoPartitioning> PARTITIONING =
            key("scan.partition.strategy").enumType(MongoPartitioning.class).defaultValue(MongoPartitioning.AUTO);
    static final ConfigOption<MemorySize> PARTITION_SIZE =
            key("scan.partition.size").memoryType().defaultValue(MemorySize.ofMebiBytes(64));
    static final ConfigOption<Integer> SAMPLES =
            key("scan.partition.samples").intType().defaultValue(10);
    static final ConfigOption<Integer> RECORD_SIZE =
            key("scan.partition.record-size").intType().defaultValue(100_000);
    static final ConfigOption<Integer> FETCH_SIZE =
            key("scan.fetch-size").intType().defaultValue(2_048);

    static final ConfigOption<String> VERSION_FIELD =
            key("sink.version-field").stringType().defaultValue("_ver");
    static final ConfigOption<String> DELETED_AT_FIELD =
            key("tombstone.field").stringType().defaultValue("_deletedAt");
    static final ConfigOption<Duration> TOMBSTONE_TTL =
            key("tombstone.ttl").durationType().noDefaultValue();
    static final ConfigOption<String> WRITE_CONCERN =
            key("sink.write-concern").stringType().noDefaultValue();
    static final ConfigOption<Boolean> TRANSACTIONAL =
            key("sink.transactional").booleanType().defaultValue(false);

    private static final SinkTableKeys SINK = SinkTableKeys.of(Map.of(
            "sink.batch.max-entries", "sink.buffer-flush.max-rows",
            "sink.batch.linger", "sink.buffer-flush.interval"));

    @Override
    public String factoryIdentifier() {
        return "kit-mongodb";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(URI, DATABASE, COLLECTION);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> all = new LinkedHashSet<>(List.of(
                USERNAME,
                PASSWORD,
                CONNECT_TIMEOUT,
                ID_TYPE,
                UNFIT,
                PARTITIONING,
                PARTITION_SIZE,
                SAMPLES,
                RECORD_SIZE,
                FETCH_SIZE,
                VERSION_FIELD,
                DELETED_AT_FIELD,
                TOMBSTONE_TTL,
                WRITE_CONCERN,
                TRANSACTIONAL));
        all.addAll(SINK.all());
        all.addAll(LookupTableKeys.all());
        return all;
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        TableOptions options = TableOptions.of(this, context).check();
        RowLayout layout = RowLayout.of(context);
        String versionColumn = options.orNull(SinkTableKeys.VERSION_COLUMN);
        options.verify(
                () -> SINK.read(options, SinkTuning.forMongoDb()),
                () -> mongo(options),
                () -> documents(options, layout),
                () -> RowWriter.row(layout.rowType()),
                () -> changes(layout, versionColumn));
        return options.build(() -> {
            SinkOptions sinkOptions = SINK.read(options, SinkTuning.forMongoDb());
            BatchSink<RowData> sink = MongoSink.of(
                    changes(layout, versionColumn), mongo(options), documents(options, layout), sinkOptions);
            boolean fullDeletes = !keyed(layout).primaryKey().equals(layout.primaryKey());
            SinkTable.Takes takes = SinkTable.Takes.of(layout, versionColumn);
            return new SinkTable(
                    mongo(options).displayName(),
                    fullDeletes ? SinkTable.Takes.UPSERT_WITH_FULL_DELETES : takes,
                    SinkTableKeys.parallelism(options),
                    translation -> SINK.withDeadLetters(options, sink));
        });
    }

    /** A row without a primary key gets an id of its own. */
    private static Changes<RowData, BsonDocument> changes(RowLayout layout, @Nullable String versionColumn) {
        RowWriter writer = RowWriter.row(layout.rowType());
        if (!layout.hasPrimaryKey()) {
            if (!layout.partitionKeys().isEmpty()) {
                throw new IllegalArgumentException("PARTITIONED BY must be used with a PRIMARY KEY, got "
                        + layout.partitionKeys() + " without one");
            }
            return layout.appends(row -> writer.write(row).asDocument());
        }
        return keyed(layout).changes(row -> writer.write(row).asDocument(), versionColumn);
    }

    /** The columns of the shard key that are not in the primary key are parts of the key too. */
    private static RowLayout keyed(RowLayout layout) {
        if (!layout.hasPrimaryKey()) {
            return layout;
        }
        List<String> parts = new ArrayList<>(layout.primaryKey());
        layout.partitionKeys().stream()
                .filter(column -> !parts.contains(column))
                .forEach(parts::add);
        return new RowLayout(layout.dataType(), parts, layout.partitionKeys());
    }

    private static MongoOptions mongo(TableOptions options) {
        MongoOptions mongo = new MongoOptions(
                options.get(URI),
                options.get(DATABASE),
                options.get(COLLECTION),
                options.orNull(USERNAME),
                options.orNull(PASSWORD),
                options.get(CONNECT_TIMEOUT),
                null,
                options.get(TRANSACTIONAL));
        String concern = options.orNull(WRITE_CONCERN);
        return concern == null ? mongo : mongo.withWriteConcern(writeConcern(concern));
    }

    private static WriteConcern writeConcern(String text) {
        return text.matches("\\d{1,4}") ? new WriteConcern(Integer.parseInt(text)) : new WriteConcern(text);
    }

    private static MongoDocumentOptions documents(TableOptions options, RowLayout layout) {
        DeleteMode deletes = options.get(SinkTableKeys.DELETE_MODE);
        return new MongoDocumentOptions(
                layout.hasPrimaryKey() ? layout.primaryKey() : List.of(MongoDocumentOptions.ID),
                layout.partitionKeys(),
                options.get(ID_TYPE),
                options.get(VERSION_FIELD),
                deletes,
                options.get(DELETED_AT_FIELD),
                options.orNull(TOMBSTONE_TTL));
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        TableOptions options = TableOptions.of(this, context).check();
        RowLayout layout = RowLayout.of(context);
        options.verify(
                () -> LookupTableKeys.read(options),
                () -> mongo(options),
                () -> documents(options, layout),
                () -> source(options),
                () -> RowReader.rows(layout.rowType(), options.get(UNFIT)));
        return options.build(() -> {
            LookupOptions lookup = LookupTableKeys.read(options);
            MongoOptions mongo = mongo(options);
            return new StoreTable(
                    mongo.displayName(),
                    layout.dataType(),
                    new MongoStore(
                            mongo, documents(options, layout), source(options), options.get(UNFIT), layout.rowType()),
                    lookup);
        });
    }

    private static MongoSourceOptions source(TableOptions options) {
        MongoSourceOptions defaults = MongoSourceOptions.defaults();
        return new MongoSourceOptions(
                options.get(PARTITIONING),
                options.get(PARTITION_SIZE),
                options.get(SAMPLES),
                options.get(RECORD_SIZE),
                options.get(FETCH_SIZE),
                defaults.projection(),
                defaults.filter(),
                null,
                defaults.retry(),
                defaults.requestTimeout());
    }
}
