package io.connectorkit.mongodb;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.tck.LookupContract;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterEach;

/** The contract on a scripted replica set. */
class MongoLookupContractTest extends LookupContract<String> {

    private ScriptedMongo server;

    @Override
    protected LookupSourceFactory<ChangeKey, String> source(Map<ChangeKey, String> rows) throws Exception {
        stop();
        server = ScriptedMongo.start(ScriptedMongo.Topology.REPLICA_SET);
        rows.forEach(this::put);
        return MongoLookup.of(
                MongoOptions.of(server.uri(), "db", "c"),
                MongoDocumentOptions.defaults(),
                document -> document.getString("text").getValue());
    }

    private void put(ChangeKey key, String text) {
        server.store()
                .put(
                        "db.c",
                        new BsonDocument("_id", new BsonString((String) key.part(0)))
                                .append("text", new BsonString(text))
                                .toJson());
    }

    @Override
    protected void update(ChangeKey key, String text) {
        put(key, text);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
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
