package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsTableKeys;
import io.connectorkit.change.DeleteMode;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.table.NamedColumns;
import io.connectorkit.table.RowLayout;
import io.connectorkit.table.SinkTable;
import io.connectorkit.table.SinkTableKeys;
import io.connectorkit.table.TableOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * {@code 'connector' = 'kit-dynamodb'}: a DynamoDB table to write to. The key attributes are the columns of PRIMARY KEY,
 * partition key first; without one they are those of PARTITIONED BY, and rows are only inserted.
 */
public final class DynamoDbTableFactory implements DynamicTableSinkFactory {

    private static final ConfigOption<String> TABLE = ConfigOptions.key("table-name")
            .stringType()
            .noDefaultValue()
            .withDescription("Name or ARN of the DynamoDB table.");
    private static final ConfigOption<Boolean> IGNORE_NULLS = ConfigOptions.key("sink.ignore-nulls")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether a NULL column is left out of the item instead of being written as NULL.");
    private static final ConfigOption<DynamoDbTable.VersionType> VERSION_TYPE = ConfigOptions.key("sink.version-type")
            .enumType(DynamoDbTable.VersionType.class)
            .defaultValue(DynamoDbTable.VersionType.NUMBER)
            .withDescription("NUMBER stores versions of up to 38 digits, TEXT of up to 60, with leading zeros.");
    private static final ConfigOption<String> VERSION_ATTRIBUTE = ConfigOptions.key("sink.version-attribute")
            .stringType()
            .noDefaultValue()
            .withDescription("Attribute that holds the version; by default the one of the version column.");
    private static final ConfigOption<String> DELETED_AT = ConfigOptions.key("sink.tombstone.deleted-at")
            .stringType()
            .defaultValue("_deleted_at")
            .withDescription("Attribute of a tombstone with the time of the delete, in seconds.");
    private static final ConfigOption<String> EXPIRES_AT = ConfigOptions.key("sink.tombstone.expires-at")
            .stringType()
            .defaultValue("_expires_at")
            .withDescription("The table's time-to-live attribute, for tombstones.");
    private static final ConfigOption<Duration> KEPT_FOR = ConfigOptions.key("sink.tombstone.kept-for")
            .durationType()
            .defaultValue(Duration.ofDays(7))
            .withDescription("How long a tombstone keeps older changes out.");

    private static final SinkTableKeys SINK = SinkTableKeys.ofAsyncSinks();

    @Override
    public String factoryIdentifier() {
        return "kit-dynamodb";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(TABLE);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> all = new HashSet<>(SINK.all());
        all.addAll(AwsTableKeys.all());
        all.addAll(List.of(
                SinkTableKeys.PARTIAL_UPDATES,
                IGNORE_NULLS,
                VERSION_TYPE,
                VERSION_ATTRIBUTE,
                DELETED_AT,
                EXPIRES_AT,
                KEPT_FOR));
        return all;
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        TableOptions options = TableOptions.of(this, context).check();
        RowLayout layout = RowLayout.of(context);
        String version = options.orNull(SinkTableKeys.VERSION_COLUMN);
        boolean partial = options.get(SinkTableKeys.PARTIAL_UPDATES);
        SinkTuning preset = DynamoDbSink.defaults(version != null || partial).tuning();
        options.verify(
                () -> SINK.read(options, preset),
                () -> AwsTableKeys.read(options),
                () -> table(options, layout, version),
                () -> changes(options, layout, version));
        NamedColumns columns = NamedColumns.of(context);
        return options.build(() -> {
            SinkOptions sinkOptions = AwsTableKeys.awaited(options, SINK.read(options, preset));
            AwsOptions aws = AwsTableKeys.read(options);
            DynamoDbTable table = table(options, layout, version);
            return new SinkTable(
                    "DynamoDB table '" + table.name() + "'",
                    SinkTable.Takes.of(layout, version),
                    SinkTableKeys.parallelism(options),
                    plan -> SINK.withDeadLetters(
                            options,
                            partial
                                    ? DynamoDbSink.updates(
                                            options.build(() -> steps(options, layout, version, columns.of(plan))),
                                            table,
                                            aws,
                                            sinkOptions)
                                    : DynamoDbSink.of(changes(options, layout, version), table, aws, sinkOptions)));
        });
    }

    private static List<String> keys(RowLayout layout) {
        List<String> keys = layout.hasPrimaryKey() ? layout.primaryKey() : layout.partitionKeys();
        if (keys.isEmpty() || keys.size() > 2) {
            throw new IllegalArgumentException(
                    "PRIMARY KEY (or PARTITIONED BY) must name the table's partition key, and"
                            + " its sort key where it has one, got " + (keys.isEmpty() ? "none" : keys));
        }
        return keys;
    }

    private static DynamoDbTable table(TableOptions options, RowLayout layout, @Nullable String version) {
        List<String> keys = keys(layout);
        DynamoDbTable table = keys.size() == 1
                ? DynamoDbTable.of(options.get(TABLE), keys.get(0))
                : DynamoDbTable.of(options.get(TABLE), keys.get(0), keys.get(1));
        if (version != null) {
            DynamoDbTable.VersionType type = options.get(VERSION_TYPE);
            String attribute = options.find(VERSION_ATTRIBUTE).orElse(version);
            table = table.withVersion(attribute, type);
        }
        return options.get(SinkTableKeys.DELETE_MODE) == DeleteMode.TOMBSTONE
                ? table.withTombstones(options.get(DELETED_AT), options.get(EXPIRES_AT), options.get(KEPT_FOR))
                : table;
    }

    private static Changes<RowData, Map<String, AttributeValue>> changes(
            TableOptions options, RowLayout layout, @Nullable String version) {
        String held = versionHeldAs(options, version);
        RowItem item = RowItem.of(layout.rowType(), options.get(IGNORE_NULLS)).only(column -> !column.equals(held));
        return keyed(layout).changes(item, version);
    }

    /** Steps that set the columns that the statement names, all of them when it names none. */
    private static Changes<RowData, DynamoDbUpdate> steps(
            TableOptions options, RowLayout layout, @Nullable String version, Optional<Set<String>> named) {
        List<String> keys = keys(layout);
        Set<String> written = named.orElseGet(() -> new LinkedHashSet<>(layout.columns()));
        List<String> needed = new ArrayList<>(keys);
        if (version != null) {
            needed.add(version);
        }
        needed.removeAll(written);
        if (!needed.isEmpty()) {
            throw new IllegalArgumentException("an INSERT with " + SinkTableKeys.PARTIAL_UPDATES.key()
                    + " must name the key and the version column, got " + written + " without " + needed);
        }
        String held = versionHeldAs(options, version);
        RowItem item = RowItem.of(layout.rowType(), options.get(IGNORE_NULLS))
                .only(column -> written.contains(column) && !keys.contains(column) && !column.equals(held));
        return keyed(layout).changes(row -> DynamoDbUpdate.ofSet(item.extract(row)), version);
    }

    private static RowLayout keyed(RowLayout layout) {
        return new RowLayout(layout.dataType(), keys(layout), layout.partitionKeys());
    }

    /** The column whose attribute the guard writes in its own type; null when there is none. */
    private static @Nullable String versionHeldAs(TableOptions options, @Nullable String version) {
        return version == null ? null : options.find(VERSION_ATTRIBUTE).orElse(version);
    }
}
