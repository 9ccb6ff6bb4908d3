package io.connectorkit.mongodb;

import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What a change becomes in MongoDB: one write whose filter holds the guard.
 *
 * <p>An upsert that the guard refuses finds no document, tries to insert one, and fails on the unique {@code _id}
 * (E11000): that is how a stale change shows.
 */
final class MongoWrites {

    private static final ReplaceOptions REPLACE = new ReplaceOptions().upsert(true);
    private static final UpdateOptions UPDATE = new UpdateOptions().upsert(true);

    /** Id, version and the operators around them. */
    private static final int FRAME_BYTES = 96;

    private final MongoDocumentOptions documents;
    private final WriteMode mode;
    private final boolean steps;
    private final InstantSource clock;
    private final byte[][] ownFields;

    /** @param steps whether payloads are update operators, each to be applied once, instead of whole documents */
    MongoWrites(MongoDocumentOptions documents, WriteMode mode, boolean steps, InstantSource clock) {
        this.documents = documents;
        this.mode = mode;
        this.steps = steps;
        this.clock = clock;
        this.ownFields = BsonBytes.encoded(
                List.of(MongoDocumentOptions.ID, documents.versionField(), documents.deletedAtField()));
    }

    MongoDocumentOptions documents() {
        return documents;
    }

    WriteMode mode() {
        return mode;
    }

    /** An IllegalArgumentException says why {@code change} can never be written. */
    WriteModel<RawBsonDocument> of(Change<BsonDocument> change, MongoTarget target) {
        if (change instanceof Change.Upsert<BsonDocument> upsert) {
            return upsert(upsert, target);
        } else if (documents.tombstones()) {
            return new ReplaceOneModel<>(filter(change, target), BsonPayload.raw(tombstone(change, target)), REPLACE);
        }
        return new DeleteOneModel<>(filter(change, target));
    }

    private WriteModel<RawBsonDocument> upsert(Change.Upsert<BsonDocument> change, MongoTarget target) {
        if (steps) {
            return new UpdateOneModel<>(filter(change, target), operators(change, target), UPDATE);
        }
        RawBsonDocument document = document(change, target);
        return mode == WriteMode.INSERT_ONLY
                ? new InsertOneModel<>(document)
                : new ReplaceOneModel<>(filter(change, target), document, REPLACE);
    }

    /** Whether a change whose version is stored already is written again: whole documents yes, steps no. */
    boolean equalPasses(Change<BsonDocument> change) {
        return !steps || change instanceof Change.Delete;
    }

    private RawBsonDocument filter(Change<BsonDocument> change, MongoTarget target) {
        BsonBytes filter = new BsonBytes(FRAME_BYTES);
        int start = filter.start();
        filter.put(MongoDocumentOptions.ID, target.id());
        target.shardFields().forEach(filter::put);
        ChangeVersion version = change.version();
        if (version != null) {
            MongoVersions.guard(filter, documents.versionField(), version, equalPasses(change));
        }
        filter.end(start);
        return filter.toDocument();
    }

    /** Most documents have no field of the sink's: id and version are put around their bytes. */
    private RawBsonDocument document(Change.Upsert<BsonDocument> change, MongoTarget target) {
        RawBsonDocument payload = BsonPayload.raw(change.payload());
        if (!target.shardFields().isEmpty() || BsonBytes.hasOneOf(payload, ownFields)) {
            return BsonPayload.raw(rebuilt(change, target));
        }
        BsonBytes document = new BsonBytes(payload.getByteLength() + FRAME_BYTES);
        int start = document.start();
        document.put(MongoDocumentOptions.ID, target.id());
        document.fields(payload);
        ChangeVersion version = change.version();
        if (version != null) {
            document.put(documents.versionField(), MongoVersions.value(version));
        }
        document.end(start);
        return document.toDocument();
    }

