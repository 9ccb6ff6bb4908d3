package io.connectorkit.mongodb;

import java.io.IOException;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.bson.BsonDocument;

/** Splits and enumerator states in a checkpoint: one BSON document each. A new field is a new name, never a new meaning. */
final class BsonSerializer<T> implements SimpleVersionedSerializer<T> {

    private static final int VERSION = 1;
    private static final BsonPayload CODEC = new BsonPayload();

    private final Write<T> write;
    private final Function<BsonDocument, T> read;

    private BsonSerializer(Write<T> write, Function<BsonDocument, T> read) {
        this.write = write;
        this.read = read;
    }

    static SimpleVersionedSerializer<MongoSplit> splits() {
        return new BsonSerializer<>(MongoSplit::toBson, MongoSplit::of);
    }

    static SimpleVersionedSerializer<MongoSourceState> states() {
        return new BsonSerializer<>(MongoSourceState::toBson, MongoSourceState::of);
    }

    private interface Write<T> extends Serializable {
        BsonDocument toBson(T value);
    }

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(T value) {
        return CODEC.encode(write.toBson(value));
    }

    @Override
    public T deserialize(int version, byte[] bytes) throws IOException {
        if (version != VERSION) {
            throw new IOException("version of a MongoDB source's state must be " + VERSION + ", got " + version
                    + "; was it written by a newer version of the kit?");
        }
        return read.apply(CODEC.decode(bytes));
    }
}
