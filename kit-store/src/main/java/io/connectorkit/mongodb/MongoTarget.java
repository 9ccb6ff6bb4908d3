package io.connectorkit.mongodb;

import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Which document a key means.
 *
 * @param collection its collection
 * @param id its {@code _id}
 * @param shardFields values of the shard key fields by dotted path
 */
record MongoTarget(String collection, BsonValue id, Map<String, BsonValue> shardFields) {

    /** {@code {_id: .., shard key fields}}: what every filter starts with. */
    BsonDocument filter() {
        BsonDocument filter = new BsonDocument();
        filter.put(MongoDocumentOptions.ID, id);
        filter.putAll(shardFields);
        return filter;
    }
}
