package io.connectorkit.mongodb;

import org.apache.flink.api.connector.source.SourceSplit;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A part of a collection and how far it was read, in the order of {@code _id}.
 *
 * @param splitId unique in its source
 * @param idType the one type of the ids in it, as {@link IdTypes} names it; null for a chunk, which may hold any
 * @param from lowest id; null for none
 * @param to the id that the next split begins with; null for none
 * @param chunk bounds by shard key and the index they are of, as {@code {min, max, hint}}; null unless it is a chunk
 * @param after id of the last document that was emitted; null at the start
 */
record MongoSplit(
        String splitId,
        @Nullable String idType,
        @Nullable BsonValue from,
        @Nullable BsonValue to,
        @Nullable BsonDocument chunk,
        @Nullable BsonValue after)
        implements SourceSplit {

    static MongoSplit range(int number, String idType, @Nullable BsonValue from, @Nullable BsonValue to) {
        return new MongoSplit("ids-" + number, idType, from, to, null, null);
    }

    static MongoSplit chunk(int number, BsonDocument min, BsonDocument max, BsonDocument shardKey) {
        BsonDocument chunk = new BsonDocument("min", min).append("max", max).append("hint", shardKey);
        return new MongoSplit("chunk-" + number, null, null, null, chunk, null);
    }

    MongoSplit after(BsonValue id) {
        return new MongoSplit(splitId, idType, from, to, chunk, id);
    }

    /** The documents of the split that were not read yet. */
    BsonDocument filter() {
        if (idType == null) {
            return after == null ? new BsonDocument() : behind(after);
        }
        BsonDocument range = new BsonDocument();
        if (after != null) {
            range.put("$gt", after);
        } else if (from != null) {
            range.put("$gte", from);
        }
        if (to != null) {
            range.put("$lt", to);
        }
        if (range.isEmpty()) {
            range.put("$type", new BsonString(idType));
        }
        return new BsonDocument(MongoDocumentOptions.ID, range);
    }

    /** Greater ids of the same type, and all of the types behind it. */
    private static BsonDocument behind(BsonValue id) {
        BsonArray types = new BsonArray();
        IdTypes.after(id).forEach(type -> types.add(new BsonString(type)));
        BsonArray either = new BsonArray();
        either.add(new BsonDocument(MongoDocumentOptions.ID, new BsonDocument("$gt", id)));
        either.add(new BsonDocument(MongoDocumentOptions.ID, new BsonDocument("$type", types)));
        return new BsonDocument("$or", either);
    }

    BsonDocument toBson() {
        BsonDocument bson = new BsonDocument("splitId", new BsonString(splitId));
        put(bson, "idType", idType == null ? null : new BsonString(idType));
        put(bson, "from", from);
        put(bson, "to", to);
        put(bson, "chunk", chunk);
        put(bson, "after", after);
        return bson;
    }

    private static void put(BsonDocument bson, String name, @Nullable BsonValue value) {
        if (value != null) {
            bson.put(name, value);
        }
    }

    static MongoSplit of(BsonDocument bson) {
        BsonValue idType = bson.get("idType");
        BsonValue chunk = bson.get("chunk");
        return new MongoSplit(
                bson.getString("splitId").getValue(),
                idType == null ? null : idType.asString().getValue(),
                bson.get("from"),
                bson.get("to"),
                chunk == null ? null : chunk.asDocument(),
                bson.get("after"));
    }

    /** Without ids, which may be secrets. */
    @Override
    public String toString() {
        return "MongoSplit[" + splitId + "]";
    }
}
