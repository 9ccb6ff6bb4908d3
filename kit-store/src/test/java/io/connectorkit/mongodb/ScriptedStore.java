package io.connectorkit.mongodb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Collections in memory and the few commands that the kit sends, with snapshot transactions. Thread-safe. */
final class ScriptedStore {

    private final Map<String, Map<Object, BsonDocument>> collections = new HashMap<>();
    private final Map<BsonValue, Transaction> transactions = new HashMap<>();
    private final Set<String> shardKey = new HashSet<>();

    /** Writes without these fields in their filter are refused, as a router does. */
    synchronized void shardBy(String... fields) {
        shardKey.addAll(List.of(fields));
    }

    synchronized void put(String namespace, String document) {
        BsonDocument parsed = BsonDocument.parse(document);
        collection(collections, namespace).put(MongoKeys.canonical(parsed.get("_id")), parsed);
    }

    synchronized List<BsonDocument> documents(String namespace) {
        return List.copyOf(collection(collections, namespace).values());
    }

    private static Map<Object, BsonDocument> collection(Map<String, Map<Object, BsonDocument>> in, String namespace) {
        return in.computeIfAbsent(namespace, name -> new LinkedHashMap<>());
    }

    synchronized BsonDocument run(BsonDocument body) {
        String command = body.getFirstKey();
        if (body.containsKey("startTransaction")) {
            transactions.put(body.get("lsid"), new Transaction());
        }
        Transaction transaction = body.containsKey("autocommit") ? transactions.get(body.get("lsid")) : null;
        if (command.equals("abortTransaction")) {
            transactions.remove(body.get("lsid"));
            return ScriptedMongo.ok();
        } else if (command.equals("commitTransaction")) {
            Transaction ended = transactions.remove(body.get("lsid"));
            return ended == null ? ScriptedMongo.ok() : ended.commit();
        } else if (!Set.of("find", "insert", "update", "delete").contains(command)) {
            return ScriptedMongo.ok();
        }
        String namespace =
                body.getString("$db").getValue() + "." + body.getString(command).getValue();
        Map<Object, BsonDocument> documents =
                collection(transaction == null ? collections : transaction.seen, namespace);
        Set<Object> touched = transaction == null
                ? new HashSet<>()
                : transaction.touched.computeIfAbsent(namespace, name -> new HashSet<>());
        return switch (command) {
            case "find" -> find(namespace, documents, body);
            case "insert" -> new Writes(documents, touched).insert(body.getArray("documents"));
            case "update" -> new Writes(documents, touched).update(body.getArray("updates"));
            default -> new Writes(documents, touched).delete(body.getArray("deletes"));
        };
    }

    private static BsonDocument find(String namespace, Map<Object, BsonDocument> documents, BsonDocument body) {
        BsonArray batch = new BsonArray();
        for (BsonDocument document : documents.values()) {
            if (matches(document, body.getDocument("filter", new BsonDocument()))) {
                batch.add(document);
            }
        }
        return ScriptedMongo.ok()
                .append(
                        "cursor",
                        new BsonDocument("id", new BsonInt64(0))
                                .append("ns", new BsonString(namespace))
                                .append("firstBatch", batch));
    }

