package io.connectorkit.mongodb;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.jspecify.annotations.Nullable;

/**
 * Looks documents of a collection up by key, many keys in one query: what {@link io.connectorkit.lookup.AsyncLookup}
 * joins a stream with.
 *
 * <p>By {@code _id}, made of the key as the sink makes it, or by other fields, whose values must be unique together.
 * Keys are compared as MongoDB does: numbers by value whatever their type. Tombstones are missing documents.
 *
 * @param <V> what the mapper makes of a document
 */
public final class MongoLookup<V> implements LookupSourceFactory<ChangeKey, V> {

    private static final long serialVersionUID = 1L;

    private final MongoOptions options;
    private final MongoDocumentOptions documents;
    private final List<String> keyFields;
    private final List<String> projection;
    private final MongoDocumentMapper<V> mapper;

    private MongoLookup(
            MongoOptions options,
            MongoDocumentOptions documents,
            List<String> keyFields,
            List<String> projection,
            MongoDocumentMapper<V> mapper) {
        this.options = options;
        this.documents = documents;
        this.keyFields = keyFields;
        this.projection = projection;
        this.mapper = mapper;
        options.requiredCollection("lookup");
    }

    /** By {@code _id}; the whole document is read. */
    public static <V> MongoLookup<V> of(
            MongoOptions options, MongoDocumentOptions documents, MongoDocumentMapper<V> mapper) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(documents, "documents");
        Objects.requireNonNull(mapper, "mapper");
        return new MongoLookup<>(options, documents, List.of(), List.of(), mapper);
    }

    /** By these fields instead, one for each part of a key, as dotted paths; an index on them makes it fast. */
    public MongoLookup<V> withKeyFields(String... keyFields) {
        if (keyFields.length == 0) {
            throw new IllegalArgumentException("key fields must be at least 1, got none");
        }
        return new MongoLookup<>(options, documents, List.of(keyFields), projection, mapper);
    }

    /** Reads only these fields, as dotted paths, and those of the key. */
    public MongoLookup<V> withProjection(String... fields) {
        return new MongoLookup<>(options, documents, keyFields, List.of(fields), mapper);
    }

    @Override
    public LookupSource<ChangeKey, V> open(LookupContext context) throws IOException {
        return open(
                context,
                options,
                new MongoLookupQuery(documents, keyFields, projection, new BsonDocument()),
                mapper,
                null);
    }

    /** @param merge joins what several documents of one key map to; null where there must be one */
    static <V> LookupSource<ChangeKey, V> open(
            LookupContext context,
            MongoOptions options,
            MongoLookupQuery query,
            MongoDocumentMapper<V> mapper,
            @Nullable BinaryOperator<V> merge)
            throws IOException {
        int inFlight = context.options().inFlight();
        SharedClient client = SharedClient.of(options, context.options().requestTimeout());
        try {
            client.client().getDatabase(options.database()).runCommand(new BsonDocument("ping", new BsonInt32(1)));
            String name = options.requiredCollection("lookup");
            MongoCollection<BsonDocument> collection =
                    client.client().getDatabase(options.database()).getCollection(name, BsonDocument.class);
            return LookupSource.blocking(
                    new MongoLookupSource<>(client, collection, query, mapper, merge),
                    inFlight,
                    "kit-mongodb-lookup-" + name + "-" + context.subtask());
        } catch (MongoException e) {
            client.close();
            throw MongoServerCheck.refused(options, e);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return options.displayName();
    }
}
