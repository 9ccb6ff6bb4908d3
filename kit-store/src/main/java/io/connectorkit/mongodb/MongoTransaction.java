package io.connectorkit.mongodb;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.WriteModel;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/**
 * Writes a batch in one transaction. A refused write would abort all of it, so the stale changes are found first, by the
 * same snapshot that the writes are checked against: a writer in between makes the transaction fail as a whole, and it
 * goes again.
 */
final class MongoTransaction {

    /** Commits are sent again while the server does not know; the batch goes again after that. */
    private static final int COMMITS = 3;

    private static final BulkWriteOptions ORDERED = new BulkWriteOptions();

    private final MongoClient client;
    private final MongoDatabase database;
    private final MongoWrites writes;

    MongoTransaction(MongoClient client, MongoDatabase database, MongoWrites writes) {
        this.client = client;
        this.database = database;
        this.writes = writes;
    }

    void write(MongoBatch batch) {
        try (ClientSession session = client.startSession()) {
            session.startTransaction(com.mongodb.TransactionOptions.builder()
                    .writeConcern(database.getWriteConcern())
                    .build());
            for (Map.Entry<String, MongoBatch.Part> part : batch.parts().entrySet()) {
                write(batch, part.getValue(), session, database.getCollection(part.getKey(), RawBsonDocument.class));
            }
            commit(session);
        } catch (MongoBulkWriteException e) {
            throw aborted(e);
        }
    }

    private void write(
            MongoBatch batch,
            MongoBatch.Part part,
            ClientSession session,
            MongoCollection<RawBsonDocument> collection) {
        List<MongoTarget> targets = new ArrayList<>();
        for (int i = 0; i < part.size(); i++) {
            if (isGuarded(batch.change(part.position(i)))) {
                targets.add(batch.target(part.position(i)));
            }
        }
        List<WriteModel<RawBsonDocument>> fresh = part.writes();
        if (!targets.isEmpty()) {
            StoredVersions stored = StoredVersions.read(collection, session, writes.documents(), targets);
            fresh = new ArrayList<>();
            for (int i = 0; i < part.size(); i++) {
                if (isStale(batch, part.position(i), stored)) {
                    batch.settle(part.position(i), Outcome.stale());
                } else {
                    fresh.add(part.writes().get(i));
                }
            }
        }
        if (!fresh.isEmpty()) {
            collection.bulkWrite(session, fresh, ORDERED);
        }
    }

    private boolean isGuarded(Change<?> change) {
        return change.version() != null || isInsert(change);
    }

    private boolean isInsert(Change<?> change) {
        return writes.mode() == WriteMode.INSERT_ONLY && change instanceof Change.Upsert;
    }

    private boolean isStale(MongoBatch batch, int position, StoredVersions stored) {
        Change<BsonDocument> change = batch.change(position);
        ChangeVersion version = change.version();
        if (isInsert(change)) {
            return stored.holds(batch.target(position));
        }
        return version != null && stored.keepsOut(batch.target(position), version, writes.equalPasses(change));
    }

    private static void commit(ClientSession session) {
        for (int attempt = 1; ; attempt++) {
            try {
                session.commitTransaction();
                return;
            } catch (MongoException e) {
                if (attempt == COMMITS || !e.hasErrorLabel(MongoException.UNKNOWN_TRANSACTION_COMMIT_RESULT_LABEL)) {
                    throw e;
                }
            }
        }
    }

    /** The first write error decides what an aborted transaction was; a duplicate {@code _id} was another writer. */
    private static MongoException aborted(MongoBulkWriteException e) {
        if (e.getWriteErrors().isEmpty()) {
            return e;
        }
        BulkWriteError error = e.getWriteErrors().get(0);
        String index = MongoFailures.index(error.getMessage());
        boolean raced = error.getCode() == MongoFailures.DUPLICATE_KEY && MongoFailures.ID_INDEX.equals(index);
        int code = raced ? 112 : error.getCode();
        com.mongodb.MongoWriteException said = new com.mongodb.MongoWriteException(
                new com.mongodb.WriteError(code, error.getMessage(), error.getDetails()),
                e.getServerAddress(),
                e.getErrorLabels());
        said.setStackTrace(e.getStackTrace());
        return said;
    }
}
