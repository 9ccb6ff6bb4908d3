package io.connectorkit.mongodb;

import io.connectorkit.table.RowFilter;
import io.connectorkit.table.RowFilter.Operator;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * SQL conditions as MongoDB filters, only where both mean exactly the same of every document: a comparison with NULL, or
 * with a missing field, never holds, not even {@code <>}.
 *
 * <p>Left to Flink: DECIMAL, FLOAT and DOUBLE (0.1 as a double is not 0.1 as a Decimal128), order of strings (an ObjectId
 * read as text has another one), TIME and all nested types.
 */
final class MongoFilters {

    private static final long DAY_MILLIS = 86_400_000L;

    private final RowType columns;

    MongoFilters(RowType columns) {
        this.columns = columns;
    }

    Optional<BsonDocument> of(RowFilter filter) {
        return Optional.ofNullable(translate(filter, false));
    }

    /** @param negated whether NOT stands in front: it is pushed inwards, as three-valued logic allows */
    private @Nullable BsonDocument translate(RowFilter filter, boolean negated) {
        if (filter instanceof RowFilter.And and) {
            return all(negated ? "$or" : "$and", and.parts(), negated);
        } else if (filter instanceof RowFilter.Or or) {
            return all(negated ? "$and" : "$or", or.parts(), negated);
        } else if (filter instanceof RowFilter.Not not) {
            return translate(not.part(), !negated);
        } else if (filter instanceof RowFilter.IsNull isNull) {
            return nullness(isNull.column(), !negated);
        } else if (filter instanceof RowFilter.IsNotNull isNotNull) {
            return nullness(isNotNull.column(), negated);
        } else if (filter instanceof RowFilter.Compare compare) {
            Operator operator = negated ? opposite(compare.operator()) : compare.operator();
            return compare(compare.column(), operator, compare.value(), compare.type());
        }
        return null;
    }

    private @Nullable BsonDocument all(String operator, List<RowFilter> parts, boolean negated) {
        List<BsonDocument> translated = new ArrayList<>();
        for (RowFilter part : parts) {
            BsonDocument one = translate(part, negated);
            if (one == null) {
                return null;
            }
            translated.add(one);
        }
        return new BsonDocument(operator, new BsonArray(translated));
    }

    /** In an array {@code null} finds elements, so that arrays are left to Flink. */
    private @Nullable BsonDocument nullness(String column, boolean isNull) {
        int index = columns.getFieldIndex(column);
        if (index < 0 || RowWriter.is(columns.getTypeAt(index), LogicalTypeRoot.ARRAY)) {
            return null;
        }
        return isNull ? new BsonDocument(column, BsonNull.VALUE) : condition(column, "$ne", BsonNull.VALUE);
    }

    private static Operator opposite(Operator operator) {
        return switch (operator) {
            case EQUAL -> Operator.NOT_EQUAL;
            case NOT_EQUAL -> Operator.EQUAL;
            case LESS -> Operator.GREATER_OR_EQUAL;
            case LESS_OR_EQUAL -> Operator.GREATER;
            case GREATER -> Operator.LESS_OR_EQUAL;
            case GREATER_OR_EQUAL -> Operator.LESS;
        };
    }

    private static @Nullable BsonDocument compare(String column, Operator operator, Object value, LogicalType type) {
        if (value instanceof String text) {
            return text(column, operator, text);
        } else if (value instanceof Boolean bool) {
            boolean equality = operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
            return equality ? compare(column, operator, List.of(BsonBoolean.valueOf(bool))) : null;
        } else if (value instanceof Long number) {
            return compare(column, operator, List.of(new BsonInt64(number)));
        } else if (value instanceof LocalDate date) {
            return date(column, operator, date.toEpochDay() * DAY_MILLIS);
        } else if (value instanceof LocalDateTime time) {
            return time(column, operator, time.toInstant(ZoneOffset.UTC), type);
        } else if (value instanceof Instant instant) {
            return time(column, operator, instant, type);
        }
        return null;
    }

    /** Also an ObjectId, which reads as its digits. What reads as JSON starts with a bracket: left to Flink. */
    private static @Nullable BsonDocument text(String column, Operator operator, String text) {
        boolean equality = operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
        if (!equality || text.startsWith("{") || text.startsWith("[")) {
            return null;
        }
        List<BsonValue> values = new ArrayList<>();
        values.add(new BsonString(text));
        if (ObjectId.isValid(text) && text.equals(new ObjectId(text).toHexString())) {
            values.add(new BsonObjectId(new ObjectId(text)));
        }
        return compare(column, operator, values);
    }

    /** A day is all its milliseconds. */
    private static BsonDocument date(String column, Operator operator, long start) {
        BsonDateTime first = new BsonDateTime(start);
        BsonDateTime next = new BsonDateTime(start + DAY_MILLIS);
        return switch (operator) {
            case EQUAL -> new BsonDocument(column, new BsonDocument("$gte", first).append("$lt", next));
            case NOT_EQUAL ->
                new BsonDocument(
                        "$or",
                        new BsonArray(List.of(condition(column, "$lt", first), condition(column, "$gte", next))));
            case LESS -> condition(column, "$lt", first);
            case LESS_OR_EQUAL -> condition(column, "$lt", next);
            case GREATER -> condition(column, "$gte", next);
            case GREATER_OR_EQUAL -> condition(column, "$gte", first);
        };
    }

    /** A BSON date has whole milliseconds: only literals and columns that have them compare alike. */
    private static @Nullable BsonDocument time(String column, Operator operator, Instant time, LogicalType type) {
        boolean exact =
                Instant.ofEpochMilli(time.toEpochMilli()).equals(time) && LogicalTypeChecks.getPrecision(type) >= 3;
        return exact ? compare(column, operator, List.of(new BsonDateTime(time.toEpochMilli()))) : null;
    }

    private static BsonDocument compare(String column, Operator operator, List<? extends BsonValue> values) {
        BsonValue value = values.get(0);
        return switch (operator) {
            case EQUAL ->
                values.size() == 1 ? new BsonDocument(column, value) : condition(column, "$in", new BsonArray(values));
            case NOT_EQUAL -> {
                BsonArray none = new BsonArray(values);
                none.add(BsonNull.VALUE);
                yield condition(column, "$nin", none);
            }
            case LESS -> condition(column, "$lt", value);
            case LESS_OR_EQUAL -> condition(column, "$lte", value);
            case GREATER -> condition(column, "$gt", value);
            case GREATER_OR_EQUAL -> condition(column, "$gte", value);
        };
    }

    private static BsonDocument condition(String column, String operator, BsonValue value) {
        return new BsonDocument(column, new BsonDocument(operator, value));
    }
}
