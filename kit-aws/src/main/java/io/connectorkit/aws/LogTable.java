package io.connectorkit.aws;

import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.table.RowLayout;
import io.connectorkit.table.SinkTable;
import io.connectorkit.table.SinkTableKeys;
import io.connectorkit.table.TableOptions;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.format.EncodingFormat;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * A SQL table over a log: a format makes the records, PRIMARY KEY or PARTITIONED BY the keys, and the envelope, or a
 * format that tells row kinds, the deletes.
 */
public final class LogTable {

    /** What a record tells of its row beside what the format writes. */
    public static final ConfigOption<RecordEnvelope> ENVELOPE = ConfigOptions.key("sink.envelope")
            .enumType(RecordEnvelope.class)
            .defaultValue(RecordEnvelope.NONE)
            .withDescription(
                    "NONE writes what the format makes; JSON and BASE64 put it into an object with the row's key,"
                            + " version, record id and operation.");

    /** Makes the sink of a service once rows have become records. */
    @FunctionalInterface
    public interface Sinks {
        BatchSink<RowData> sink(Changes<RowData, byte[]> rows, SinkOptions options);
    }

    private final TableOptions options;
    private final RowLayout layout;
    private final SinkTableKeys keys;
    private final EncodingFormat<SerializationSchema<RowData>> format;
    private final SinkOptions sinkOptions;
    private final @Nullable String version;

    private LogTable(
            TableOptions options,
            RowLayout layout,
            SinkTableKeys keys,
            EncodingFormat<SerializationSchema<RowData>> format,
            SinkOptions sinkOptions,
            @Nullable String version) {
        this.options = options;
        this.layout = layout;
        this.keys = keys;
        this.format = format;
        this.sinkOptions = sinkOptions;
        this.version = version;
    }

    /** Reads what all logs have; throws with everything that is wrong with it. */
    public static LogTable read(
            TableOptions options, DynamicTableFactory.Context context, SinkTableKeys keys, SinkTuning preset) {
        EncodingFormat<SerializationSchema<RowData>> format = options.encodingFormat(FactoryUtil.FORMAT);
        options.check();
        RowLayout layout = RowLayout.of(context);
        String version = options.orNull(SinkTableKeys.VERSION_COLUMN);
        options.verify(
                () -> keys.read(options, preset),
                () -> AwsTableKeys.read(options),
                () -> {
                    if (version != null) {
                        layout.version(version);
                    }
                },
                () -> checkDeletes(options, layout, format));
        SinkOptions sinkOptions = AwsTableKeys.awaited(options, keys.read(options, preset));
        return new LogTable(options, layout, keys, format, sinkOptions, version);
    }

    private static void checkDeletes(
            TableOptions options, RowLayout layout, EncodingFormat<SerializationSchema<RowData>> format) {
        boolean tellsKinds = format.getChangelogMode().contains(RowKind.DELETE);
        if (layout.hasPrimaryKey() && !tellsKinds && options.get(ENVELOPE) == RecordEnvelope.NONE) {
            throw new IllegalArgumentException(ENVELOPE.key()
                    + " must be JSON or BASE64 when the table has a PRIMARY KEY and its format ('"
                    + options.get(FactoryUtil.FORMAT) + "') cannot tell deletes, got NONE; or choose a changelog format"
                    + " such as debezium-json, or drop the PRIMARY KEY to append");
        }
    }

    public RecordEnvelope envelope() {
        return options.get(ENVELOPE);
    }

    /** The table's sink. */
    public DynamicTableSink sink(String summary, Sinks sinks) {
        SinkTable.Takes takes =
                layout.hasPrimaryKey() ? SinkTable.Takes.UPSERT_WITH_FULL_DELETES : SinkTable.Takes.APPEND;
        return new SinkTable(summary, takes, SinkTableKeys.parallelism(options), plan -> {
            RowFormat payload = new RowFormat(format.createRuntimeEncoder(plan, layout.dataType()));
            return keys.withDeadLetters(options, sinks.sink(changes(payload), sinkOptions));
        });
    }

    private Changes<RowData, byte[]> changes(RowFormat payload) {
        List<String> key = layout.hasPrimaryKey() ? layout.primaryKey() : layout.partitionKeys();
        Changes<RowData, byte[]> changes = key.isEmpty()
                ? layout.appends(payload)
                : Changes.of(layout.key(key, layout.hasPrimaryKey() ? "PRIMARY KEY" : "PARTITIONED BY"), payload);
        if (envelope() != RecordEnvelope.NONE) {
            changes = changes.withDeletes(row -> row.getRowKind() == RowKind.DELETE);
        }
        return version == null ? changes : changes.withVersion(layout.version(version));
    }
}
