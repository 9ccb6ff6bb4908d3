package io.connectorkit.mongodb;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;

/** What a source reads: where, which documents, which fields. */
record MongoRead(MongoOptions options, MongoDocumentOptions documents, MongoSourceOptions source) {

    static final BsonDocument BY_ID = new BsonDocument(MongoDocumentOptions.ID, new BsonInt32(1));

    SharedClient connect() {
        return SharedClient.of(options, source.requestTimeout());
    }

    MongoCollection<BsonDocument> collection(SharedClient client) {
        return client.client()
                .getDatabase(options.database())
                .getCollection(options.requiredCollection("source"), BsonDocument.class);
    }

    String namespace() {
        return options.database() + "." + options.collection();
    }

    /** The rest of a split, in the order of {@code _id}. */
    FindIterable<BsonDocument> find(MongoCollection<BsonDocument> collection, MongoSplit split) {
        FindIterable<BsonDocument> found =
                collection.find(filter(split)).sort(BY_ID).batchSize(source.fetchSize());
        if (source.limit() != null) {
            found.limit((int) Math.min(Integer.MAX_VALUE, source.limit()));
        }
        if (!source.projection().isEmpty()) {
            found.projection(MongoLookupQuery.projection(source.projection(), List.of(MongoDocumentOptions.ID)));
        }
        BsonDocument chunk = split.chunk();
        if (chunk != null) {
            // A chunk is in the order of its shard key: by id it has to be sorted, on disk if need be.
            found.min(chunk.getDocument("min"))
                    .max(chunk.getDocument("max"))
                    .hint(chunk.getDocument("hint"))
                    .allowDiskUse(true);
        }
        return found;
    }

    private BsonDocument filter(MongoSplit split) {
        BsonArray all = new BsonArray();
        BsonDocument range = split.filter();
        if (!range.isEmpty()) {
            all.add(range);
        }
        if (!source.filter().isEmpty()) {
            all.add(source.filter());
        }
        if (documents.tombstones()) {
            all.add(new BsonDocument(documents.deletedAtField(), BsonNull.VALUE));
        }
        if (all.size() <= 1) {
            return all.isEmpty() ? new BsonDocument() : all.get(0).asDocument();
        }
        return new BsonDocument("$and", all);
    }
}
