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
}
