package io.connectorkit.mongodb;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One driver client for all operators of a task manager with the same connection: monitors and connections are shared,
 * and the last one to close it closes the client.
 */
final class SharedClient implements AutoCloseable {

    private static final Map<Key, Shared> OPEN = new HashMap<>();

    private final Key key;
    private final MongoClient client;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SharedClient(Key key, MongoClient client) {
        this.key = key;
        this.client = client;
    }

    /** No wait for an answer takes longer than {@code requestTimeout}. */
    static SharedClient of(MongoOptions options, Duration requestTimeout) {
        Key key = new Key(
                options.uri(), options.username(), options.password(), options.connectTimeout(), requestTimeout);
        synchronized (OPEN) {
            Shared shared = OPEN.get(key);
            if (shared == null) {
                shared = new Shared(MongoClients.create(settings(key)));
                OPEN.put(key, shared);
            }
            shared.users++;
            return new SharedClient(key, shared.client);
        }
    }

    MongoClient client() {
        return client;
    }

    /** How many different connections are in use. */
    static int open() {
        synchronized (OPEN) {
            return OPEN.size();
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean last;
        synchronized (OPEN) {
            Shared shared = Objects.requireNonNull(OPEN.get(key), "a client in use is open");
            last = --shared.users == 0;
            if (last) {
                OPEN.remove(key);
            }
        }
        if (last) {
            client.close();
        }
    }

    private static MongoClientSettings settings(Key key) {
        ConnectionString uri = new ConnectionString(key.uri);
        int requestMillis = (int) Math.min(Integer.MAX_VALUE, key.requestTimeout.toMillis());
        int connectMillis = (int) key.connectTimeout.toMillis();
        MongoClientSettings.Builder settings = MongoClientSettings.builder()
                .applicationName("connector-kit")
                .applyConnectionString(uri)
                .codecRegistry(BsonPayload.REGISTRY)
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(connectMillis, TimeUnit.MILLISECONDS))
                .applyToSocketSettings(socket -> socket.connectTimeout(connectMillis, TimeUnit.MILLISECONDS)
                        .readTimeout(requestMillis, TimeUnit.MILLISECONDS))
                .applyToConnectionPoolSettings(pool -> {
                    pool.maxWaitTime(requestMillis, TimeUnit.MILLISECONDS);
                    if (uri.getMaxConnectionPoolSize() == null) {
                        // Threads bound it: one connection for each request in flight.
                        pool.maxSize(0);
                    }
                });
        if (key.username != null && key.password != null) {
            settings.credential(credential(uri, key.username, key.password.toCharArray()));
        }
        return settings.build();
    }

    /** The user given apart, with what the connection string says about how to log in. */
    private static MongoCredential credential(ConnectionString uri, String username, char[] password) {
        String source = parameter(uri, "authSource");
        return MongoCredential.createCredential(username, source == null ? "admin" : source, password);
    }

    private static @Nullable String parameter(ConnectionString uri, String name) {
        String text = uri.getConnectionString();
        for (String parameter : text.substring(text.indexOf('?') + 1).split("&", -1)) {
            if (parameter.regionMatches(true, 0, name + "=", 0, name.length() + 1)) {
                return parameter.substring(name.length() + 1);
            }
        }
        return null;
    }

    /** Everything that makes two clients different. Secret: never printed. */
    private record Key(
            String uri,
            @Nullable String username,
            @Nullable String password,
            Duration connectTimeout,
            Duration requestTimeout) {

        @Override
        public String toString() {
            return "Key[" + MongoOptionRules.masked(uri) + "]";
        }
    }

    /** A client and how many use it; guarded by the map that holds it. */
    private static final class Shared {
        final MongoClient client;
        int users;

        Shared(MongoClient client) {
            this.client = client;
        }
    }
}
