package io.connectorkit.aws;

import io.connectorkit.sink.Extractor;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;

/** A Flink format as what reads the payload off a row; opened by the first row that it is given. */
public final class RowFormat implements Extractor<RowData, byte[]> {

    private static final long serialVersionUID = 1L;

    private final SerializationSchema<RowData> schema;
    private transient boolean opened;

    public RowFormat(SerializationSchema<RowData> schema) {
        this.schema = schema;
    }

    @Override
    public byte[] extract(RowData row) throws Exception {
        if (!opened) {
            schema.open(new Context(Thread.currentThread().getContextClassLoader()));
            opened = true;
        }
        return schema.serialize(row);
    }

    private record Context(ClassLoader loader) implements SerializationSchema.InitializationContext {
        @Override
        public MetricGroup getMetricGroup() {
            return new UnregisteredMetricsGroup();
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(loader);
        }
    }
}
