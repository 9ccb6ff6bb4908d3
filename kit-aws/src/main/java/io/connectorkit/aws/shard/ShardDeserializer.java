package io.connectorkit.aws.shard;

import java.io.Serializable;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.util.Collector;

/** Turns one record into any number of elements. */
public interface ShardDeserializer<R, T> extends Serializable, ResultTypeQueryable<T> {

    /** Called once by each reader, before its first record. */
    default void open(DeserializationSchema.InitializationContext context) throws Exception {}

    /** Called on the task thread, in the order of the shard. An exception fails the job and names the record. */
    void deserialize(R record, Collector<T> out) throws Exception;

    /** Turns a gap into any number of elements, once, at its place in the shard; under {@link OnGap#EMIT_EVENT} only. */
    default void gap(ShardGap gap, Collector<T> out) throws Exception {
        throw new UnsupportedOperationException("no element stands for a gap");
    }

    /** Whether {@link #gap} can be called: a source with {@link OnGap#EMIT_EVENT} refuses a deserializer without. */
    default boolean emitsGaps() {
        return false;
    }
}
