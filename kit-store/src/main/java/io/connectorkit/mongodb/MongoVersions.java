package io.connectorkit.mongodb;

import io.connectorkit.change.ChangeVersion;
import java.math.BigDecimal;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonType;
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
    static void guard(BsonBytes filter, String field, ChangeVersion version, boolean equalPasses) {
        filter.name(BsonType.ARRAY, "$or");
        int older = filter.start();
        int conditions = 0;
        condition(filter, conditions++, field, equalPasses ? "$lte" : "$lt", value(version));
        if (!version.isLong()) {
            condition(filter, conditions++, field, "$lte", ANY_LONG);
        }
        filter.name(BsonType.DOCUMENT, String.valueOf(conditions));
        int missing = filter.start();
        filter.put(field, BsonNull.VALUE);
        filter.end(missing);
        filter.end(older);
    }

    private static void condition(BsonBytes filter, int index, String field, String operator, BsonValue value) {
        filter.name(BsonType.DOCUMENT, String.valueOf(index));
        int condition = filter.start();
        filter.name(BsonType.DOCUMENT, field);
        int comparison = filter.start();
        filter.put(operator, value);
        filter.end(comparison);
        filter.end(condition);
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
