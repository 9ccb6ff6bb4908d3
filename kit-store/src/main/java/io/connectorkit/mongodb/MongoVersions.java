package io.connectorkit.mongodb;

import io.connectorkit.change.ChangeVersion;
import java.math.BigDecimal;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Versions as MongoDB holds them: up to 64 bits as a long, wider ones as 60 digits of text. Comparisons in MongoDB stay
 * within a type, so the filter names each type that is older.
 */
final class MongoVersions {

    private static final BsonInt64 ANY_LONG = new BsonInt64(Long.MAX_VALUE);

    private MongoVersions() {}

    static BsonValue value(ChangeVersion version) {
        return version.isLong() ? new BsonInt64(version.longValue()) : new BsonString(version.fixedWidth());
    }

    /**
     * Adds to {@code filter} that the document's version is older: one without a version always is.
     *
     * @param equalPasses whether an equal version is written again; false for steps, which must happen once
     */
    static void guard(BsonDocument filter, String field, ChangeVersion version, boolean equalPasses) {
        BsonArray older = new BsonArray();
        older.add(condition(field, equalPasses ? "$lte" : "$lt", value(version)));
        if (!version.isLong()) {
            older.add(condition(field, "$lte", ANY_LONG));
        }
        older.add(new BsonDocument(field, BsonNull.VALUE));
        filter.put("$or", older);
    }

    private static BsonDocument condition(String field, String operator, BsonValue value) {
        return new BsonDocument(field, new BsonDocument(operator, value));
    }

    /** Whether a document with {@code stored} as its version keeps {@code version} out: what the guard says, in Java. */
    static boolean keepsOut(@Nullable BsonValue stored, ChangeVersion version, boolean equalPasses) {
        if (stored == null || stored.isNull()) {
            return false;
        }
        int order;
        if (stored.isString()) {
            order = version.isLong() ? 1 : stored.asString().getValue().compareTo(version.fixedWidth());
        } else if (stored.isInt64() || stored.isInt32()) {
            order = version.isLong() ? Long.compare(stored.asNumber().longValue(), version.longValue()) : -1;
        } else if (MongoKeys.canonical(stored) instanceof BigDecimal number) {
            order = number.compareTo(new BigDecimal(version.toBigInteger()));
        } else {
            order = 1;
        }
        return equalPasses ? order > 0 : order >= 0;
    }
}
