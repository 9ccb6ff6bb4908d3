package io.connectorkit.aws.kinesis;

import java.util.HashSet;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;

/** {@code 'connector' = 'kit-kinesis'}: a Kinesis stream. */
public final class KinesisTableFactory implements DynamicTableSourceFactory, DynamicTableSinkFactory {

    @Override
    public String factoryIdentifier() {
        return "kit-kinesis";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(KinesisSinkTable.STREAM, FactoryUtil.FORMAT);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> all = new HashSet<>(KinesisSourceTable.options());
        all.addAll(KinesisSinkTable.options());
        return all;
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        return KinesisSourceTable.create(this, context);
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        return KinesisSinkTable.create(this, context);
    }
}
