package io.connectorkit.sink;

import io.connectorkit.failure.DeadLetter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A committing dead-letter sink in memory that can fail once while it writes or while it commits. */
final class TwoPhaseLetters implements Sink<DeadLetter>, SupportsCommitter<String> {

    private static final long serialVersionUID = 1L;
    private static final Map<String, Shared> SHARED = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();

    /** What outlives the job's restarts. */
    private static final class Shared {
        private final ConcurrentLinkedQueue<String> committed = new ConcurrentLinkedQueue<>();
        private final Set<String> transactions = ConcurrentHashMap.newKeySet();
        private final AtomicInteger written = new AtomicInteger();
        private final AtomicBoolean failsToWrite = new AtomicBoolean();
        private final AtomicBoolean failsToCommit = new AtomicBoolean();
    }

    TwoPhaseLetters() {
        SHARED.put(id, new Shared());
    }

    TwoPhaseLetters failingOnceToWrite() {
        shared().failsToWrite.set(true);
        return this;
    }

    TwoPhaseLetters failingOnceToCommit() {
        shared().failsToCommit.set(true);
        return this;
    }

    List<String> committedKeys() {
        return List.copyOf(shared().committed);
    }

    boolean hasFailed() {
        return !shared().failsToWrite.get() && !shared().failsToCommit.get();
    }

    private Shared shared() {
        return SHARED.get(id);
    }

    @Override
    public SinkWriter<DeadLetter> createWriter(WriterInitContext context) {
        return new Writer(shared());
    }

    @Override
    public Committer<String> createCommitter(CommitterInitContext context) {
        return new Commit(shared());
    }

    @Override
    public SimpleVersionedSerializer<String> getCommittableSerializer() {
        return new SimpleVersionedSerializer<>() {
            @Override
            public int getVersion() {
                return 1;
            }

            @Override
            public byte[] serialize(String committable) {
                return committable.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public String deserialize(int version, byte[] bytes) {
                return new String(bytes, StandardCharsets.UTF_8);
            }
        };
    }

    private static final class Writer implements CommittingSinkWriter<DeadLetter, String> {
        private final Shared shared;
        private final List<String> open = new ArrayList<>();

        Writer(Shared shared) {
            this.shared = shared;
        }

        @Override
        public void write(DeadLetter letter, Context context) throws IOException {
            open.add(letter.key());
            if (shared.written.incrementAndGet() > 20 && shared.failsToWrite.compareAndSet(true, false)) {
                throw new IOException("injected: the dead-letter sink fails to write");
            }
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public Collection<String> prepareCommit() {
            if (open.isEmpty()) {
                return List.of();
            }
            String transaction = UUID.randomUUID() + ";" + String.join(";", open);
            open.clear();
            return List.of(transaction);
        }

        @Override
        public void close() {}
    }

    private record Commit(Shared shared) implements Committer<String> {

        @Override
        public void commit(Collection<CommitRequest<String>> requests) throws IOException {
            for (CommitRequest<String> request : requests) {
                if (shared.failsToCommit.compareAndSet(true, false)) {
                    throw new IOException("injected: the committer fails");
                }
                String[] parts = request.getCommittable().split(";", -1);
                // A transaction is committed once, however often it is asked for.
                if (shared.transactions.add(parts[0])) {
                    for (int i = 1; i < parts.length; i++) {
                        shared.committed.add(parts[i]);
                    }
                }
            }
        }

        @Override
        public void close() {}
    }
}
