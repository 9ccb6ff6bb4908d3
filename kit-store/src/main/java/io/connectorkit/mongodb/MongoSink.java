package io.connectorkit.mongodb;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.DeadLetters;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import java.util.Objects;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;

/**
 * Writes changes to MongoDB: each key is one document, found by its {@code _id}.
 *
 * <p>With {@code Changes.withVersion} every write carries its version in the filter: whatever is replayed, retried or
 * late, the highest version stays, and a write that finds a newer one counts as stale. A document without a version is
 * older than any. After a {@link io.connectorkit.change.DeleteMode#HARD} delete nothing is left to compare with: where
 * replays can reach behind a delete, use {@link MongoDocumentOptions#withTombstones}.
 *
 * <p>Unordered bulk writes of distinct keys, several in flight, over one client for each task manager and connection.
 */
public final class MongoSink {

    private MongoSink() {}

    /** As {@link #of(Changes, MongoOptions, MongoDocumentOptions, SinkOptions)} with {@link SinkTuning#forMongoDb}. */
    public static <T, D> BatchSink<T> of(Changes<T, D> changes, MongoOptions options, MongoDocumentOptions documents) {
        return of(changes, options, documents, defaults());
    }

    /**
     * Each upsert replaces the whole document. Documents are the driver's ({@code Document}, {@code BsonDocument}, any
     * {@code Bson}), BSON in a {@code byte[]}, extended JSON in a {@code String}, a map, a record or a POJO. Their
     * {@code _id} and shard key may be left out: the key has them. The sink's own fields for version and tombstone are
     * overwritten.
     */
    public static <T, D> BatchSink<T> of(
            Changes<T, D> changes, MongoOptions options, MongoDocumentOptions documents, SinkOptions sinkOptions) {
        return sink(changes.<BsonDocument>withPayload(BsonPayload::of), options, documents, sinkOptions, false);
    }

    /** As {@link #updating(Changes, MongoOptions, MongoDocumentOptions, SinkOptions)} with {@link SinkTuning#forMongoDb}. */
    public static <T> BatchSink<T> updating(
            Changes<T, ? extends Bson> changes, MongoOptions options, MongoDocumentOptions documents) {
        return updating(changes, options, documents, defaults());
    }

    /**
     * Each upsert is a step with update operators ({@code Updates.set}, {@code inc}, {@code setOnInsert}, ..) on the
     * document, or on a new one. Every step of a key is sent, in order. With versions each is applied exactly once, even
     * {@code $inc} under replays; without, at least once. Versions of a key must differ from step to step.
     *
     * <p>A tombstone counts as a document: what revives it is not an insert for {@code $setOnInsert}.
     */
    public static <T> BatchSink<T> updating(
            Changes<T, ? extends Bson> changes,
            MongoOptions options,
            MongoDocumentOptions documents,
            SinkOptions sinkOptions) {
        if (changes.writeMode() == WriteMode.INSERT_ONLY) {
            throw new IllegalArgumentException("updates must not be insert-only: a step changes a document that is"
                    + " there; use MongoSink.of, or $setOnInsert");
        }
        return sink(changes.<BsonDocument>withPayload(BsonPayload::of), options, documents, sinkOptions, true);
    }

    private static <T> BatchSink<T> sink(
            Changes<T, BsonDocument> changes,
            MongoOptions options,
            MongoDocumentOptions documents,
            SinkOptions sinkOptions,
            boolean steps) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(documents, "documents");
        return BatchSink.of(
                changes,
                new MongoDestinationFactory(
                        options, documents, changes.writeMode(), steps, sinkOptions.requestTimeout()),
                sinkOptions);
    }

    private static SinkOptions defaults() {
        return SinkOptions.defaults().withTuning(SinkTuning.forMongoDb());
    }

    /** Dead letters of this sink as the changes they were; pass them to {@link #of} or {@link #updating} as before. */
    public static Changes<DeadLetter, BsonDocument> replay(WriteMode mode) {
        return DeadLetters.replay(new BsonPayload(), mode);
    }
}
