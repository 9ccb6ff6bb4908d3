package io.connectorkit.tck;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store in the memory of this JVM with threads of its own: what a good destination looks like, for jobs on a
 * MiniCluster. Keeps deleted keys as tombstones; refuses payloads that start with {@code poison}.
 */
public final class MemoryStore {

    private static final Map<Long, MemoryStore> STORES = new ConcurrentHashMap<>();
    private static final AtomicLong IDS = new AtomicLong();

    private final long id = IDS.incrementAndGet();
    private final Map<ChangeKey, Change<byte[]>> rows = new HashMap<>();
    private long writes;

    private MemoryStore() {}

    /** A new, empty store, reachable from every task of this JVM. */
    public static MemoryStore create() {
        MemoryStore store = new MemoryStore();
        STORES.put(store.id, store);
        return store;
    }

    /** The live rows as text. */
    public synchronized Map<ChangeKey, String> contents() {
        Map<ChangeKey, String> contents = new HashMap<>();
        rows.forEach((key, change) -> {
            if (change instanceof Change.Upsert<byte[]> upsert) {
                contents.put(key, new String(upsert.payload(), StandardCharsets.UTF_8));
            }
        });
        return contents;
    }

    /** How many changes were applied. */
    public synchronized long writes() {
        return writes;
    }

    /** A destination that writes to this store. */
    public DestinationFactory<byte[]> destination(WriteMode mode) {
        return new Factory(id, mode);
    }

    private synchronized Outcome apply(Change<byte[]> change, WriteMode mode) {
        if (change instanceof Change.Upsert<byte[]> upsert
                && new String(upsert.payload(), StandardCharsets.UTF_8).startsWith("poison")) {
            return Outcome.rejected(new IOException("poison"));
        }
        Change<byte[]> held = rows.get(change.key());
        if (held != null && mode == WriteMode.INSERT_ONLY) {
            return Outcome.stale();
        }
        ChangeVersion heldVersion = held == null ? null : held.version();
        ChangeVersion version = change.version();
        if (mode == WriteMode.NEWEST_WINS
                && heldVersion != null
                && version != null
                && version.compareTo(heldVersion) < 0) {
            return Outcome.stale();
        }
        rows.put(change.key(), change);
        writes++;
        return Outcome.delivered();
    }

    private record Factory(long store, WriteMode mode) implements DestinationFactory<byte[]> {

        @Override
        public Destination<byte[]> open(DestinationContext context) {
            return new Connection(STORES.get(store), mode, context.tuning().inFlight());
        }

        @Override
        public String name() {
            return "memory store";
        }

        @Override
        public Ordering ordering() {
            return Ordering.COALESCE;
        }

        @Override
        public boolean guarded() {
            return mode == WriteMode.NEWEST_WINS;
        }

        @Override
        public PayloadCodec<byte[]> payloadCodec() {
            return PayloadCodec.bytes();
        }
    }

    private static final class Connection implements Destination<byte[]> {
        private final MemoryStore store;
        private final WriteMode mode;
        private final ExecutorService threads;

        Connection(MemoryStore store, WriteMode mode, int inFlight) {
            this.store = store;
            this.mode = mode;
            this.threads = Executors.newFixedThreadPool(inFlight, task -> {
                Thread thread = new Thread(task, "memory-store");
                thread.setDaemon(true);
                return thread;
            });
        }

        @Override
        public void send(Batch<byte[]> batch, Completion completion) {
            threads.execute(() -> {
                List<Outcome> outcomes = new ArrayList<>(batch.size());
                for (Change<byte[]> change : batch) {
                    outcomes.add(store.apply(change, mode));
                }
                completion.completed(outcomes);
            });
        }

        @Override
        public int sizeOf(Change<byte[]> change) {
            return change instanceof Change.Upsert<byte[]> upsert ? 50 + upsert.payload().length : 50;
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }
}
