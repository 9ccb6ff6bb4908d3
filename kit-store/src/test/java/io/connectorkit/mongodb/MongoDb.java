package io.connectorkit.mongodb;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/**
 * The MongoDB that tests run against: a wire-compatible server in this JVM, or the one that {@code -Dkit.mongodb.uri}
 * names. One for all tests of a JVM, gone with it; each test takes a collection of its own.
 */
public final class MongoDb {

    public static final String DATABASE = "connector_kit_test";

    /** Connection string of a server to test against instead; benchmarks take it from the environment. */
    private static final String GIVEN =
            System.getProperty("kit.mongodb.uri", System.getenv().getOrDefault("KIT_MONGODB_URI", ""));

    private static final AtomicInteger COLLECTIONS = new AtomicInteger();

    private static final MongoDb SHARED = start();

    private final String uri;
    private final MongoClient client;

    private MongoDb(String uri) {
        this.uri = uri;
        this.client = MongoClients.create(uri);
    }

    /** The server of this JVM. */
    public static MongoDb shared() {
        return SHARED;
    }

    private static MongoDb start() {
        String uri = GIVEN;
        Runnable stop = () -> {};
        if (uri.isEmpty()) {
            MongoServer server = new MongoServer(new MemoryBackend());
            uri = "mongodb://127.0.0.1:" + server.bind().getPort();
            stop = server::shutdownNow;
        }
        MongoDb started = new MongoDb(uri);
        started.database().drop();
        Runnable stopServer = stop;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            started.client.close();
            stopServer.run();
        }));
        return started;
    }

    /** Whether duplicate key errors say which index they are about; FerretDB's do not. */
    boolean namesIndexes() {
        MongoCollection<BsonDocument> collection = newCollection();
        collection.insertOne(new BsonDocument("_id", new BsonInt32(1)));
        try {
            collection.insertOne(new BsonDocument("_id", new BsonInt32(1)));
            throw new IllegalStateException("two documents of one id");
        } catch (MongoWriteException e) {
            return MongoFailures.index(e.getMessage()) != null;
        }
    }

    /** Whether it is the in-process server, which finds a document by a range filter only by looking at all. */
    public boolean inProcess() {
        return GIVEN.isEmpty();
    }

    public String uri() {
        return uri;
    }

    /** {@code host:port}, for proxies. */
    public String address() {
        return uri.replaceAll("^mongodb://(?:[^@]*@)?([^/,?]+).*", "$1");
    }

    public MongoDatabase database() {
        return client.getDatabase(DATABASE);
    }

    /** A new, empty collection. */
    public MongoCollection<BsonDocument> newCollection() {
        MongoCollection<BsonDocument> collection =
                database().getCollection("c" + COLLECTIONS.incrementAndGet(), BsonDocument.class);
        collection.drop();
        return collection;
    }

    public MongoOptions options(MongoCollection<?> collection) {
        return MongoOptions.of(uri, DATABASE, collection.getNamespace().getCollectionName());
    }
}
