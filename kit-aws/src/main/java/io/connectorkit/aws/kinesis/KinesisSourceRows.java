package io.connectorkit.aws.kinesis;

import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.utils.JoinedRowData;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Turns a record into the rows that a format reads from its payload, each with the metadata columns behind. */
final class KinesisSourceRows implements KinesisRecordDeserializer<RowData> {

    private static final long serialVersionUID = 1L;

    private final DeserializationSchema<RowData> format;
    private final KinesisSourceMetadata[] metadata;
    private final TypeInformation<RowData> produced;
    private final Widened widened = new Widened();

    KinesisSourceRows(DeserializationSchema<RowData> format, List<String> metadata, TypeInformation<RowData> produced) {
        this.format = format;
        this.metadata = metadata.stream().map(KinesisSourceMetadata::of).toArray(KinesisSourceMetadata[]::new);
        this.produced = produced;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) throws Exception {
        format.open(context);
    }

    @Override
    public void deserialize(KinesisRecord record, Collector<RowData> out) throws Exception {
        byte[] payload = record.data().asByteArrayUnsafe();
        if (metadata.length == 0) {
            format.deserialize(payload, out);
            return;
        }
        GenericRowData behind = new GenericRowData(metadata.length);
        for (int i = 0; i < metadata.length; i++) {
            behind.setField(i, metadata[i].of(record));
        }
        widened.behind = behind;
        widened.out = out;
        format.deserialize(payload, widened);
    }

    /** Adds the metadata of the record to each of its rows. */
    private static final class Widened implements Collector<RowData>, java.io.Serializable {
        private static final long serialVersionUID = 1L;

        private transient @Nullable RowData behind;
        private transient @Nullable Collector<RowData> out;

        @Override
        public void collect(RowData row) {
            RowData more = behind;
            Collector<RowData> to = out;
            if (more != null && to != null) {
                to.collect(new JoinedRowData(row.getRowKind(), row, more));
            }
        }

        @Override
        public void close() {
            // Lives as long as the deserializer.
        }
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return produced;
    }
}
