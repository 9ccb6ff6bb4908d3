package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsTableKeys;
import io.connectorkit.aws.LogTable;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.table.RowLayout;
import io.connectorkit.table.SinkTableKeys;
import io.connectorkit.table.TableOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableFactory;

/**
 * The writing half of {@code 'connector' = 'kit-kinesis'}: rows of one PRIMARY KEY, or of one value of PARTITIONED BY, share
 * a partition key and stay in order; without either they are spread over the shards.
 */
final class KinesisSinkTable {

    static final ConfigOption<String> STREAM = ConfigOptions.key("stream.arn")
            .stringType()
            .noDefaultValue()
            .withFallbackKeys("stream")
            .withDescription("ARN or name of the stream.");
    private static final ConfigOption<Ordering> ORDERING = ConfigOptions.key("sink.ordering")
            .enumType(Ordering.class)
            .defaultValue(Ordering.FIFO)
            .withDescription("FIFO keeps the rows of a key in order, NONE sends them as they come.");
    private static final ConfigOption<MemorySize> AGGREGATION = ConfigOptions.key("sink.aggregation.max-bytes")
            .memoryType()
            .noDefaultValue()
            .withDescription(
                    "Lets consecutive rows of a key travel as one record of the Kinesis Producer Library's format,"
                            + " up to this size.");

    private static final SinkTableKeys SINK = SinkTableKeys.ofAsyncSinks();

    private KinesisSinkTable() {}

    /** Options of writing beside {@link #STREAM} and the format; those of {@link AwsTableKeys} included. */
    static Set<ConfigOption<?>> options() {
        Set<ConfigOption<?>> all = new HashSet<>(SINK.all());
        all.remove(SinkTableKeys.DELETE_MODE);
        all.addAll(AwsTableKeys.all());
        all.addAll(List.of(
                LogTable.ENVELOPE,
                ORDERING,
                AGGREGATION,
                KinesisPartitioner.PARTITIONER,
                KinesisPartitioner.DELIMITER));
        return all;
    }

    static DynamicTableSink create(DynamicTableFactory factory, DynamicTableFactory.Context context) {
        TableOptions options = TableOptions.of(factory, context);
        LogTable table = LogTable.read(options, context, SINK, SinkTuning.forKinesis());
        options.verify(() -> partitioner(options, context), () -> options(options, table, KinesisPartitioning.KEY));
        KinesisPartitioner partitioner = partitioner(options, context);
        KinesisSinkOptions kinesis = options(options, table, partitioner.partitioning());
        return table.sink("Kinesis stream '" + kinesis.stream() + "'", (rows, sinkOptions) -> {
            Changes<RowData, KinesisEntry> changes =
                    partitioner.keyed(rows).<KinesisEntry>withPayload(KinesisEntry::of);
            return KinesisSink.of(changes, kinesis, sinkOptions);
        });
    }

    private static KinesisPartitioner partitioner(TableOptions options, DynamicTableFactory.Context context) {
        return KinesisPartitioner.read(
                options, RowLayout.of(context), options.find(AGGREGATION).isPresent(), context.getClassLoader());
    }

    private static KinesisSinkOptions options(TableOptions options, LogTable table, KinesisPartitioning partitioning) {
        return new KinesisSinkOptions(
                options.get(STREAM),
                options.get(ORDERING),
                options.orNull(AGGREGATION),
                table.envelope(),
                partitioning,
                AwsTableKeys.read(options));
    }
}
