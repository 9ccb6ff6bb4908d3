package io.connectorkit.benchmarks.mongodb;

import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.WriteModel;
import io.connectorkit.benchmarks.contest.DelayProxy;
import io.connectorkit.benchmarks.contest.Preparation;
import io.connectorkit.benchmarks.contest.Rival;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.lookup.LookupHarness;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.mongodb.MongoDb;
import io.connectorkit.mongodb.MongoDocumentOptions;
import io.connectorkit.mongodb.MongoLookup;
import io.connectorkit.mongodb.MongoOptions;
import io.connectorkit.mongodb.MongoSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Upserts and lookups beside the driver alone, on the Java server in a JVM of its own or on the one that
 * {@code KIT_MONGODB_URI} names ({@code dev/emulators-ferretdb serve} prints one). The guard is measured on the latter
 * only.
 */
public final class MongoThroughput implements Throughput {

    private static final String RAW = "driver bulkWrite";
    private static final String KIT = "kit";
    private static final String RAW_GUARDED = "driver bulkWrite, guarded";
    private static final String KIT_GUARDED = "kit, guarded";
    private static final String SYNC = "synchronous, one key at a time, same cache";
    private static final String BATCHED = "kit lookup";

    private static final int HOT_KEYS = 1_000;
    private static final int WARM_UPS = 3;

    private record Order(String id, long version) {

        Document document() {
            return new Document("customer", "customer-" + version % 1_000)
                    .append("status", "shipped")
                    .append("amount", version * 0.01)
                    .append("items", version % 7)
                    .append("note", "left with the neighbour on the second floor");
        }
    }

    private static final Changes<Order, Document> PLAIN =
            Changes.of(order -> ChangeKey.of(order.id()), Order::document);
    private static final Changes<Order, Document> VERSIONED =
            PLAIN.withVersion(order -> ChangeVersion.of(order.version()));

    @Override
    public String name() {
        return "MongoThroughput";
    }

    @Override
    public void run(Session session) throws Exception {
        if (given()) {
            guarded(session, MongoDb.shared(), session.scaled(500));
            lookups(session, MongoDb.shared());
            return;
        }
        try (MongoServerProcess apart = MongoServerProcess.start()) {
            // Read when MongoDb is first used: here.
            System.setProperty("kit.mongodb.uri", apart.uri());
            upserts(session, MongoDb.shared(), session.scaled(150_000));
            session.skip(
                    "guarded upserts",
                    "the Java server looks at every document for a range in a filter; set KIT_MONGODB_URI");
            lookups(session, MongoDb.shared());
        }
    }

    private static boolean given() {
        return !System.getenv().getOrDefault("KIT_MONGODB_URI", "").isEmpty();
    }

    // ------------------------------------------------------------------ upserts

    private static void upserts(Session session, MongoDb server, int count) throws Exception {
        SinkTuning tuning = SinkTuning.forMongoDb();
        MongoCollection<BsonDocument> collection = server.newCollection();
        // Both rivals have a client that is connected: the idle sink keeps the kit's open from lap to lap.
        try (MongoClient client = MongoClients.create(server.uri());
                SinkHarness<Order> idle = open(server.options(collection), PLAIN)) {
            session.say("in flight before the first lap: " + idle.metric("inFlight"));
            MongoCollection<Document> raw = raw(client, collection);
            Rival driver = () -> driver(raw, count, tuning, false);
            Rival kit = () -> sink(server.options(collection), PLAIN, count);
            Preparation emptied = () -> {
                collection.drop();
                System.gc();
            };
            // Client and server take several laps to be compiled.
            for (int i = 0; i < (session.quick() ? 0 : WARM_UPS); i++) {
                emptied.run();
                driver.run();
                emptied.run();
                kit.run();
            }
            session.contest("MongoDB: " + count + " upserts by id", "documents")
                    .rival(RAW, emptied, driver)
                    .rival(KIT, emptied, kit)
                    .bar(KIT, 0.95, "at least 0.95 of raw bulkWrite, same concurrency and filter")
                    .note(
                            "Batches of " + tuning.batchEntries() + ", " + tuning.inFlight()
                                    + " in flight for both; server: mongo-java-server in a JVM of its own. CPU and bytes are the client's.")
                    .rounds(15)
                    .run();
        }
    }

    /** With and without the guard, on a server that finds a guarded document by its id. */
    private static void guarded(Session session, MongoDb server, int count) throws Exception {
        SinkTuning tuning = SinkTuning.forMongoDb();
        MongoCollection<BsonDocument> collection = server.newCollection();
        try (MongoClient client = MongoClients.create(server.uri());
                SinkHarness<Order> idle = open(server.options(collection), VERSIONED)) {
            session.say("in flight before the first lap: " + idle.metric("inFlight"));
            MongoCollection<Document> raw = raw(client, collection);
            Preparation emptied = collection::drop;
            session.contest("MongoDB given by KIT_MONGODB_URI: " + count + " upserts", "documents")
                    .rival(RAW, emptied, () -> driver(raw, count, tuning, false))
                    .rival(KIT, emptied, () -> sink(server.options(collection), PLAIN, count))
                    .rival(RAW_GUARDED, emptied, () -> driver(raw, count, tuning, true))
                    .rival(KIT_GUARDED, emptied, () -> sink(server.options(collection), VERSIONED, count))
                    .bar(KIT, 0.95, "at least 0.95 of raw bulkWrite, same concurrency and filter")
                    .bar(KIT_GUARDED, RAW_GUARDED, 0.95, "at least 0.95 of raw bulkWrite, same concurrency and filter")
                    .note("Batches of " + tuning.batchEntries() + ", " + tuning.inFlight()
                            + " in flight for all. CPU and bytes are the client's.")
                    .run();
        }
    }

