package io.connectorkit.aws.firehose;

import io.connectorkit.aws.AwsTableKeys;
import io.connectorkit.aws.LogTable;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.table.SinkTableKeys;
import io.connectorkit.table.TableOptions;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * {@code 'connector' = 'kit-firehose'}: a delivery stream to append to. With a PRIMARY KEY it takes a changelog, whose
 * deletes the format or the envelope tells; without one inserts only.
 */
public final class FirehoseTableFactory implements DynamicTableSinkFactory {

    private static final ConfigOption<String> STREAM = ConfigOptions.key("delivery-stream")
            .stringType()
            .noDefaultValue()
            .withDescription("Name of the delivery stream.");
    private static final ConfigOption<FirehoseFraming> FRAMING = ConfigOptions.key("sink.framing")
            .enumType(FirehoseFraming.class)
            .defaultValue(FirehoseFraming.NONE)
            .withDescription("How records can be told apart: NONE, NEWLINE or LENGTH.");

    private static final SinkTableKeys SINK = SinkTableKeys.ofAsyncSinks();

    @Override
    public String factoryIdentifier() {
        return "kit-firehose";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(STREAM, FactoryUtil.FORMAT);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> all = new HashSet<>(SINK.all());
        all.remove(SinkTableKeys.DELETE_MODE);
        all.addAll(AwsTableKeys.all());
        all.add(LogTable.ENVELOPE);
        all.add(FRAMING);
        return all;
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        TableOptions options = TableOptions.of(this, context);
        LogTable table = LogTable.read(options, context, SINK, SinkTuning.forFirehose());
        options.verify(() -> sinkOptions(options, table));
        FirehoseSinkOptions firehose = options.build(() -> sinkOptions(options, table));
        return table.sink("Firehose stream '" + firehose.stream() + "'", (rows, sinkOptions) -> {
            Changes<RowData, FirehoseEntry> changes = rows.<FirehoseEntry>withPayload(FirehoseEntry::of);
            return FirehoseSink.of(changes, firehose, sinkOptions);
        });
    }

    private static FirehoseSinkOptions sinkOptions(TableOptions options, LogTable table) {
        return FirehoseSinkOptions.of(options.get(STREAM), AwsTableKeys.read(options))
                .withFraming(options.get(FRAMING))
                .withEnvelope(table.envelope());
    }
}
