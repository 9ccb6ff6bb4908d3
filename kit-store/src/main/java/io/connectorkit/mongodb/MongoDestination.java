package io.connectorkit.mongodb;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import io.connectorkit.change.Change;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.BlockingDestination;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Outcome;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** Collections of one database as a destination: a batch is one unordered bulk write for each collection in it. */
final class MongoDestination implements BlockingDestination<BsonDocument> {

    /** Id, version and the operators around them. */
    private static final int FRAME_BYTES = 120;

    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

    private final SharedClient client;
    private final MongoDatabase database;
    private final MongoKeys keys;
    private final MongoWrites writes;
    private final MongoAnswers answers;
    private final boolean transactional;

    MongoDestination(SharedClient client, MongoOptions options, WriteConcern writeConcern, MongoWrites writes) {
        this.client = client;
        this.database = client.client().getDatabase(options.database()).withWriteConcern(writeConcern);
        this.keys = new MongoKeys(options.collection(), writes.documents());
        this.writes = writes;
        this.answers = new MongoAnswers(writes, options.displayName());
        this.transactional = options.transactional();
    }

    @Override
    public void write(Batch<BsonDocument> changes, Completion completion) {
        MongoBatch batch = MongoBatch.of(changes, keys, writes);
        try {
            if (transactional) {
                new MongoTransaction(client.client(), database, writes).write(batch);
            } else {
                write(batch);
            }
        } catch (RuntimeException e) {
            completion.failed(MongoFailures.kind(e), MongoFailures.safe(e));
            return;
        }
        batch.report(completion);
    }

    private void write(MongoBatch batch) {
        for (Map.Entry<String, MongoBatch.Part> entry : batch.parts().entrySet()) {
            MongoBatch.Part part = entry.getValue();
            try {
                write(batch, part, database.getCollection(entry.getKey(), RawBsonDocument.class));
            } catch (RuntimeException e) {
                FailureKind kind = MongoFailures.kind(e);
                if (kind == FailureKind.FATAL || kind == FailureKind.REJECTED || part.size() == batch.size()) {
                    throw e;
                }
                // The other collections of the batch took their part: only this one goes again.
                fail(batch, part, new Outcome.Failed(kind, MongoFailures.safe(e)));
            }
        }
    }

    private static void fail(MongoBatch batch, MongoBatch.Part part, Outcome failed) {
        for (int i = 0; i < part.size(); i++) {
            batch.settle(part.position(i), failed);
        }
    }

    private void write(MongoBatch batch, MongoBatch.Part part, MongoCollection<RawBsonDocument> collection) {
        try {
            answers.settle(batch, part, collection.bulkWrite(part.writes(), UNORDERED), collection);
        } catch (MongoBulkWriteException e) {
            answers.settle(batch, part, e, collection);
        }
    }

    @Override
    public int sizeOf(Change<BsonDocument> change) {
        long bytes = FRAME_BYTES;
        if (change instanceof Change.Upsert<BsonDocument> upsert) {
            bytes += BsonPayload.size(upsert.payload());
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        client.close();
    }
}
