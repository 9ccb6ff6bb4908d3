package io.connectorkit.mongodb;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What of a collection is still to be handed out.
 *
 * @param splits not handed out yet; null until the collection was cut into splits
 */
record MongoSourceState(@Nullable List<MongoSplit> splits) {

    BsonDocument toBson() {
        if (splits == null) {
            return new BsonDocument();
        }
        BsonArray all = new BsonArray();
        splits.forEach(split -> all.add(split.toBson()));
        return new BsonDocument("splits", all);
    }

    static MongoSourceState of(BsonDocument bson) {
        if (!bson.containsKey("splits")) {
            return new MongoSourceState(null);
        }
        List<MongoSplit> splits = new ArrayList<>();
        bson.getArray("splits").forEach(split -> splits.add(MongoSplit.of(split.asDocument())));
        return new MongoSourceState(splits);
    }
}
