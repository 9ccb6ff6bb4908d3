package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.AwsTableKeys;
import io.connectorkit.aws.shard.ShardSourceOptions;
import io.connectorkit.aws.shard.ShardTable;
import io.connectorkit.aws.shard.ShardTableKeys;
import io.connectorkit.table.RowLayout;
import io.connectorkit.table.TableOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** {@code 'connector' = 'kit-dynamodb-streams'}: the changes of a DynamoDB table as a changelog, after its items if wanted. */
public final class DynamoDbStreamsTableFactory implements DynamicTableSourceFactory {

    /** What is read before the stream. */
    enum Snapshot {
        OFF,
        INITIAL
    }

    private static final ConfigOption<String> TABLE = ConfigOptions.key("table-name")
            .stringType()
            .noDefaultValue()
            .withDescription("The table whose stream is read; or stream.arn.");
    private static final ConfigOption<String> STREAM = ConfigOptions.key("stream.arn")
            .stringType()
            .noDefaultValue()
            .withDescription("The stream that is read; or table-name.");
    private static final ConfigOption<Snapshot> SNAPSHOT = ConfigOptions.key("scan.snapshot")
            .enumType(Snapshot.class)
            .defaultValue(Snapshot.OFF)
            .withDescription("INITIAL reads every item of the table first.");
    private static final ConfigOption<ChangelogKind> CHANGELOG = ConfigOptions.key("changelog")
            .enumType(ChangelogKind.class)
            .noDefaultValue()
            .withDescription("ALL needs old and new images, UPSERT new ones, KEYS_ONLY none. UPSERT with a snapshot,"
                    + " else ALL, unless set.");
    private static final ConfigOption<Integer> SEGMENTS = ConfigOptions.key("scan.segments")
            .intType()
            .noDefaultValue()
            .withDescription("Parts of the table read side by side.");
    private static final ConfigOption<Integer> SCAN_PAGE = ConfigOptions.key("scan.page-size")
            .intType()
            .noDefaultValue()
            .withDescription("Most items in a request of the scan.");
    private static final ConfigOption<Integer> READ_UNITS = ConfigOptions.key("scan.read-units-per-second")
            .intType()
            .noDefaultValue()
            .withDescription("Read capacity units that the scan may consume; 0 for no bound.");

    @Override
    public String factoryIdentifier() {
        return "kit-dynamodb-streams";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> all =
                new HashSet<>(Set.of(TABLE, STREAM, SNAPSHOT, CHANGELOG, SEGMENTS, SCAN_PAGE, READ_UNITS));
        all.addAll(AwsTableKeys.all());
        all.addAll(ShardTableKeys.all());
        return all;
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        TableOptions options = TableOptions.of(this, context).check();
        RowLayout layout = RowLayout.of(context);
        boolean snapshot = options.get(SNAPSHOT) == Snapshot.INITIAL;
        ChangelogKind kind = options.find(CHANGELOG).orElse(snapshot ? ChangelogKind.UPSERT : ChangelogKind.ALL);
        options.verify(
                () -> checkKind(kind, snapshot, layout),
                () -> new ChangeRows(kind, layout.rowType(), List.of(), TypeInformation.of(RowData.class)),
                () -> scan(options, snapshot),
                () -> AwsTableKeys.read(options),
                () -> stream(options, kind, ShardSourceOptions.defaults()),
                () -> ShardTableKeys.read(options));
        return options.build(() -> {
            DynamoDbStreamsOptions stream = stream(options, kind, ShardTableKeys.read(options));
            DynamoDbScanOptions scan = scan(options, snapshot);
            DynamoDbCdcOptions cdc = snapshot ? new DynamoDbCdcOptions(stream, scan) : null;
            String name = stream.tableName() == null ? stream.streamArn() : stream.tableName();
            return new ShardTable(
                    (snapshot ? "items and changes" : "changes") + " of DynamoDB '" + name + "'",
                    layout.dataType(),
                    new Changes(kind, layout.rowType(), stream, cdc),
                    ShardTableKeys.parallelism(options));
        });
    }

    private static void checkKind(ChangelogKind kind, boolean snapshot, RowLayout layout) {
        if (snapshot && kind != ChangelogKind.UPSERT) {
            throw new IllegalArgumentException(
                    "changelog must be UPSERT with scan.snapshot = INITIAL, since changes from"
                            + " before a row was read are seen again after it, got " + kind);
        }
        if (kind != ChangelogKind.ALL && !layout.hasPrimaryKey()) {
            throw new IllegalArgumentException("the table must have a PRIMARY KEY of the item's key attributes with"
                    + " changelog = " + kind + ", got none");
        }
        if (kind == ChangelogKind.KEYS_ONLY && !layout.primaryKey().containsAll(layout.columns())) {
            throw new IllegalArgumentException("the table must have no physical columns but its primary key "
                    + layout.primaryKey() + " with changelog = KEYS_ONLY, got " + layout.columns());
        }
    }

    private static DynamoDbStreamsOptions stream(TableOptions options, ChangelogKind kind, ShardSourceOptions source) {
        return new DynamoDbStreamsOptions(
                options.orNull(TABLE), options.orNull(STREAM), kind.images(), source, AwsTableKeys.read(options));
    }

    private static DynamoDbScanOptions scan(TableOptions options, boolean snapshot) {
        if (!snapshot) {
            for (ConfigOption<?> option : List.of(SEGMENTS, SCAN_PAGE, READ_UNITS)) {
                if (options.find(option).isPresent()) {
                    throw new IllegalArgumentException(
                            option.key() + " must be set with scan.snapshot = INITIAL only, got OFF");
                }
            }
        }
        DynamoDbScanOptions defaults = DynamoDbScanOptions.defaults();
        return new DynamoDbScanOptions(
                options.find(SEGMENTS).orElse(defaults.segments()),
                options.find(SCAN_PAGE).orElse(defaults.pageItems()),
                options.find(READ_UNITS).orElse(defaults.readUnitsPerSecond()));
    }

    /** {@code cdc} is null without a snapshot. */
    private record Changes(
            ChangelogKind kind, RowType physical, DynamoDbStreamsOptions stream, @Nullable DynamoDbCdcOptions cdc)
            implements ShardTable.Stream {

        @Override
        public ChangelogMode changelogMode() {
            return kind.mode();
        }

        @Override
        public Map<String, DataType> metadata() {
            return ChangeMetadata.all();
        }

        @Override
        public Source<RowData, ?, ?> source(
                ScanTableSource.ScanContext context, List<String> metadata, DataType produced) {
            ChangeRows rows = new ChangeRows(kind, physical, metadata, context.createTypeInformation(produced));
            return cdc == null ? DynamoDbStreamsSource.of(stream, rows) : DynamoDbCdcSource.of(cdc, rows);
        }
    }
}
