package io.connectorkit.aws.kinesis;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/** The metadata columns of a record. */
enum KinesisSourceMetadata {
    TIMESTAMP(
            "timestamp",
            DataTypes.TIMESTAMP_LTZ(3).notNull(),
            record -> TimestampData.fromInstant(record.approximateArrivalTime())),
    SHARD_ID("shard-id", DataTypes.VARCHAR(128).notNull(), record -> StringData.fromString(record.shardId())),
    SEQUENCE_NUMBER(
            "sequence-number",
            DataTypes.VARCHAR(128).notNull(),
            record -> StringData.fromString(record.sequenceNumber())),
    SUB_SEQUENCE_NUMBER("sub-sequence-number", DataTypes.INT().notNull(), KinesisRecord::subSequenceNumber),
    PARTITION_KEY(
            "partition-key", DataTypes.VARCHAR(256).notNull(), record -> StringData.fromString(record.partitionKey())),
    EXPLICIT_HASH_KEY(
            "explicit-hash-key",
            DataTypes.VARCHAR(39).nullable(),
            record -> StringData.fromString(record.explicitHashKey()));

    private final String key;
    private final DataType type;
    private final Function<KinesisRecord, @Nullable Object> value;

    KinesisSourceMetadata(String key, DataType type, Function<KinesisRecord, @Nullable Object> value) {
        this.key = key;
        this.type = type;
        this.value = value;
    }

    static KinesisSourceMetadata of(String key) {
        return Arrays.stream(values())
                .filter(column -> column.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no metadata column '" + key + "'"));
    }

    static Map<String, DataType> all() {
        Map<String, DataType> all = new LinkedHashMap<>();
        for (KinesisSourceMetadata column : values()) {
            all.put(column.key, column.type);
        }
        return all;
    }

    @Nullable
    Object of(KinesisRecord record) {
        return value.apply(record);
    }
}
