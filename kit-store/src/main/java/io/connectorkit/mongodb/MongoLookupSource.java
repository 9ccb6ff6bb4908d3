package io.connectorkit.mongodb;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.BlockingLookupSource;
import io.connectorkit.lookup.LookupException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** A collection as a lookup source: one query for each request. */
final class MongoLookupSource<V> implements BlockingLookupSource<ChangeKey, V> {

    private final SharedClient client;
    private final MongoCollection<BsonDocument> collection;
    private final MongoLookupQuery query;
    private final MongoDocumentMapper<V> mapper;
    private final @Nullable BinaryOperator<V> merge;
    private final @Nullable BsonDocument projection;

    /** @param merge joins what several documents of one key map to; null where there must be one */
    MongoLookupSource(
            SharedClient client,
            MongoCollection<BsonDocument> collection,
            MongoLookupQuery query,
            MongoDocumentMapper<V> mapper,
            @Nullable BinaryOperator<V> merge) {
        this.client = client;
        this.collection = collection;
        this.query = query;
        this.mapper = mapper;
        this.merge = merge;
        this.projection = query.projection();
    }

    @Override
    public Map<ChangeKey, V> fetch(List<ChangeKey> keys) throws LookupException {
        Map<List<Object>, ChangeKey> asked = new HashMap<>();
        List<List<BsonValue>> wanted = new ArrayList<>(keys.size());
        for (ChangeKey key : keys) {
            try {
                List<BsonValue> values = query.values(key);
                wanted.add(values);
                if (asked.put(MongoLookupQuery.canonical(values), key) != null) {
                    throw new IllegalArgumentException(
                            "keys of one request must differ as BSON, got key=" + key + " and an equal one");
                }
            } catch (IllegalArgumentException e) {
                throw new LookupException(FailureKind.REJECTED, "key=" + key + ": " + e.getMessage(), e);
            }
        }
        try {
            return read(asked, wanted);
        } catch (RuntimeException e) {
            Exception safe = MongoFailures.safe(e);
            throw new LookupException(MongoFailures.kind(e), String.valueOf(safe.getMessage()), safe);
        }
    }

    private Map<ChangeKey, V> read(Map<List<Object>, ChangeKey> asked, List<List<BsonValue>> wanted)
            throws LookupException {
        FindIterable<BsonDocument> found = collection.find(query.filter(wanted)).batchSize(wanted.size() + 1);
        Map<ChangeKey, V> values = new HashMap<>();
        try (MongoCursor<BsonDocument> documents = found.projection(projection).iterator()) {
            while (documents.hasNext()) {
                BsonDocument document = documents.next();
                List<Object> parts = query.keyOf(document);
                ChangeKey key = parts == null ? null : asked.get(parts);
                if (key == null) {
                    throw fatal(
                            "key fields must hold single values, got a document with an array in one of them", null);
                }
                V value = value(document, key);
                V before = values.get(key);
                if (before != null && merge == null) {
                    throw fatal("key fields must be unique, got several documents for key=" + key, null);
                }
                values.put(key, before == null || merge == null ? value : merge.apply(before, value));
            }
        }
        return values;
    }

    private V value(BsonDocument document, ChangeKey key) throws LookupException {
        V value;
        try {
            value = mapper.map(document);
        } catch (Exception e) {
            throw fatal(
                    "the mapper failed on the document of key=" + key + ": "
                            + e.getClass().getName(),
                    new MongoFailure(
                            e.getClass().getName() + " (its message is withheld, it may quote the document)", e));
        }
        if (value == null) {
            throw fatal("the mapper must not return null, got it for key=" + key, null);
        }
        return value;
    }

    private static LookupException fatal(String message, @Nullable Exception cause) {
        return new LookupException(FailureKind.FATAL, message, cause);
    }

    @Override
    public void close() {
        client.close();
    }
}
