package io.connectorkit.mongodb;

import com.mongodb.client.MongoCollection;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.tck.LookupContract;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** The contract on a MongoDB-wire server. */
class MongoLookupContractIT extends LookupContract<String> {

    private MongoCollection<BsonDocument> collection;

    @Override
    protected LookupSourceFactory<ChangeKey, String> source(Map<ChangeKey, String> rows) {
        collection = MongoDb.shared().newCollection();
        rows.forEach((key, text) -> collection.insertOne(
                new BsonDocument("_id", new BsonString((String) key.part(0))).append("text", new BsonString(text))));
        return MongoLookup.of(
                        MongoDb.shared().options(collection),
                        MongoDocumentOptions.defaults(),
                        document -> document.getString("text").getValue())
                .withProjection("text");
    }

    @Override
    protected void update(ChangeKey key, String text) {
        collection.updateOne(
                new BsonDocument("_id", new BsonString((String) key.part(0))),
                new BsonDocument("$set", new BsonDocument("text", new BsonString(text))));
    }

    @Override
    protected String text(String row) {
        return row;
    }

    @Override
    protected Optional<ChangeKey> unreadableKey() {
        return Optional.of(ChangeKey.of(new BigDecimal("0." + "1".repeat(35))));
    }
}