    private static boolean matches(BsonDocument document, BsonDocument filter) {
        for (Map.Entry<String, BsonValue> entry : filter.entrySet()) {
            boolean holds =
                    switch (entry.getKey()) {
                        case "$or" ->
                            entry.getValue().asArray().stream().anyMatch(each -> matches(document, each.asDocument()));
                        case "$and" ->
                            entry.getValue().asArray().stream().allMatch(each -> matches(document, each.asDocument()));
                        default -> matches(value(document, entry.getKey()), entry.getValue());
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private static BsonValue value(BsonDocument document, String path) {
        BsonValue value = document;
        for (String name : path.split("\\.", -1)) {
            value = value.isDocument() ? value.asDocument().get(name, BsonNull.VALUE) : BsonNull.VALUE;
        }
        return value;
    }

    private static boolean matches(BsonValue value, BsonValue condition) {
        if (!condition.isDocument() || !condition.asDocument().getFirstKey().startsWith("$")) {
            return equal(value, condition);
        }
        for (Map.Entry<String, BsonValue> operator : condition.asDocument().entrySet()) {
            BsonValue other = operator.getValue();
            boolean holds =
                    switch (operator.getKey()) {
                        case "$in" -> other.asArray().stream().anyMatch(each -> equal(value, each));
                        case "$exists" -> other.asBoolean().getValue() != value.isNull();
                        case "$lte" -> sameType(value, other) && compare(value, other) <= 0;
                        case "$lt" -> sameType(value, other) && compare(value, other) < 0;
                        case "$gte" -> sameType(value, other) && compare(value, other) >= 0;
                        case "$gt" -> sameType(value, other) && compare(value, other) > 0;
                        default -> throw new IllegalArgumentException("not scripted: " + operator.getKey());
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(BsonValue value, BsonValue other) {
        return MongoKeys.canonical(value).equals(MongoKeys.canonical(other));
    }

    private static boolean sameType(BsonValue value, BsonValue other) {
        return (value.isNumber() && other.isNumber()) || (value.isString() && other.isString());
    }

    private static int compare(BsonValue value, BsonValue other) {
        return value.isString()
                ? value.asString().compareTo(other.asString())
                : Double.compare(
                        value.asNumber().doubleValue(), other.asNumber().doubleValue());
    }

    /** What a transaction sees and has changed; it fails at its end when another writer was in between. */
    private final class Transaction {
        private final Map<String, Map<Object, BsonDocument>> before = copy(collections);
        private final Map<String, Map<Object, BsonDocument>> seen = copy(collections);
        private final Map<String, Set<Object>> touched = new HashMap<>();

        private static Map<String, Map<Object, BsonDocument>> copy(Map<String, Map<Object, BsonDocument>> of) {
            Map<String, Map<Object, BsonDocument>> copy = new HashMap<>();
            of.forEach((name, documents) -> copy.put(name, new LinkedHashMap<>(documents)));
            return copy;
        }

        BsonDocument commit() {
            for (Map.Entry<String, Set<Object>> entry : touched.entrySet()) {
                for (Object id : entry.getValue()) {
                    BsonDocument was = collection(before, entry.getKey()).get(id);
                    if (!Objects.equals(
                            was, collection(collections, entry.getKey()).get(id))) {
                        return BsonDocument.parse("{ok: 0.0, code: 112, codeName: 'WriteConflict',"
                                + " errmsg: 'Write conflict', errorLabels: ['TransientTransactionError']}");
                    }
                }
            }
            touched.forEach((name, ids) -> ids.forEach(id -> {
                BsonDocument now = collection(seen, name).get(id);
                if (now == null) {
                    collection(collections, name).remove(id);
                } else {
                    collection(collections, name).put(id, now);
                }
            }));
            return ScriptedMongo.ok();
        }
    }

    /** One write command on the documents of a collection. */
    private final class Writes {
        private final Map<Object, BsonDocument> documents;
        private final Set<Object> touched;
        private final BsonArray upserted = new BsonArray();
        private final BsonArray errors = new BsonArray();
        private int n;

        Writes(Map<Object, BsonDocument> documents, Set<Object> touched) {
            this.documents = documents;
            this.touched = touched;
        }

        BsonDocument insert(BsonArray inserts) {
            for (int i = 0; i < inserts.size(); i++) {
                n += insert(i, inserts.get(i).asDocument()) ? 1 : 0;
            }
            return result();
        }

        private boolean insert(int index, BsonDocument document) {
            Object id = MongoKeys.canonical(document.get("_id"));
            if (document.containsKey("refused")) {
                error(index, 121, "Document failed validation");
                return false;
            } else if (documents.containsKey(id)) {
                error(
                        index,
                        11000,
                        "E11000 duplicate key error collection: db.c index: _id_ dup key: { _id: \"s3cret\" }");
                return false;
            }
            touched.add(id);
            documents.put(id, document);
            return true;
        }

        BsonDocument update(BsonArray updates) {
            for (int i = 0; i < updates.size(); i++) {
                update(i, updates.get(i).asDocument());
            }
            return result().append("nModified", new BsonInt32(n - upserted.size()));
        }

        private void update(int index, BsonDocument update) {
            BsonDocument filter = update.getDocument("q");
            BsonDocument change = update.getDocument("u");
            if (!filter.keySet().containsAll(shardKey)) {
                error(index, 61, "Failed to target upsert by query :: could not extract exact shard key");
                return;
            }
            BsonDocument found = first(filter);
            if (found == null) {
                BsonDocument document = applied(new BsonDocument("_id", filter.get("_id")), change, true);
                if (insert(index, document)) {
                    n++;
                    upserted.add(new BsonDocument("index", new BsonInt32(index)).append("_id", filter.get("_id")));
                }
                return;
            }
            BsonDocument document = applied(found, change, false);
            if (document.containsKey("refused")) {
                error(index, 121, "Document failed validation");
                return;
            }
            Object id = MongoKeys.canonical(found.get("_id"));
            touched.add(id);
            documents.put(id, document);
            n++;
        }

        private BsonDocument applied(BsonDocument before, BsonDocument change, boolean inserted) {
            if (!change.getFirstKey().startsWith("$")) {
                return change;
            }
            BsonDocument document = new BsonDocument();
            document.putAll(before);
            change.forEach((operator, fields) -> fields.asDocument().forEach((field, value) -> {
                switch (operator) {
                    case "$set" -> document.put(field, value);
                    case "$unset" -> document.remove(field);
                    case "$setOnInsert" -> {
                        if (inserted) {
                            document.put(field, value);
                        }
                    }
                    case "$inc" ->
                        document.put(
                                field,
                                new BsonInt32(document.getInt32(field, new BsonInt32(0))
                                                .getValue()
                                        + value.asNumber().intValue()));
                    default -> throw new IllegalArgumentException("not scripted: " + operator);
                }
            }));
            return document;
        }

        BsonDocument delete(BsonArray deletes) {
            for (BsonValue delete : deletes) {
                BsonDocument found = first(delete.asDocument().getDocument("q"));
                if (found != null) {
                    Object id = MongoKeys.canonical(found.get("_id"));
                    touched.add(id);
                    documents.remove(id);
                    n++;
                }
            }
            return result();
        }

        private BsonDocument first(BsonDocument filter) {
            BsonDocument found = documents.get(MongoKeys.canonical(filter.get("_id")));
            return found != null && matches(found, filter) ? found : null;
        }

        private void error(int index, int code, String message) {
            errors.add(new BsonDocument("index", new BsonInt32(index))
                    .append("code", new BsonInt32(code))
                    .append("errmsg", new BsonString(message)));
        }

        private BsonDocument result() {
            BsonDocument result = ScriptedMongo.ok().append("n", new BsonInt32(n));
            if (!upserted.isEmpty()) {
                result.append("upserted", upserted);
            }
            if (!errors.isEmpty()) {
                result.append("writeErrors", errors);
            }
            return result;
        }
    }

    /** All documents of a collection as JSON, for failure output. */
    synchronized List<String> json(String namespace) {
        List<String> all = new ArrayList<>();
        documents(namespace).forEach(document -> all.add(document.toJson()));
        return all;
    }
}
