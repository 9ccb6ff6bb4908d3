package io.connectorkit.mongodb;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.tck.SinkContract;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** The contract on a MongoDB-wire server, with tombstones. */
class MongoSinkContractIT extends SinkContract<BsonDocument> {

    private static final String POISON = "poison";

    private MongoCollection<BsonDocument> collection;

    MongoDocumentOptions documents() {
        return MongoDocumentOptions.defaults().withTombstones();
    }

    @Override
    protected DestinationFactory<BsonDocument> destination(WriteMode mode) {
        MongoDb server = MongoDb.shared();
        collection = server.newCollection();
        // One document holds the value that a second one then may not have.
        collection.createIndex(
                new BsonDocument("only", new BsonInt32(1)),
                new IndexOptions().unique(true).sparse(true).name("only_one"));
        collection.insertOne(new BsonDocument("_id", new BsonString("holder")).append("only", new BsonString(POISON)));
        return new MongoDestinationFactory(
                server.options(collection), documents(), mode, false, Duration.ofSeconds(30));
    }

    @Override
    protected BsonDocument payload(ChangeKey key, String text) {
        BsonDocument document = new BsonDocument("text", new BsonString(text));
        if (!text.equals(POISON)) {
            return document;
        }
        // A server that does not say which index it is about leaves a second document out, but not with its reason.
        String refused = MongoDb.shared().namesIndexes() ? "only" : "no\0name";
        return document.append(refused, new BsonString(POISON));
    }

    @Override
    protected Map<ChangeKey, String> contents() {
        Map<ChangeKey, String> contents = new HashMap<>();
        for (BsonDocument document : collection.find()) {
            if (document.containsKey("text")) {
                contents.put(
                        ChangeKey.of(document.getString("_id").getValue()),
                        document.getString("text").getValue());
            }
        }
        return contents;
    }

    @Override
    protected Optional<String> poison() {
        return Optional.of(POISON);
    }
}
