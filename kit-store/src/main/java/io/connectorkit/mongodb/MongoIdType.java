package io.connectorkit.mongodb;

/** What a string in {@code _id} is stored as, the same in writes, lookups and filters. */
public enum MongoIdType {
    /** A string stays a string, even if it looks like an ObjectId. */
    AS_GIVEN,
    /** A string of 24 hexadecimal digits is an ObjectId; any other string is refused. */
    OBJECT_ID
}
