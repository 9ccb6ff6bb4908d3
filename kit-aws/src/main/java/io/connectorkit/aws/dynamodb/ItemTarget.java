package io.connectorkit.aws.dynamodb;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A table as its writes see it: keys, guard and tombstones.
 *
 * @param clock for the times in tombstones, which no decision rests on
 */
record ItemTarget(DynamoDbTable table, ItemKey key, Guard guard, WriteMode mode, InstantSource clock) {

    /** Sends a guarded delete, or puts a tombstone. */
    CompletableFuture<?> delete(DynamoDbAsyncClient client, Change<?> change) {
        DynamoDbTable.Tombstones tombstones = table.tombstones();
        if (tombstones != null && change.version() != null) {
            return put(client, tombstone(change, tombstones));
        }
        Map<String, AttributeValue> item = key.attributes(change.key());
        String condition = guard.condition();
        return client.deleteItem(request -> {
            request.tableName(table.name()).key(item);
            if (condition != null) {
                Map<String, AttributeValue> values = guard.values(change);
                request.conditionExpression(condition)
                        .expressionAttributeNames(guard.names())
                        .expressionAttributeValues(values.isEmpty() ? null : values)
                        .returnValuesOnConditionCheckFailure(guard.onRefusal());
            }
        });
    }

    private Map<String, AttributeValue> tombstone(Change<?> change, DynamoDbTable.Tombstones tombstones) {
        Map<String, AttributeValue> item = key.attributes(change.key());
        guard.stamp(item, change);
        long now = clock.instant().getEpochSecond();
        item.put(tombstones.deletedAt(), AttributeValue.fromN(Long.toString(now)));
        item.put(
                tombstones.expiresAt(),
                AttributeValue.fromN(Long.toString(now + tombstones.keptFor().toSeconds())));
        return item;
    }

    /** Sends a guarded put of a complete item, its version included. */
    CompletableFuture<?> put(DynamoDbAsyncClient client, Map<String, AttributeValue> item) {
        String condition = guard.condition();
        return client.putItem(request -> {
            request.tableName(table.name()).item(item);
            if (condition != null) {
                Map<String, AttributeValue> values = guard.valuesIn(item);
                request.conditionExpression(condition)
                        .expressionAttributeNames(guard.names())
                        .expressionAttributeValues(values.isEmpty() ? null : values)
                        .returnValuesOnConditionCheckFailure(guard.onRefusal());
            }
        });
    }

    /** Bytes of key and version, as far as the payload does not hold them already. */
    int sizeOfFrame(Change<?> change, Map<String, AttributeValue> payload) {
        int size = key.sizeOf(change.key(), payload);
        DynamoDbTable.Version version = table.version();
        ChangeVersion value = change.version();
        if (version == null || value == null || payload.containsKey(version.attribute())) {
            return size;
        }
        return size
                + ItemSize.utf8(version.attribute())
                + (version.type() == DynamoDbTable.VersionType.TEXT
                        ? ChangeVersion.MAX_DIGITS
                        : ItemSize.number(value.toString()));
    }

    @Nullable
    String nameOfVersion() {
        DynamoDbTable.Version version = table.version();
        return version == null ? null : version.attribute();
    }
}