    /** The same collection for the bare driver, as safely written as by the kit. */
    private static MongoCollection<Document> raw(MongoClient client, MongoCollection<BsonDocument> collection) {
        return client.getDatabase(MongoDb.DATABASE)
                .withWriteConcern(com.mongodb.WriteConcern.MAJORITY)
                .getCollection(collection.getNamespace().getCollectionName());
    }

    private static Order order(int i) {
        return new Order("order-" + i, i);
    }

    private static SinkHarness<Order> open(MongoOptions options, Changes<Order, Document> changes) throws Exception {
        SinkOptions tuned = SinkOptions.defaults().withTuning(SinkTuning.forMongoDb());
        return SinkHarness.open(MongoSink.of(changes, options, MongoDocumentOptions.defaults(), tuned));
    }

    private static long sink(MongoOptions options, Changes<Order, Document> changes, int count) throws Exception {
        try (SinkHarness<Order> sink = open(options, changes)) {
            for (int i = 0; i < count; i++) {
                sink.write(order(i));
            }
            sink.flush();
        }
        return count;
    }

    private static long driver(MongoCollection<Document> collection, int count, SinkTuning tuning, boolean guarded)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tuning.inFlight());
        Semaphore inFlight = new Semaphore(tuning.inFlight());
        List<CompletableFuture<Void>> requests = new ArrayList<>();
        try {
            List<WriteModel<Document>> batch = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                batch.add(upsert(order(i), guarded));
                if (batch.size() == tuning.batchEntries() || i == count - 1) {
                    List<WriteModel<Document>> full = batch;
                    batch = new ArrayList<>();
                    inFlight.acquire();
                    requests.add(CompletableFuture.runAsync(() -> write(collection, full), threads)
                            .whenComplete((done, failure) -> inFlight.release()));
                }
            }
            for (CompletableFuture<Void> request : requests) {
                request.get();
            }
        } finally {
            threads.shutdown();
        }
        return count;
    }

    private static void write(MongoCollection<Document> collection, List<WriteModel<Document>> batch) {
        collection.bulkWrite(batch, new BulkWriteOptions().ordered(false));
    }

    private static WriteModel<Document> upsert(Order order, boolean guarded) {
        Document document = order.document().append("_id", order.id());
        Bson filter = Filters.eq("_id", order.id());
        if (guarded) {
            document.append("_ver", order.version());
            filter = Filters.and(
                    filter, Filters.or(Filters.lte("_ver", new BsonInt64(order.version())), Filters.eq("_ver", null)));
        }
        return new ReplaceOneModel<>(filter, document, new ReplaceOptions().upsert(true));
    }

    // ------------------------------------------------------------------ lookups

    /** Four of five records ask for a key that is cached. */
    private static String key(int record) {
        return record % 5 == 0 ? "cold-" + record : "hot-" + record % HOT_KEYS;
    }

    private static void lookups(Session session, MongoDb server) throws Exception {
        int records = session.scaled(20_000);
        MongoCollection<BsonDocument> collection = server.newCollection();
        List<BsonDocument> documents = new ArrayList<>();
        for (int i = 0; i < HOT_KEYS; i++) {
            documents.add(document("hot-" + i));
        }
        for (int i = 0; i < records; i += 5) {
            documents.add(document("cold-" + i));
        }
        collection.insertMany(documents);
        ServerAddress near = new ServerAddress(server.address());
        try (DelayProxy far = DelayProxy.to(new InetSocketAddress(near.getHost(), near.getPort()), 500_000);
                MongoClient client = MongoClients.create(uri(far))) {
            String name = collection.getNamespace().getCollectionName();
            MongoCollection<BsonDocument> raw =
                    client.getDatabase(MongoDb.DATABASE).getCollection(name, BsonDocument.class);
            session.contest("MongoDB: " + records + " lookups, 1 ms away, 80 % cached", "lookups")
                    .rival(SYNC, () -> synchronous(raw, records))
                    .rival(BATCHED, () -> batched(MongoOptions.of(uri(far), MongoDb.DATABASE, name), records))
                    .bar(BATCHED, 10, "at least 10 times a synchronous lookup for each key")
                    .note("Both fill their cache of hot keys within the lap; the kit with its default options.")
                    .run();
        }
    }

    private static String uri(DelayProxy proxy) {
        return "mongodb://127.0.0.1:" + proxy.port();
    }

    private static BsonDocument document(String id) {
        return new BsonDocument("_id", new BsonString(id)).append("value", new BsonInt32(1));
    }

    private static long synchronous(MongoCollection<BsonDocument> collection, int records) {
        Map<String, BsonDocument> cache = new HashMap<>();
        long found = 0;
        for (int i = 0; i < records; i++) {
            BsonDocument document = cache.computeIfAbsent(key(i), id -> collection
                    .find(new BsonDocument("_id", new BsonString(id)))
                    .first());
            found += document == null ? 0 : 1;
        }
        return found;
    }

    private static long batched(MongoOptions options, int records) throws Exception {
        LookupOptions lookup = LookupOptions.defaults();
        Semaphore capacity = new Semaphore(lookup.capacity());
        List<CompletableFuture<?>> answers = new ArrayList<>();
        try (LookupHarness<ChangeKey, Integer> harness = LookupHarness.open(
                MongoLookup.of(options, MongoDocumentOptions.defaults(), document -> document.getInt32("value")
                        .getValue()),
                lookup)) {
            for (int i = 0; i < records; i++) {
                capacity.acquire();
                answers.add(harness.lookup(ChangeKey.of(key(i))).whenComplete((row, failure) -> capacity.release()));
            }
            long found = 0;
            for (CompletableFuture<?> answer : answers) {
                found += answer.get() == null ? 0 : 1;
            }
            return found;
        }
    }
}
