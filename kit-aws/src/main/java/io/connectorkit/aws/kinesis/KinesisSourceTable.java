package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsTableKeys;
import io.connectorkit.aws.shard.ShardSourceOptions;
import io.connectorkit.aws.shard.ShardTable;
import io.connectorkit.aws.shard.ShardTableKeys;
import io.connectorkit.table.RowLayout;
import io.connectorkit.table.TableOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/** The reading half of {@code 'connector' = 'kit-kinesis'}: the records of a stream as rows of a format. */
final class KinesisSourceTable {

    /** How records come, as the official Kinesis table names it. */
    enum ReaderType {
        POLLING,
        EFO
    }

    private static final ConfigOption<ReaderType> READER = ConfigOptions.key("source.reader.type")
            .enumType(ReaderType.class)
            .defaultValue(ReaderType.POLLING)
            .withDescription("POLLING, or EFO for enhanced fan-out.");
    private static final ConfigOption<String> CONSUMER = ConfigOptions.key("source.efo.consumer.name")
            .stringType()
            .noDefaultValue()
            .withDescription("With EFO: name of the registered consumer.");
    private static final ConfigOption<FanOutLifecycle> LIFECYCLE = ConfigOptions.key("source.efo.lifecycle")
            .enumType(FanOutLifecycle.class)
            .defaultValue(FanOutLifecycle.JOB_MANAGED)
            .withDescription("With EFO: who registers the consumer and removes it.");
    private static final ConfigOption<Duration> REGISTRATION = ConfigOptions.key("source.efo.subscription.timeout")
            .durationType()
            .defaultValue(Duration.ofMinutes(1))
            .withDescription("With EFO: longest time until the consumer must be ready.");

    private static final ConfigOption<PackedRecords> PACKED = ConfigOptions.key("source.packed-records")
            .enumType(PackedRecords.class)
            .defaultValue(PackedRecords.OF_SHARD)
            .withDescription("Of the records that a producer packed into one: those of the shard, or all.");

    private KinesisSourceTable() {}

    /** Options of reading beside {@link KinesisSinkTable#STREAM} and the format. */
    static Set<ConfigOption<?>> options() {
        Set<ConfigOption<?>> all = new HashSet<>(Set.of(READER, CONSUMER, LIFECYCLE, REGISTRATION, PACKED));
        all.addAll(AwsTableKeys.all());
        all.addAll(ShardTableKeys.all());
        return all;
    }

    static DynamicTableSource create(DynamicTableFactory factory, DynamicTableFactory.Context context) {
        TableOptions options = TableOptions.of(factory, context);
        DecodingFormat<DeserializationSchema<RowData>> format = options.decodingFormat(FactoryUtil.FORMAT);
        options.check();
        RowLayout layout = RowLayout.of(context);
        ShardSourceOptions defaults = KinesisSourceOptions.sourceDefaults();
        options.verify(
                () -> fanOut(options),
                () -> AwsTableKeys.read(options),
                () -> stream(options, defaults),
                () -> ShardTableKeys.read(options, defaults));
        return options.build(() -> {
            KinesisSourceOptions stream = stream(options, ShardTableKeys.read(options, defaults));
            return new ShardTable(
                    "records of Kinesis '" + stream.stream() + "'",
                    layout.dataType(),
                    new Records(stream, format, layout.dataType()),
                    ShardTableKeys.parallelism(options));
        });
    }

    private static KinesisSourceOptions stream(TableOptions options, ShardSourceOptions source) {
        String stream = options.get(KinesisSinkTable.STREAM);
        boolean arn = stream.startsWith("arn:");
        return new KinesisSourceOptions(
                arn ? null : stream,
                arn ? stream : null,
                fanOut(options),
                options.get(PACKED),
                source,
                AwsTableKeys.read(options));
    }

    private static @Nullable FanOutOptions fanOut(TableOptions options) {
        String consumer = options.orNull(CONSUMER);
        boolean wanted = options.get(READER) == ReaderType.EFO;
        if (wanted != (consumer != null)) {
            throw new IllegalArgumentException(CONSUMER.key() + " must be set with " + READER.key()
                    + " = EFO and only then, got " + (consumer == null ? "none" : "'" + consumer + "'"));
        }
        return consumer == null ? null : new FanOutOptions(consumer, options.get(LIFECYCLE), options.get(REGISTRATION));
    }

    private record Records(
            KinesisSourceOptions stream, DecodingFormat<DeserializationSchema<RowData>> format, DataType physical)
            implements ShardTable.Stream {

        @Override
        public ChangelogMode changelogMode() {
            return format.getChangelogMode();
        }

        @Override
        public Map<String, DataType> metadata() {
            return KinesisSourceMetadata.all();
        }

        @Override
        public Source<RowData, ?, ?> source(
                ScanTableSource.ScanContext context, List<String> metadata, DataType produced) {
            return KinesisSource.of(
                    stream,
                    new KinesisSourceRows(
                            format.createRuntimeDecoder(context, physical),
                            metadata,
                            context.createTypeInformation(produced)));
        }
    }
}
