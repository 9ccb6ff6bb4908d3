package io.connectorkit.mongodb;

import java.util.List;
import org.bson.BsonType;
import org.bson.BsonValue;

/**
 * The types of {@code _id} in MongoDB's order of comparison, by their {@code $type} aliases. Comparisons in filters stay
 * within a type, so a range names the type of its ids (MongoDB, "Comparison/Sort Order").
 */
final class IdTypes {

    private static final List<String> ORDER = List.of(
            "minKey",
            "null",
            "number",
            "string",
            "object",
            "binData",
            "objectId",
            "bool",
            "date",
            "timestamp",
            "maxKey");

    private IdTypes() {}

    static List<String> all() {
        return ORDER;
    }

    /** The alias of the type of {@code id}. */
    static String of(BsonValue id) {
        BsonType type = id.getBsonType();
        return switch (type) {
            case INT32, INT64, DOUBLE, DECIMAL128 -> "number";
            case STRING -> "string";
            case DOCUMENT -> "object";
            case BINARY -> "binData";
            case OBJECT_ID -> "objectId";
            case BOOLEAN -> "bool";
            case DATE_TIME -> "date";
            case TIMESTAMP -> "timestamp";
            case NULL -> "null";
            case MIN_KEY -> "minKey";
            case MAX_KEY -> "maxKey";
            default ->
                throw new IllegalArgumentException("_id must be of a type that MongoDB still supports, got " + type);
        };
    }

    /** The types that come after that of {@code id}. */
    static List<String> after(BsonValue id) {
        return ORDER.subList(ORDER.indexOf(of(id)) + 1, ORDER.size());
    }
}
