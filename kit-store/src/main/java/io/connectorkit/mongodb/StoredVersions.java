package io.connectorkit.mongodb;

import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import io.connectorkit.change.ChangeVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The versions that a collection holds of some documents, as its primary sees them. */
final class StoredVersions {

    private static final BsonInt32 SHOWN = new BsonInt32(1);

    private final Map<Object, BsonValue> versions;

    private StoredVersions(Map<Object, BsonValue> versions) {
        this.versions = versions;
    }

    /** Reads within {@code session} if there is one. */
    static StoredVersions read(
            MongoCollection<?> collection,
            @Nullable ClientSession session,
            MongoDocumentOptions documents,
            List<MongoTarget> targets) {
        BsonDocument projection = new BsonDocument(MongoDocumentOptions.ID, SHOWN);
        projection.put(documents.versionField(), SHOWN);
        MongoCollection<BsonDocument> primary =
                collection.withDocumentClass(BsonDocument.class).withReadPreference(ReadPreference.primary());
        BsonDocument filter = filter(targets, !documents.shardKey().isEmpty());
        FindIterable<BsonDocument> found = session == null ? primary.find(filter) : primary.find(session, filter);
        Map<Object, BsonValue> versions = new HashMap<>();
        for (BsonDocument document : found.projection(projection)) {
            BsonValue version = document.get(documents.versionField(), BsonNull.VALUE);
            versions.put(MongoKeys.canonical(document.get(MongoDocumentOptions.ID, BsonNull.VALUE)), version);
        }
        return new StoredVersions(versions);
    }

    private static BsonDocument filter(List<MongoTarget> targets, boolean sharded) {
        BsonArray values = new BsonArray(new ArrayList<>(targets.size()));
        for (MongoTarget target : targets) {
            values.add(sharded ? target.filter() : target.id());
        }
        return sharded
                ? new BsonDocument("$or", values)
                : new BsonDocument(MongoDocumentOptions.ID, new BsonDocument("$in", values));
    }

    boolean keepsOut(MongoTarget target, ChangeVersion version, boolean equalPasses) {
        return MongoVersions.keepsOut(versions.get(MongoKeys.canonical(target.id())), version, equalPasses);
    }

    boolean holds(MongoTarget target) {
        return versions.containsKey(MongoKeys.canonical(target.id()));
    }
}
