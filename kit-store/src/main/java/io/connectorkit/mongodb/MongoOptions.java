package io.connectorkit.mongodb;

import com.mongodb.WriteConcern;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a MongoDB deployment is, how to log in, and which collection is meant. Secrets never appear in {@link #toString()}.
 *
 * <p>Everything else the driver knows (TLS, compression, read preference, replica set) is set in the connection string.
 * Operators of one task manager with equal connection options share one client.
 *
 * @param uri connection string, {@code mongodb://} or {@code mongodb+srv://}
 * @param database name of the database
 * @param collection name of the collection; null when the first part of each key names it
 * @param username user; null when the connection string names one
 * @param password its password; null when the connection string has it
 * @param connectTimeout longest time to find a server that can serve and to connect to it
 * @param writeConcern when a write counts as done; null takes the connection string's, or {@code majority} if it has none
 * @param transactional whether each batch is one transaction
 */
public record MongoOptions(
        String uri,
        String database,
        @Nullable String collection,
        @Nullable String username,
        @Nullable String password,
        Duration connectTimeout,
        @Nullable WriteConcern writeConcern,
        boolean transactional)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    public MongoOptions {
        Objects.requireNonNull(uri, "uri");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        List<String> problems = new ArrayList<>();
        MongoOptionRules.uri(problems, uri);
        MongoOptionRules.database(problems, database);
        if (collection != null) {
            MongoOptionRules.collection(problems, collection);
        }
        MongoOptionRules.credentials(problems, uri, username, password);
        MongoOptionRules.timeout(problems, "connect-timeout", connectTimeout);
        MongoOptionRules.writeConcern(problems, uri, writeConcern);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** One collection; 5 s to connect, majority write concern unless {@code uri} says otherwise. */
    public static MongoOptions of(String uri, String database, String collection) {
        Objects.requireNonNull(collection, "collection");
        return new MongoOptions(uri, database, collection, null, null, Duration.ofSeconds(5), null, false);
    }

    /** All collections of a database: the first part of each key names the collection, the others are the id. */
    public static MongoOptions ofDatabase(String uri, String database) {
        return new MongoOptions(uri, database, null, null, null, Duration.ofSeconds(5), null, false);
    }

    /** A user and password (SCRAM), instead of those within the connection string, whose authSource holds. */
    public MongoOptions withCredentials(String username, String password) {
        return new MongoOptions(
                uri, database, collection, username, password, connectTimeout, writeConcern, transactional);
    }

    public MongoOptions withConnectTimeout(Duration connectTimeout) {
        return new MongoOptions(
                uri, database, collection, username, password, connectTimeout, writeConcern, transactional);
    }

    /** Weaker than majority, and a change of primary can undo what a checkpoint has covered. */
    public MongoOptions withWriteConcern(WriteConcern writeConcern) {
        return new MongoOptions(
                uri,
                database,
                collection,
                username,
                password,
                connectTimeout,
                Objects.requireNonNull(writeConcern, "writeConcern"),
                transactional);
    }

    /**
     * Writes each batch in a transaction: readers see all of it or nothing. Needs a replica set or a sharded cluster;
     * a batch is a set of keys that the sink chose, not a unit of the source.
     */
    public MongoOptions withTransactions() {
        return new MongoOptions(uri, database, collection, username, password, connectTimeout, writeConcern, true);
    }

    /** The collection of sources and lookups, which read exactly one. */
    String requiredCollection(String who) {
        if (collection == null) {
            throw new IllegalArgumentException(
                    "collection must be set for a " + who + ", got none; use MongoOptions.of");
        }
        return collection;
    }

    /** As written in messages. */
    String displayName() {
        return collection == null
                ? "MongoDB database '" + database + "'"
                : "MongoDB collection '" + database + "." + collection + "'";
    }

    @Override
    public String toString() {
        return "MongoOptions[uri=" + MongoOptionRules.masked(uri) + ", database=" + database + ", collection="
                + collection + ", username=" + username + ", password=" + (password == null ? "null" : "***")
                + ", connectTimeout=" + connectTimeout + ", writeConcern=" + writeConcern + ", transactional="
                + transactional + "]";
    }
}
