package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;

/**
 * One change of one item, as DynamoDB Streams tells it.
 *
 * @param keys the item's key attributes
 * @param oldImage the item before; null for an insert, or when the stream's view has no old images
 * @param newImage the item after; null for a removal, or when the stream's view has no new images
 * @param sequenceNumber decimal digits; for one item, later changes have larger numbers, and 0 is what was read
 * @param approximateCreationTime rounded down to the second by the service (to the minute by DynamoDB Local)
 * @param userIdentity who made the change, where DynamoDB itself did; null for changes by clients
 * @param shardId the shard that it was read from
 */
public record DynamoDbChange(
        EventName eventName,
        Map<String, AttributeValue> keys,
        @Nullable Map<String, AttributeValue> oldImage,
        @Nullable Map<String, AttributeValue> newImage,
        String sequenceNumber,
        Instant approximateCreationTime,
        @Nullable UserIdentity userIdentity,
        String shardId) {

    /** What happened to the item. */
    public enum EventName {
        INSERT,
        MODIFY,
        REMOVE,
        /** Nothing: this is the item as the snapshot of a {@link DynamoDbCdcSource} found it, in the new image. */
        READ
    }

    /** Who made a change that no client made; both parts as the service names them. */
    public record UserIdentity(@Nullable String type, @Nullable String principalId) {}

    static DynamoDbChange of(Record record, String shardId) {
        var change = record.dynamodb();
        var identity = record.userIdentity();
        return new DynamoDbChange(
                EventName.valueOf(record.eventNameAsString()),
                change.keys(),
                change.hasOldImage() ? change.oldImage() : null,
                change.hasNewImage() ? change.newImage() : null,
                change.sequenceNumber(),
                change.approximateCreationDateTime() == null ? Instant.EPOCH : change.approximateCreationDateTime(),
                identity == null ? null : new UserIdentity(identity.type(), identity.principalId()),
                shardId);
    }

    /**
     * The item's identity from its key attributes in the order named. Without names: from all of them in the order of
     * their names, because a stream does not tell which one is the hash key.
     */
    public ChangeKey key(String... attributes) {
        String[] names = attributes.length > 0
                ? attributes
                : new TreeMap<>(keys).keySet().toArray(new String[0]);
        if (names.length == 0) {
            throw new IllegalArgumentException("a change must have key attributes, got none");
        }
        Object[] more = new Object[names.length - 1];
        for (int i = 1; i < names.length; i++) {
            more[i - 1] = keyPart(names[i]);
        }
        return ChangeKey.of(keyPart(names[0]), more);
    }

    private Object keyPart(String name) {
        AttributeValue value = keys.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "key attribute must be one of " + keys.keySet() + ", got '" + name + "'");
        }
        return switch (value.type()) {
            case S -> value.s();
            case N -> new java.math.BigDecimal(value.n());
            case B -> value.b().asByteArray();
            default ->
                throw new IllegalArgumentException(
                        "key attribute '" + name + "' must be a string, number or binary, got " + value.type());
        };
    }

    /** The sequence number as an ordering token: among the changes of one item, the newest has the largest. */
    public ChangeVersion version() {
        return ChangeVersion.of(sequenceNumber);
    }

    /** Whether the item was removed because its time to live was over. */
    public boolean isExpiry() {
        return eventName == EventName.REMOVE
                && userIdentity != null
                && "Service".equals(userIdentity.type())
                && "dynamodb.amazonaws.com".equals(userIdentity.principalId());
    }

    /** Without the images: they may hold what no log should. */
    @Override
    public String toString() {
        return eventName + " " + keys + " at " + sequenceNumber + " of " + shardId;
    }
}
