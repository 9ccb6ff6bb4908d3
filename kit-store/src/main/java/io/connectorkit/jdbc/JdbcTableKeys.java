package io.connectorkit.jdbc;

import io.connectorkit.table.LookupTableKeys;
import io.connectorkit.table.SinkTableKeys;
import io.connectorkit.table.TableOptions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.source.lookup.LookupOptions;
import org.jspecify.annotations.Nullable;

/** The options of SQL tables, under the names of Flink's own JDBC connector where they mean the same. */
final class JdbcTableKeys {

    /** Properties for the driver begin with it. */
    static final String PROPERTIES = "connection-properties.";

    static final ConfigOption<String> URL = text("url", "JDBC URL of the database.");
    static final ConfigOption<String> TABLE = text(
            "table-name", "Table, exactly as the database stores its name; schema.table where schema-name is not set.");
    static final ConfigOption<String> SCHEMA =
            text("schema-name", "Schema of the table; table-name is then taken whole.");
    static final ConfigOption<String> USER = text("username", "Database user.");
    static final ConfigOption<String> PASSWORD = text("password", "Its password.");
    static final ConfigOption<String> DRIVER =
            text("driver", "Class name of the driver; found by the URL when not set.");
    static final ConfigOption<Duration> CONNECT_TIMEOUT = ConfigOptions.key("connection.timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(5))
            .withDescription("Longest that opening a connection may take, login included.");
    static final ConfigOption<String> DELETED_AT = text(
            "sink.deleted-at-column",
            "Column that tombstones set, with sink.delete-mode = TOMBSTONE; rows with a value there are not read"
                    + " either.");
    static final ConfigOption<String> LEDGER = text(
            "sink.exactly-once-ledger",
            "Table that keeps the ids of appended rows, so that a replayed checkpoint appends nothing twice.");
    static final ConfigOption<List<String>> RECORD_ID = ConfigOptions.key("sink.record-id-columns")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("Columns that are the same when a row is replayed, and different for every row.");
    static final ConfigOption<String> PARTITION_COLUMN =
            text("scan.partition.column", "Numeric column whose ranges are read in parallel.");
    static final ConfigOption<Integer> PARTITIONS =
            ConfigOptions.key("scan.partition.num").intType().noDefaultValue().withDescription("How many ranges.");
    static final ConfigOption<Long> LOWER_BOUND = ConfigOptions.key("scan.partition.lower-bound")
            .longType()
            .noDefaultValue()
            .withDescription("Where ranges begin; rows below belong to the first. Asked of the database when not set.");
    static final ConfigOption<Long> UPPER_BOUND = ConfigOptions.key("scan.partition.upper-bound")
            .longType()
            .noDefaultValue()
            .withDescription("Where ranges end; rows above belong to the last.");
    static final ConfigOption<Integer> FETCH_SIZE = ConfigOptions.key("scan.fetch-size")
            .intType()
            .defaultValue(1_000)
            .withDescription("Rows asked for at a time.");

    /** Sinks of the official connector flush by rows and interval. */
    static final SinkTableKeys SINK = SinkTableKeys.of(Map.of(
            "sink.batch.max-entries", "sink.buffer-flush.max-rows",
            "sink.batch.linger", "sink.buffer-flush.interval"));

    private JdbcTableKeys() {}

    private static ConfigOption<String> text(String key, String description) {
        return ConfigOptions.key(key).stringType().noDefaultValue().withDescription(description);
    }

    static Set<ConfigOption<?>> required() {
        return Set.of(URL, TABLE);
    }

    static Set<ConfigOption<?>> optional() {
        Set<ConfigOption<?>> options = new LinkedHashSet<>(List.of(
                SCHEMA,
                USER,
                PASSWORD,
                DRIVER,
                CONNECT_TIMEOUT,
                DELETED_AT,
                LEDGER,
                RECORD_ID,
                PARTITION_COLUMN,
                PARTITIONS,
                LOWER_BOUND,
                UPPER_BOUND,
                FETCH_SIZE));
        options.addAll(SINK.all());
        options.addAll(LookupTableKeys.all());
        options.add(LookupOptions.FULL_CACHE_RELOAD_STRATEGY);
        options.add(LookupOptions.FULL_CACHE_PERIODIC_RELOAD_INTERVAL);
        options.add(LookupOptions.FULL_CACHE_TIMED_RELOAD_ISO_TIME);
        options.add(LookupOptions.FULL_CACHE_TIMED_RELOAD_INTERVAL_IN_DAYS);
        return options;
    }

    static JdbcConnectionOptions connection(TableOptions table) {
        return new JdbcConnectionOptions(
                table.get(URL),
                table.orNull(USER),
                table.orNull(PASSWORD),
                table.startingWith(PROPERTIES),
                table.get(CONNECT_TIMEOUT),
                table.orNull(DRIVER));
    }

    /** {@code sales.orders} is a table of a schema, unless the schema has an option of its own. */
    static @Nullable String schema(TableOptions table) {
        String schema = table.orNull(SCHEMA);
        int dot = table.get(TABLE).indexOf('.');
        return schema != null || dot < 1 ? schema : table.get(TABLE).substring(0, dot);
    }

    static String name(TableOptions table) {
        int dot = table.get(TABLE).indexOf('.');
        return table.orNull(SCHEMA) != null || dot < 1
                ? table.get(TABLE)
                : table.get(TABLE).substring(dot + 1);
    }

    static JdbcTable table(TableOptions table, List<String> keyColumns) {
        JdbcTable target = JdbcTable.of(name(table), keyColumns.toArray(String[]::new));
        String schema = schema(table);
        return schema == null ? target : target.withSchema(schema);
    }

    static JdbcAppendTable appendTable(TableOptions table, List<String> columns) {
        return new JdbcAppendTable(schema(table), name(table), columns, table.orNull(LEDGER));
    }

    /** When the whole table is read again; null unless it is held in memory. */
    static @Nullable JdbcReload reload(TableOptions table) {
        if (table.get(LookupOptions.CACHE_TYPE) != LookupOptions.LookupCacheType.FULL) {
            return null;
        }
        Duration interval = table.orNull(LookupOptions.FULL_CACHE_PERIODIC_RELOAD_INTERVAL);
        String time = table.orNull(LookupOptions.FULL_CACHE_TIMED_RELOAD_ISO_TIME);
        LookupOptions.ReloadStrategy strategy = table.get(LookupOptions.FULL_CACHE_RELOAD_STRATEGY);
        if (strategy == LookupOptions.ReloadStrategy.PERIODIC && interval != null && time == null) {
            return JdbcReload.every(interval);
        } else if (strategy == LookupOptions.ReloadStrategy.TIMED && time != null && interval == null) {
            return JdbcReload.at(time, table.get(LookupOptions.FULL_CACHE_TIMED_RELOAD_INTERVAL_IN_DAYS));
        }
        throw new IllegalArgumentException("lookup.cache = FULL must have lookup.full-cache.reload-strategy = PERIODIC"
                + " and lookup.full-cache.periodic-reload.interval, or TIMED and"
                + " lookup.full-cache.timed-reload.iso-time, got " + strategy + ", " + interval + " and " + time);
    }

    static JdbcScan.@Nullable Partition partition(TableOptions table) {
        String column = table.orNull(PARTITION_COLUMN);
        Integer ranges = table.orNull(PARTITIONS);
        if ((column == null) != (ranges == null)) {
            throw new IllegalArgumentException(
                    "scan.partition.column and scan.partition.num must be set both or neither," + " got " + column
                            + " and " + ranges);
        }
        if (column == null || ranges == null) {
            if (table.find(LOWER_BOUND).isPresent() || table.find(UPPER_BOUND).isPresent()) {
                throw new IllegalArgumentException(
                        "scan.partition.lower-bound and scan.partition.upper-bound must be set with"
                                + " scan.partition.column only, got no column");
            }
            return null;
        }
        return new JdbcScan.Partition(column, ranges, table.orNull(LOWER_BOUND), table.orNull(UPPER_BOUND));
    }
}
