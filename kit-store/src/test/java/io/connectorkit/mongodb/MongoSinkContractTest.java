package io.connectorkit.mongodb;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.tck.SinkContract;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterEach;

/** The contract on a scripted replica set, with tombstones. */
class MongoSinkContractTest extends SinkContract<BsonDocument> {

    private static final String POISON = "poison";

    private ScriptedMongo server;

    MongoOptions options(MongoOptions options) {
        return options;
    }

    @Override
    protected DestinationFactory<BsonDocument> destination(WriteMode mode) throws Exception {
        server = ScriptedMongo.start(ScriptedMongo.Topology.REPLICA_SET);
        return new MongoDestinationFactory(
                options(MongoOptions.of(server.uri(), "db", "c")),
                MongoDocumentOptions.defaults().withTombstones(),
                mode,
                false,
                Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected BsonDocument payload(ChangeKey key, String text) {
        BsonString value = new BsonString(text);
        return text.equals(POISON) ? new BsonDocument("refused", value) : new BsonDocument("text", value);
    }

    @Override
    protected Map<ChangeKey, String> contents() {
        Map<ChangeKey, String> contents = new HashMap<>();
        for (BsonDocument document : server.store().documents("db.c")) {
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
