package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.shard.ShardDeserializer;
import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Turns a record of a stream into any number of elements of the job's own type. */
public interface KinesisRecordDeserializer<T> extends ShardDeserializer<KinesisRecord, T> {

    /** One element for each record, or none where {@code mapping} returns null. */
    static <T> KinesisRecordDeserializer<T> of(TypeInformation<T> type, Mapping<T> mapping) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(mapping, "mapping");
        return new KinesisRecordDeserializer<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public void deserialize(KinesisRecord record, Collector<T> out) throws Exception {
                T element = mapping.map(record);
                if (element != null) {
                    out.collect(element);
                }
            }

            @Override
            public TypeInformation<T> getProducedType() {
                return type;
            }
        };
    }

    /** {@link #of(TypeInformation, Mapping)} with the type that Flink reads off a class. */
    static <T> KinesisRecordDeserializer<T> of(Class<T> type, Mapping<T> mapping) {
        return of(TypeInformation.of(type), mapping);
    }

    /** Any of Flink's formats, on the payload alone. */
    static <T> KinesisRecordDeserializer<T> of(DeserializationSchema<T> schema) {
        Objects.requireNonNull(schema, "schema");
        return new KinesisRecordDeserializer<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public void open(DeserializationSchema.InitializationContext context) throws Exception {
                schema.open(context);
            }

            @Override
            public void deserialize(KinesisRecord record, Collector<T> out) throws Exception {
                schema.deserialize(record.data().asByteArrayUnsafe(), out);
            }

            @Override
            public TypeInformation<T> getProducedType() {
                return schema.getProducedType();
            }
        };
    }

    /** From one record to one element or null. */
    @FunctionalInterface
    interface Mapping<T> extends Serializable {
        @Nullable
        T map(KinesisRecord record) throws Exception;
    }
}
