package io.connectorkit.aws.dynamodbstreams;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/** The metadata columns of a change. */
enum ChangeMetadata {
    EVENT_NAME(
            "event-name",
            DataTypes.STRING().notNull(),
            change -> StringData.fromString(change.eventName().name())),
    SEQUENCE_NUMBER(
            "sequence-number", DataTypes.STRING().notNull(), change -> StringData.fromString(change.sequenceNumber())),
    CREATION_TIME(
            "creation-time",
            DataTypes.TIMESTAMP_LTZ(3).notNull(),
            change -> TimestampData.fromInstant(change.approximateCreationTime())),
    SHARD_ID("shard-id", DataTypes.STRING().notNull(), change -> StringData.fromString(change.shardId())),
    USER_IDENTITY(
            "user-identity",
            DataTypes.ROW(
                    DataTypes.FIELD("type", DataTypes.STRING()), DataTypes.FIELD("principal_id", DataTypes.STRING())),
            ChangeMetadata::userIdentity);

    private final String key;
    private final DataType type;
    private final Function<DynamoDbChange, @Nullable Object> value;

    ChangeMetadata(String key, DataType type, Function<DynamoDbChange, @Nullable Object> value) {
        this.key = key;
        this.type = type;
        this.value = value;
    }

    static ChangeMetadata of(String key) {
        return Arrays.stream(values())
                .filter(column -> column.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no metadata column '" + key + "'"));
    }

    static Map<String, DataType> all() {
        Map<String, DataType> all = new LinkedHashMap<>();
        for (ChangeMetadata column : values()) {
            all.put(column.key, column.type);
        }
        return all;
    }

    @Nullable
    Object of(DynamoDbChange change) {
        return value.apply(change);
    }

    private static @Nullable Object userIdentity(DynamoDbChange change) {
        DynamoDbChange.UserIdentity identity = change.userIdentity();
        return identity == null
                ? null
                : GenericRowData.of(
                        StringData.fromString(identity.type()), StringData.fromString(identity.principalId()));
    }
}
