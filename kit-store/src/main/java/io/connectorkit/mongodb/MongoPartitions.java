package io.connectorkit.mongodb;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.connection.ClusterType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cuts a collection into splits, as {@link MongoPartitioning} says. */
final class MongoPartitions {

    private static final Logger LOG = LoggerFactory.getLogger(MongoPartitions.class);

    private final MongoRead read;
    private final MongoClient client;
    private final MongoCollection<BsonDocument> collection;

    private MongoPartitions(MongoRead read, SharedClient shared) {
        this.read = read;
        this.client = shared.client();
        this.collection = read.collection(shared);
    }

    static List<MongoSplit> of(MongoRead read) throws IOException {
        try (SharedClient shared = read.connect()) {
            List<MongoSplit> splits = new MongoPartitions(read, shared).splits();
            LOG.info("{} is read in {} splits", read.options().displayName(), splits.size());
            return splits;
        } catch (MongoCommandException e) {
            Exception safe = MongoFailures.safe(e);
            throw new IOException(
                    "partition strategy '" + read.source().partitioning() + "' must be supported by the server of "
                            + read.options().displayName() + " and allowed to its user, got " + safe.getMessage()
                            + "; use another scan.partition.strategy, such as 'pagination' or 'single'",
                    safe);
        } catch (MongoException e) {
            throw MongoServerCheck.refused(read.options(), e);
        }
    }

    private List<MongoSplit> splits() throws IOException {
        // Until the first answer the client does not know what it is connected to.
        client.getDatabase(read.options().database()).runCommand(new BsonDocument("ping", new BsonInt32(1)));
        MongoPartitioning partitioning = read.source().partitioning();
        if (partitioning == MongoPartitioning.SHARDED || partitioning == MongoPartitioning.AUTO) {
            List<MongoSplit> chunks = chunks(partitioning == MongoPartitioning.AUTO);
            if (chunks != null) {
                return chunks;
            }
        }
        return ranges(bounds(partitioning));
    }

    private List<BsonValue> bounds(MongoPartitioning partitioning) {
        return switch (partitioning) {
            case SAMPLE -> sampled();
            case SPLIT_VECTOR -> splitVector();
            case PAGINATION -> paginated();
            case AUTO -> firstPossible(MongoPartitioning.SPLIT_VECTOR, MongoPartitioning.SAMPLE);
            case SINGLE, SHARDED -> List.of();
        };
    }

    private List<BsonValue> firstPossible(MongoPartitioning... candidates) {
        for (MongoPartitioning candidate : candidates) {
            try {
                return bounds(candidate);
            } catch (MongoCommandException e) {
                LOG.info(
                        "{} cannot be partitioned by '{}': {}",
                        read.options().displayName(),
                        candidate,
                        MongoFailures.safe(e).getMessage());
            }
        }
        return List.of();
    }

    // ------------------------------------------------------------------ ranges of ids

    /** The bounds cut what lies between the lowest and the highest id of each type. */
    private List<MongoSplit> ranges(List<BsonValue> bounds) {
        List<MongoSplit> splits = new ArrayList<>();
        for (String type : types()) {
            BsonValue from = null;
            Set<Object> seen = new HashSet<>();
            for (BsonValue bound : bounds) {
                if (IdTypes.of(bound).equals(type) && seen.add(MongoKeys.canonical(bound))) {
                    splits.add(MongoSplit.range(splits.size(), type, from, bound));
                    from = bound;
                }
            }
            splits.add(MongoSplit.range(splits.size(), type, from, null));
        }
        return splits;
    }

    /** Nearly always one. */
    private List<String> types() {
        BsonValue lowest = edge(new BsonDocument(), 1);
        BsonValue highest = edge(new BsonDocument(), -1);
        if (lowest == null || highest == null) {
            return List.of();
        }
        String type = IdTypes.of(lowest);
        if (type.equals(IdTypes.of(highest))) {
            return List.of(type);
        }
        List<String> present = new ArrayList<>();
        for (String candidate : IdTypes.all()) {
            BsonDocument ofType =
                    new BsonDocument(MongoDocumentOptions.ID, new BsonDocument("$type", new BsonString(candidate)));
            if (edge(ofType, 1) != null) {
                present.add(candidate);
            }
        }
        return present;
    }

    private @Nullable BsonValue edge(BsonDocument filter, int direction) {
        BsonDocument first = collection
                .find(filter)
                .projection(MongoRead.BY_ID)
                .sort(new BsonDocument(MongoDocumentOptions.ID, new BsonInt32(direction)))
                .limit(1)
                .first();
        return first == null ? null : first.get(MongoDocumentOptions.ID);
    }

