package io.connectorkit.mongodb;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.connection.ClusterType;
import io.connectorkit.failure.FailureKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** What a sink proves of its server before it takes a change: login, transactions, shard key, tombstone index. */
record MongoServerCheck(MongoClient client, MongoOptions options, MongoDocumentOptions documents) {

    /** Another index on the same field, or the same with another life time (error_codes.yml). */
    private static final Set<Integer> INDEX_CONFLICTS = Set.of(85, 86);

    static MongoServerCheck of(MongoClient client, MongoOptions options, MongoDocumentOptions documents) {
        return new MongoServerCheck(client, options, documents);
    }

    void run(MongoDatabase database) throws IOException {
        database.runCommand(new BsonDocument("ping", new BsonInt32(1)));
        ClusterType type = client.getClusterDescription().getType();
        if (options.transactional() && type == ClusterType.STANDALONE) {
            throw new IOException("transactions must run on a replica set or a sharded cluster (MongoDB), got a"
                    + " standalone server; leave withTransactions out");
        }
        String collection = options.collection();
        if (collection == null) {
            return;
        }
        if (type == ClusterType.SHARDED) {
            checkShardKey(collection);
        }
        Duration ttl = documents.tombstoneTtl();
        if (ttl != null) {
            createTombstoneIndex(database.getCollection(collection, BsonDocument.class), ttl);
        }
    }

    /** A guard without the shard key would be a scatter write at best, and refused for an upsert. */
    private void checkShardKey(String collection) throws IOException {
        BsonDocument sharded;
        try {
            sharded = client.getDatabase("config")
                    .getCollection("collections", BsonDocument.class)
                    .find(new BsonDocument(
                            MongoDocumentOptions.ID, new BsonString(options.database() + "." + collection)))
                    .first();
        } catch (MongoCommandException e) {
            if (e.getErrorCode() == 13) {
                // Not everybody may read config; then the first write without the key says so (error 61).
                return;
            }
            throw e;
        }
        if (sharded == null || !sharded.containsKey("key")) {
            return;
        }
        List<String> needed = new ArrayList<>(sharded.getDocument("key").keySet());
        needed.remove(MongoDocumentOptions.ID);
        if (!documents.shardKey().containsAll(needed)) {
            throw new IOException("shard key of " + options.displayName() + " must be named by withShardKey, which has "
                    + documents.shardKey() + ", got "
                    + sharded.getDocument("key").toJson());
        }
    }

    private void createTombstoneIndex(MongoCollection<BsonDocument> collection, Duration ttl) throws IOException {
        String field = documents.deletedAtField();
        try {
            collection.createIndex(
                    new BsonDocument(field, new BsonInt32(1)),
                    new IndexOptions().name(field + "_ttl").expireAfter(ttl.toSeconds(), TimeUnit.SECONDS));
        } catch (MongoCommandException e) {
            if (!INDEX_CONFLICTS.contains(e.getErrorCode())) {
                throw e;
            }
            throw new IOException(
                    "the index on '" + field + "' of " + options.displayName() + " must expire tombstones after "
                            + ttl.toSeconds() + " s (tombstone ttl), got an index with other options; drop it, or give"
                            + " the sink its life time",
                    MongoFailures.safe(e));
        }
    }

    /** Why nothing can be written, naming the option to look at. */
    static IOException refused(MongoOptions options, MongoException e) {
        FailureKind kind = MongoFailures.kind(e);
        boolean login = e.getCode() == 18 || e instanceof com.mongodb.MongoSecurityException;
        String rule;
        if (login || (kind == FailureKind.FATAL && e instanceof com.mongodb.MongoTimeoutException)) {
            rule = "username and password must be accepted by the servers of uri";
        } else if (e.getCode() == 13) {
            rule = "the user must be allowed to read and write " + options.displayName();
        } else {
            rule = "uri must lead to a server that can be written to within connect-timeout ("
                    + options.connectTimeout().toMillis() + " ms)";
        }
        Exception safe = MongoFailures.safe(e);
        return new IOException(
                rule + ", got " + MongoOptionRules.masked(options.uri()) + ": " + safe.getMessage(), safe);
    }
}
