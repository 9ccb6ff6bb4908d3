package io.connectorkit.mongodb;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import com.mongodb.client.MongoCollection;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** What the answer to a bulk write says of each change in it. */
final class MongoAnswers {

    private final MongoWrites writes;
    private final String where;

    MongoAnswers(MongoWrites writes, String where) {
        this.writes = writes;
        this.where = where;
    }

    /** Every write went through: only deletes that found nothing are open. */
    void settle(
            MongoBatch batch,
            MongoBatch.Part part,
            BulkWriteResult result,
            MongoCollection<RawBsonDocument> collection) {
        List<Integer> unclear = new ArrayList<>();
        addUnmatchedDeletes(batch, part, result, unclear);
        look(batch, unclear, collection);
    }

    /** Some writes failed, or were not confirmed. */
    void settle(
            MongoBatch batch,
            MongoBatch.Part part,
            MongoBulkWriteException e,
            MongoCollection<RawBsonDocument> collection) {
        List<Integer> unclear = new ArrayList<>();
        boolean[] failed = new boolean[part.size()];
        for (BulkWriteError error : e.getWriteErrors()) {
            int position = part.position(error.getIndex());
            failed[error.getIndex()] = true;
            if (isDuplicateId(error) && writes.mode() != WriteMode.OVERWRITE) {
                if (writes.mode() == WriteMode.INSERT_ONLY && batch.change(position) instanceof Change.Upsert) {
                    batch.settle(position, Outcome.stale());
                } else {
                    unclear.add(position);
                }
            } else {
                batch.settle(position, failure(error, batch.change(position)));
            }
        }
        WriteConcernError unconfirmed = e.getWriteConcernError();
        if (unconfirmed != null) {
            // Written but perhaps not for good: none of them counts until it is confirmed.
            Outcome again = new Outcome.Failed(
                    MongoFailures.kind(unconfirmed), new MongoFailure(MongoFailures.describe(unconfirmed), e));
            for (int i = 0; i < part.size(); i++) {
                if (!failed[i]) {
                    batch.settle(part.position(i), again);
                }
            }
        } else {
            addUnmatchedDeletes(batch, part, e.getWriteResult(), unclear);
        }
        look(batch, unclear, collection);
    }

    private static boolean isDuplicateId(BulkWriteError error) {
        if (error.getCode() != MongoFailures.DUPLICATE_KEY) {
            return false;
        }
        String index = MongoFailures.index(error.getMessage());
        return index == null || index.equals(MongoFailures.ID_INDEX);
    }

    private Outcome failure(BulkWriteError error, Change<?> change) {
        int code = error.getCode();
        if (isDuplicateId(error)) {
            return Outcome.retry(new MongoFailure("another writer inserted key=" + change.key() + " at the same time"));
        } else if (code == MongoFailures.DUPLICATE_KEY) {
            return Outcome.rejected(new MongoFailure("unique index '" + MongoFailures.index(error.getMessage())
                    + "' of " + where + " has another document with the value of key=" + change.key() + " (E11000)"));
        } else if (code == 121) {
            return Outcome.rejected(new MongoFailure(
                    "the validator of " + where + " refused the document of key=" + change.key() + " (error 121)"));
        } else if (code == 61) {
            return Outcome.rejected(new MongoFailure("the shard key of " + where
                    + " must be in every filter, got one without it for key=" + change.key()
                    + " (error 61); name its fields with withShardKey"));
        }
        return new Outcome.Failed(
                MongoFailures.kind(code),
                new MongoFailure(where + " refused key=" + change.key() + ": "
                        + MongoFailures.describe(code, "", error.getMessage())));
    }

    /** A guarded delete that removed nothing was stale, or there was nothing: only the collection knows. */
    private static void addUnmatchedDeletes(
            MongoBatch batch, MongoBatch.Part part, BulkWriteResult result, List<Integer> unclear) {
        List<Integer> deletes = new ArrayList<>();
        for (int i = 0; i < part.size(); i++) {
            int position = part.position(i);
            if (part.deletes(i) && batch.isOpen(position)) {
                deletes.add(position);
            }
        }
        if (result.getDeletedCount() < deletes.size()) {
            deletes.removeIf(position -> batch.change(position).version() == null);
            unclear.addAll(deletes);
        }
    }

    /**
     * Reads the versions that are there now. A newer one: the change is stale. For a refused upsert anything else means
     * that another writer was in between, and it goes again.
     */
    private void look(MongoBatch batch, List<Integer> unclear, MongoCollection<RawBsonDocument> collection) {
        if (unclear.isEmpty()) {
            return;
        }
        StoredVersions stored = StoredVersions.read(collection, null, writes.documents(), targets(batch, unclear));
        for (int position : unclear) {
            Change<BsonDocument> change = batch.change(position);
            ChangeVersion version = change.version();
            if (version != null && stored.keepsOut(batch.target(position), version, writes.equalPasses(change))) {
                batch.settle(position, Outcome.stale());
            } else if (change instanceof Change.Delete && !writes.documents().tombstones()) {
                batch.settle(position, Outcome.delivered());
            } else {
                batch.settle(
                        position,
                        Outcome.retry(
                                new MongoFailure("another writer changed key=" + change.key() + " at the same time")));
            }
        }
    }

    private static List<MongoTarget> targets(MongoBatch batch, List<Integer> positions) {
        return positions.stream().map(batch::target).toList();
    }
}
