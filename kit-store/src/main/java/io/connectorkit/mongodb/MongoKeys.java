package io.connectorkit.mongodb;

import io.connectorkit.change.ChangeKey;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** Turns keys into {@code _id}s, shard key fields and collection names. Immutable. */
final class MongoKeys implements Serializable {

    private static final long serialVersionUID = 1L;

    private final @Nullable String collection;
    private final List<String> idFields;
    private final boolean objectIds;
    private final Map<String, Integer> shardParts = new LinkedHashMap<>();
    private final int parts;

    MongoKeys(@Nullable String collection, MongoDocumentOptions documents) {
        this.collection = collection;
        this.idFields = documents.idFields();
        this.objectIds = documents.idType() == MongoIdType.OBJECT_ID;
        int first = collection == null ? 1 : 0;
        int next = first + idFields.size();
        for (String field : documents.shardKey()) {
            int idPart = idFields.indexOf(field);
            shardParts.put(field, idPart >= 0 ? first + idPart : next++);
        }
        this.parts = next;
    }

    /** The document that {@code key} means; an IllegalArgumentException says what is wrong with the key. */
    MongoTarget target(ChangeKey key) {
        if (key.size() != parts) {
            throw new IllegalArgumentException("key must have " + parts + (parts == 1 ? " part" : " parts") + " ("
                    + describeParts() + "), got " + key.size() + " in key=" + key);
        }
        String into = collection == null ? collectionOf(key) : collection;
        int first = collection == null ? 1 : 0;
        Map<String, BsonValue> shard = Map.of();
        if (!shardParts.isEmpty()) {
            shard = new LinkedHashMap<>();
            for (Map.Entry<String, Integer> field : shardParts.entrySet()) {
                shard.put(field.getKey(), value(key.part(field.getValue())));
            }
        }
        return new MongoTarget(into, id(key, first), shard);
    }

    private BsonValue id(ChangeKey key, int first) {
        if (idFields.size() == 1) {
            return idPart(key, first);
        }
        BsonDocument id = new BsonDocument();
        for (int i = 0; i < idFields.size(); i++) {
            id.put(idFields.get(i), idPart(key, first + i));
        }
        return id;
    }

    private BsonValue idPart(ChangeKey key, int index) {
        return id(key.part(index));
    }

    /** A part of {@code _id} as BSON. */
    BsonValue id(Object part) {
        if (objectIds && part instanceof String hex) {
            if (!ObjectId.isValid(hex)) {
                throw new IllegalArgumentException(
                        "an ObjectId must have 24 hexadecimal digits, got the key part '" + hex + "'");
            }
            return new BsonObjectId(new ObjectId(hex));
        }
        return value(part);
    }

    private String collectionOf(ChangeKey key) {
        if (key.part(0) instanceof String name && MongoOptionRules.isCollection(name)) {
            return name;
        }
        throw new IllegalArgumentException("the first part of a key must name a collection, got key=" + key);
    }

    private String describeParts() {
        StringBuilder text = new StringBuilder(collection == null ? "collection, " : "");
        text.append(String.join(", ", idFields));
        shardParts.forEach((field, part) -> text.append(idFields.contains(field) ? "" : ", shard key " + field));
        return text.toString();
    }

    /** A key part as BSON. Times must be whole milliseconds: cut, two keys could become one. */
    static BsonValue value(Object part) {
        if (part instanceof String text) {
            return new BsonString(text);
        } else if (part instanceof Long number) {
            return new BsonInt64(number);
        } else if (part instanceof BigDecimal number) {
            return decimal(number);
        } else if (part instanceof Boolean bool) {
            return BsonBoolean.valueOf(bool);
        } else if (part instanceof byte[] bytes) {
            return new BsonBinary(bytes);
        } else if (part instanceof UUID uuid) {
            return new BsonBinary(uuid);
        } else if (part instanceof Instant instant) {
            return time(instant);
        } else if (part instanceof LocalDateTime time) {
            return time(time.toInstant(ZoneOffset.UTC));
        } else if (part instanceof LocalTime time) {
            if (time.toNanoOfDay() % 1_000_000 != 0) {
                throw new IllegalArgumentException(
                        "a time in a key must be in whole milliseconds (BSON date), got " + time);
            }
            return new BsonString(RowWriter.TIME.format(time));
        } else if (part instanceof LocalDate date) {
            return time(date.atStartOfDay().toInstant(ZoneOffset.UTC));
        }
        throw new IllegalArgumentException(
                "no BSON type for a key part of " + part.getClass().getName());
    }

    private static BsonValue decimal(BigDecimal number) {
        try {
            return new BsonDecimal128(new Decimal128(number));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a number in a key must fit Decimal128 (34 digits), got " + number, e);
        }
    }

    private static BsonValue time(Instant instant) {
        if (!Instant.ofEpochMilli(instant.toEpochMilli()).equals(instant)) {
            throw new IllegalArgumentException(
                    "a time in a key must be in whole milliseconds (BSON date), got " + instant);
        }
        return new BsonDateTime(instant.toEpochMilli());
    }

    /** {@code value} such that what MongoDB takes for equal is equal: numbers of all types by their value. */
    static Object canonical(BsonValue value) {
        if (value.isNumber() || value.isDecimal128()) {
            return number(value);
        } else if (value.isDocument()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            value.asDocument().forEach((name, field) -> fields.put(name, canonical(field)));
            // Entries, since field order counts.
            return List.copyOf(fields.entrySet());
        }
        return value;
    }

    private static Object number(BsonValue value) {
        if (value.isInt32() || value.isInt64()) {
            return BigDecimal.valueOf(value.asNumber().longValue());
        }
        try {
            BigDecimal exact = value.isDouble()
                    ? new BigDecimal(value.asDouble().getValue())
                    : value.asDecimal128().getValue().bigDecimalValue();
            return exact.signum() == 0 ? BigDecimal.ZERO : plain(exact.stripTrailingZeros());
        } catch (ArithmeticException | NumberFormatException e) {
            return value; // NaN, infinities and negative zero.
        }
    }

    /** Scale 0 for whole numbers, as {@code BigDecimal.valueOf(long)} has. */
    private static BigDecimal plain(BigDecimal stripped) {
        boolean whole = stripped.scale() < 0 && stripped.precision() - (long) stripped.scale() <= 40;
        return whole ? stripped.setScale(0) : stripped;
    }
}
