package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.shard.ShardDeserializer;
import io.connectorkit.aws.shard.ShardGap;
import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Turns a change of an item into any number of elements of the job's own type. */
public interface DynamoDbChangeDeserializer<T> extends ShardDeserializer<DynamoDbChange, T> {

    /** One element for each change, or none where {@code mapping} returns null. */
    static <T> DynamoDbChangeDeserializer<T> of(TypeInformation<T> type, Mapping<T> mapping) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(mapping, "mapping");
        return new DynamoDbChangeDeserializer<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public void deserialize(DynamoDbChange change, Collector<T> out) throws Exception {
                T element = mapping.map(change);
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
    static <T> DynamoDbChangeDeserializer<T> of(Class<T> type, Mapping<T> mapping) {
        return of(TypeInformation.of(type), mapping);
    }

    /** The same, with an element in place of changes that were trimmed before they were read, or none for null. */
    default DynamoDbChangeDeserializer<T> withGaps(GapMapping<T> gaps) {
        Objects.requireNonNull(gaps, "gaps");
        DynamoDbChangeDeserializer<T> changes = this;
        return new DynamoDbChangeDeserializer<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public void deserialize(DynamoDbChange change, Collector<T> out) throws Exception {
                changes.deserialize(change, out);
            }

            @Override
            public void gap(ShardGap gap, Collector<T> out) throws Exception {
                T element = gaps.map(gap);
                if (element != null) {
                    out.collect(element);
                }
            }

            @Override
            public boolean emitsGaps() {
                return true;
            }

            @Override
            public TypeInformation<T> getProducedType() {
                return changes.getProducedType();
            }
        };
    }

    /** From one gap to one element or null. */
    @FunctionalInterface
    interface GapMapping<T> extends Serializable {
        @Nullable
        T map(ShardGap gap) throws Exception;
    }

    /** From one change to one element or null. */
    @FunctionalInterface
    interface Mapping<T> extends Serializable {
        @Nullable
        T map(DynamoDbChange change) throws Exception;
    }
}