    private List<BsonValue> sampled() {
        MongoSourceOptions source = read.source();
        BsonDocument stats = client.getDatabase(read.options().database())
                .runCommand(
                        new BsonDocument(
                                "collStats",
                                new BsonString(String.valueOf(read.options().collection()))),
                        BsonDocument.class);
        long bytes = stats.getNumber("size", new BsonInt32(0)).longValue();
        long count = stats.getNumber("count", new BsonInt32(0)).longValue();
        long parts =
                Math.min(count, -Math.floorDiv(-bytes, source.partitionSize().getBytes()));
        if (parts <= 1) {
            return List.of();
        }
        long drawn = Math.min(count, parts * source.samples());
        List<BsonValue> bounds = new ArrayList<>();
        int position = 0;
        for (BsonDocument id : collection.aggregate(List.of(
                new BsonDocument("$sample", new BsonDocument("size", new BsonInt64(drawn))),
                new BsonDocument("$project", MongoRead.BY_ID),
                new BsonDocument("$sort", MongoRead.BY_ID)))) {
            // The first sample stands for the ids below it too, so it is no bound.
            if (position > 0 && position * parts / drawn > (position - 1) * parts / drawn) {
                bounds.add(id.get(MongoDocumentOptions.ID, id));
            }
            position++;
        }
        return bounds;
    }

    private List<BsonValue> splitVector() {
        BsonDocument answer = client.getDatabase(read.options().database())
                .runCommand(
                        new BsonDocument("splitVector", new BsonString(read.namespace()))
                                .append("keyPattern", MongoRead.BY_ID)
                                .append(
                                        "maxChunkSizeBytes",
                                        new BsonInt64(
                                                read.source().partitionSize().getBytes())),
                        BsonDocument.class);
        List<BsonValue> bounds = new ArrayList<>();
        for (BsonValue key : answer.getArray("splitKeys", new BsonArray())) {
            bounds.add(key.asDocument().get(MongoDocumentOptions.ID, key));
        }
        return bounds;
    }

    /** One pass over the index on {@code _id}: no document is read, and nothing is skipped over again and again. */
    private List<BsonValue> paginated() {
        int records = read.source().partitionRecords();
        List<BsonValue> bounds = new ArrayList<>();
        long position = 0;
        try (MongoCursor<BsonDocument> ids = collection
                .find()
                .projection(MongoRead.BY_ID)
                .sort(MongoRead.BY_ID)
                .batchSize(100_000)
                .iterator()) {
            while (ids.hasNext()) {
                BsonDocument id = ids.next();
                if (position > 0 && position % records == 0) {
                    bounds.add(id.get(MongoDocumentOptions.ID, id));
                }
                position++;
            }
        }
        return bounds;
    }

    // ------------------------------------------------------------------ chunks

    /** Null where the collection is not sharded, or cannot be seen to be, and that is no error. */
    private @Nullable List<MongoSplit> chunks(boolean optional) throws IOException {
        if (optional && client.getClusterDescription().getType() != ClusterType.SHARDED) {
            return null;
        }
        try {
            List<MongoSplit> chunks = chunks();
            if (chunks == null && !optional) {
                throw new IOException("partition strategy 'sharded' must be used for a sharded collection, got "
                        + read.options().displayName() + ", which is not; use 'default'");
            }
            return chunks;
        } catch (MongoCommandException e) {
            if (!optional) {
                throw e;
            }
            LOG.info(
                    "Chunks of {} cannot be read: {}",
                    read.options().displayName(),
                    MongoFailures.safe(e).getMessage());
            return null;
        }
    }

    private @Nullable List<MongoSplit> chunks() {
        BsonDocument sharded = config("collections")
                .find(new BsonDocument(MongoDocumentOptions.ID, new BsonString(read.namespace())))
                .first();
        boolean dropped = sharded != null
                && sharded.getBoolean("dropped", BsonBoolean.FALSE).getValue();
        if (sharded == null || dropped || !sharded.containsKey("key")) {
            return null;
        }
        // By uuid since MongoDB 5.0, by name before.
        BsonValue uuid = sharded.get("uuid");
        BsonDocument ofCollection = uuid == null
                ? new BsonDocument("ns", new BsonString(read.namespace()))
                : new BsonDocument(
                        "$or",
                        new BsonArray(List.of(
                                new BsonDocument("uuid", uuid),
                                new BsonDocument("ns", new BsonString(read.namespace())))));
        List<MongoSplit> splits = new ArrayList<>();
        for (BsonDocument chunk : config("chunks").find(ofCollection)) {
            splits.add(MongoSplit.chunk(
                    splits.size(), chunk.getDocument("min"), chunk.getDocument("max"), sharded.getDocument("key")));
        }
        return splits.isEmpty() ? null : splits;
    }

    private MongoCollection<BsonDocument> config(String name) {
        return client.getDatabase("config").getCollection(name, BsonDocument.class);
    }
}