    private BsonDocument rebuilt(Change.Upsert<BsonDocument> change, MongoTarget target) {
        BsonDocument payload = change.payload();
        BsonDocument document = new BsonDocument();
        document.put(MongoDocumentOptions.ID, target.id());
        document.putAll(payload);
        BsonValue given = document.put(MongoDocumentOptions.ID, target.id());
        if (given != target.id() && !isTextOf(given, target.id())) {
            same(change, MongoDocumentOptions.ID, given, target.id());
        }
        target.shardFields().forEach((field, value) -> place(change, document, field, value));
        document.remove(documents.deletedAtField());
        stamp(document, change.version());
        return document;
    }

    /** The digits of an ObjectId, as a key has them. */
    private static boolean isTextOf(BsonValue given, BsonValue id) {
        return given.isString()
                && id.isObjectId()
                && given.asString()
                        .getValue()
                        .equalsIgnoreCase(id.asObjectId().getValue().toHexString());
    }

    private void stamp(BsonDocument document, @Nullable ChangeVersion version) {
        if (version != null) {
            document.put(documents.versionField(), MongoVersions.value(version));
        }
    }

    private BsonDocument tombstone(Change<BsonDocument> change, MongoTarget target) {
        BsonDocument tombstone = new BsonDocument(MongoDocumentOptions.ID, target.id());
        target.shardFields().forEach((field, value) -> place(change, tombstone, field, value));
        stamp(tombstone, change.version());
        tombstone.put(documents.deletedAtField(), new BsonDateTime(clock.millis()));
        return tombstone;
    }

    /** Puts a shard key field where its dotted path says, unless it is there. */
    private static void place(Change<?> change, BsonDocument document, String path, BsonValue value) {
        BsonDocument parent = document;
        String name = path;
        for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.')) {
            String step = name.substring(0, dot);
            BsonValue child = parent.get(step);
            BsonDocument next = child != null && child.isDocument() ? copy(child.asDocument()) : new BsonDocument();
            parent.put(step, next);
            parent = next;
            name = name.substring(dot + 1);
        }
        BsonValue given = parent.put(name, value);
        if (given != null) {
            same(change, path, given, value);
        }
    }

    /** The payload is the user's: what is changed in it is a copy. */
    private static BsonDocument copy(BsonDocument document) {
        BsonDocument copy = new BsonDocument();
        copy.putAll(document);
        return copy;
    }

    private static void same(Change<?> change, String field, BsonValue given, BsonValue key) {
        if (!MongoKeys.canonical(given).equals(MongoKeys.canonical(key))) {
            throw new IllegalArgumentException(
                    "field '" + field + "' of a document must be absent or what its key says,"
                            + " got something else in the document of key=" + change.key());
        }
    }

    /** The user's operators, and the version with them; a key that was deleted lives again. */
    private BsonDocument operators(Change.Upsert<BsonDocument> change, MongoTarget target) {
        BsonDocument operators = copy(change.payload());
        for (Map.Entry<String, BsonValue> operator : operators.entrySet()) {
            if (!operator.getKey().startsWith("$") || !operator.getValue().isDocument()) {
                throw new IllegalArgumentException("an update must have operators such as $set with a document each,"
                        + " got '" + operator.getKey() + "' in the update of key=" + change.key());
            }
            for (String field : operator.getValue().asDocument().keySet()) {
                if (isOwn(field, target)) {
                    throw new IllegalArgumentException("an update must leave the fields of key, version and tombstone"
                            + " alone, got '" + field + "' in the update of key=" + change.key());
                }
            }
        }
        ChangeVersion version = change.version();
        if (version != null) {
            add(operators, "$set", documents.versionField(), MongoVersions.value(version));
        }
        if (documents.tombstones()) {
            add(operators, "$unset", documents.deletedAtField(), new BsonString(""));
        }
        return operators;
    }

    private boolean isOwn(String field, MongoTarget target) {
        return field.equals(MongoDocumentOptions.ID)
                || field.startsWith(MongoDocumentOptions.ID + ".")
                || field.equals(documents.versionField())
                || field.equals(documents.deletedAtField())
                || target.shardFields().containsKey(field);
    }

    private static void add(BsonDocument operators, String operator, String field, BsonValue value) {
        BsonValue fields = operators.get(operator);
        BsonDocument more = fields == null ? new BsonDocument() : copy(fields.asDocument());
        more.put(field, value);
        operators.put(operator, more);
    }
}
