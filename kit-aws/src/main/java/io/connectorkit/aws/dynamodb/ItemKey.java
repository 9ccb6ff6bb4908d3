package io.connectorkit.aws.dynamodb;

import io.connectorkit.change.ChangeKey;
import java.math.BigDecimal;
import java.time.temporal.TemporalAccessor;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** A change's key as the key attributes of an item, and back. Times and UUIDs are their text. */
final class ItemKey {

    /** Bytes of a key value (DynamoDB limits). */
    private static final int PARTITION_BYTES = 2_048;

    private static final int SORT_BYTES = 1_024;

    /** Digits of a number (DynamoDB limits). */
    static final int DIGITS = 38;

    private final String partition;
    private final @Nullable String sort;
    private final Map<String, ScalarAttributeType> types;

    /** {@code types} as the table tells them; empty when it may not be asked. */
    ItemKey(DynamoDbTable table, Map<String, ScalarAttributeType> types) {
        this.partition = table.partitionKey();
        this.sort = table.sortKey();
        this.types = types;
    }

    /** Room for three attributes more. */
    Map<String, AttributeValue> attributes(ChangeKey key) {
        return addTo(new HashMap<>(8), key);
    }

    /** Throws what the user must know when the key cannot be one of this table. */
    Map<String, AttributeValue> addTo(Map<String, AttributeValue> item, ChangeKey key) {
        int parts = sort == null ? 1 : 2;
        if (key.size() != parts) {
            throw new IllegalArgumentException("key must have " + parts + (parts == 1 ? " part" : " parts")
                    + " for " + (sort == null ? "'" + partition + "'" : "'" + partition + "' and '" + sort + "'")
                    + ", got " + key.size() + ": " + key);
        }
        add(item, partition, key.part(0), PARTITION_BYTES);
        if (sort != null) {
            add(item, sort, key.part(1), SORT_BYTES);
        }
        return item;
    }

    private void add(Map<String, AttributeValue> item, String name, Object part, int mostBytes) {
        AttributeValue value = value(name, part, mostBytes);
        ScalarAttributeType type = types.get(name);
        if (type != null && !type.toString().equals(value.type().toString())) {
            throw new IllegalArgumentException("key attribute '" + name + "' must be of type " + type
                    + " (as the table has it), got " + value.type());
        }
        AttributeValue there = item.putIfAbsent(name, value);
        if (there != null && !there.equals(value) && !value.equals(canonical(there))) {
            throw new IllegalArgumentException("attribute '" + name
                    + "' of the item must be what the change's key says or be left out, got another value");
        }
    }

    private static AttributeValue value(String name, Object part, int mostBytes) {
        if (part instanceof String || part instanceof TemporalAccessor || part instanceof UUID) {
            String text = part.toString();
            int bytes = ItemSize.utf8(text);
            if (bytes < 1 || bytes > mostBytes) {
                throw new IllegalArgumentException("key attribute '" + name + "' must be 1 to " + mostBytes
                        + " bytes of text (DynamoDB), got " + (bytes == 0 ? "an empty string" : bytes + " bytes"));
            }
            return AttributeValue.fromS(text);
        } else if (part instanceof Long number) {
            return AttributeValue.fromN(number.toString());
        } else if (part instanceof BigDecimal number) {
            if (number.precision() > DIGITS) {
                throw new IllegalArgumentException("key attribute '" + name + "' must have at most " + DIGITS
                        + " digits (DynamoDB), got " + number.precision());
            }
            return AttributeValue.fromN(number.toString());
        } else if (part instanceof byte[] bytes) {
            if (bytes.length < 1 || bytes.length > mostBytes) {
                throw new IllegalArgumentException("key attribute '" + name + "' must be 1 to " + mostBytes
                        + " bytes (DynamoDB), got " + bytes.length);
            }
            return AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(bytes));
        }
        throw new IllegalArgumentException("key attribute '" + name
                + "' must be a string, a time, a number or bytes (DynamoDB), got "
                + part.getClass().getSimpleName() + "; pass its text");
    }

    /** A number as a key has it, whatever zeros it was written with; all else as it is. */
    private static AttributeValue canonical(AttributeValue value) {
        if (value.type() != AttributeValue.Type.N) {
            return value;
        }
        Object number = ChangeKey.of(new BigDecimal(value.n())).part(0);
        return AttributeValue.fromN(number.toString());
    }

    /** The key of an item that the service sent back. */
    ChangeKey keyOf(Map<String, AttributeValue> item) {
        return sort == null
                ? ChangeKey.of(part(item, partition))
                : ChangeKey.of(part(item, partition), part(item, sort));
    }

    private static Object part(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null) {
            throw new IllegalArgumentException("an item without the key attribute '" + name + "'");
        }
        return switch (value.type()) {
            case S -> value.s();
            case N -> new BigDecimal(value.n());
            case B -> value.b().asByteArray();
            default -> throw new IllegalArgumentException("key attribute '" + name + "' is a " + value.type());
        };
    }

    /** Bytes of the key attributes that the payload does not hold already; of a key that cannot be written too. */
    int sizeOf(ChangeKey key, Map<String, AttributeValue> payload) {
        int size = 0;
        for (int i = 0; i < key.size(); i++) {
            String name = i == 0 || sort == null ? partition : sort;
            if (!payload.containsKey(name)) {
                size += ItemSize.utf8(name) + sizeOf(key.part(i));
            }
        }
        return size;
    }

    private static int sizeOf(Object part) {
        if (part instanceof byte[] bytes) {
            return bytes.length;
        }
        String text = part.toString();
        return part instanceof Number ? ItemSize.number(text) : ItemSize.utf8(text);
    }
}
