package io.connectorkit.mongodb;

import io.connectorkit.change.ChangeKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Keys as a filter, and documents back to what tells their key. Immutable. */
final class MongoLookupQuery implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final BsonInt32 SHOWN = new BsonInt32(1);

    private final MongoDocumentOptions documents;
    private final MongoKeys keys;
    private final List<String> fields;
    private final List<String> shown;
    private final BsonDocument condition;

    /**
     * @param keyFields empty for {@code _id} and the shard key
     * @param shown empty for whole documents
     * @param condition what documents must match besides; empty for nothing
     */
    MongoLookupQuery(
            MongoDocumentOptions documents, List<String> keyFields, List<String> shown, BsonDocument condition) {
        this.documents = documents;
        this.keys = new MongoKeys("", documents);
        this.fields = keyFields;
        this.shown = shown;
        this.condition = condition;
    }

    /** What {@code key} is looked up by; an IllegalArgumentException says what is wrong with it. */
    List<BsonValue> values(ChangeKey key) {
        if (fields.isEmpty()) {
            MongoTarget target = keys.target(key);
            List<BsonValue> values = new ArrayList<>();
            values.add(target.id());
            values.addAll(target.shardFields().values());
            return values;
        }
        if (key.size() != fields.size()) {
            throw new IllegalArgumentException(
                    "key must have " + fields.size() + " parts " + fields + ", got " + key.size() + " in key=" + key);
        }
        List<BsonValue> values = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            values.add(
                    fields.get(i).equals(MongoDocumentOptions.ID)
                            ? keys.id(key.part(i))
                            : MongoKeys.value(key.part(i)));
        }
        return values;
    }

    /** The fields that {@link #values} are of. */
    private List<String> paths() {
        if (!fields.isEmpty()) {
            return fields;
        }
        List<String> paths = new ArrayList<>();
        paths.add(MongoDocumentOptions.ID);
        paths.addAll(documents.shardKey());
        return paths;
    }

    BsonDocument filter(List<List<BsonValue>> wanted) {
        List<String> paths = paths();
        BsonArray all = new BsonArray();
        BsonDocument filter;
        if (paths.size() == 1) {
            wanted.forEach(values -> all.add(values.get(0)));
            filter = new BsonDocument(paths.get(0), new BsonDocument("$in", all));
        } else {
            for (List<BsonValue> values : wanted) {
                BsonDocument one = new BsonDocument();
                for (int i = 0; i < paths.size(); i++) {
                    one.put(paths.get(i), values.get(i));
                }
                all.add(one);
            }
            filter = new BsonDocument("$or", all);
        }
        filter.putAll(condition);
        return documents.tombstones() ? filter.append(documents.deletedAtField(), BsonNull.VALUE) : filter;
    }

    @Nullable
    BsonDocument projection() {
        return shown.isEmpty() ? null : projection(shown, paths());
    }

    /** A path inside another one's is left out: MongoDB refuses both together. */
    static BsonDocument projection(List<String> shown, List<String> needed) {
        Set<String> all = new LinkedHashSet<>(needed);
        all.addAll(shown);
        BsonDocument projection = new BsonDocument();
        if (!all.contains(MongoDocumentOptions.ID)) {
            projection.put(MongoDocumentOptions.ID, new BsonInt32(0));
        }
        for (String path : all) {
            if (all.stream().noneMatch(other -> path.startsWith(other + "."))) {
                projection.put(path, SHOWN);
            }
        }
        return projection;
    }

    /** What a document's key is compared by; null if it has no such key, as an array has none. */
    @Nullable
    List<Object> keyOf(BsonDocument document) {
        List<Object> key = new ArrayList<>();
        for (String path : paths()) {
            BsonValue value = Fields.value(document, path);
            if (value == null || value.isArray()) {
                return null;
            }
            key.add(MongoKeys.canonical(value));
        }
        return key;
    }

    static List<Object> canonical(List<BsonValue> values) {
        List<Object> key = new ArrayList<>();
        values.forEach(value -> key.add(MongoKeys.canonical(value)));
        return key;
    }
}
