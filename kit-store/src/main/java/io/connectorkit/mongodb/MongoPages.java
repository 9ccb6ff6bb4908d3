package io.connectorkit.mongodb;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import io.connectorkit.failure.FailureKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a split page by page over one cursor. What breaks the cursor (a network, an election, a server that forgot it)
 * opens another one behind the last id that was read. One thread, but for {@link #close}.
 */
final class MongoPages<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MongoPages.class);

    /** Some documents and their ids; {@code last} when there are no more in the split. */
    record Page<T>(List<T> values, List<BsonValue> ids, boolean last) {}

    private final MongoRead read;
    private final MongoDocumentMapper<T> mapper;
    private final SplittableRandom random = new SplittableRandom();
    private final CountDownLatch closing = new CountDownLatch(1);

    private @Nullable SharedClient client;
    private @Nullable MongoSplit split;
    private @Nullable MongoCursor<BsonDocument> cursor;
    private int failures;

    MongoPages(MongoRead read, MongoDocumentMapper<T> mapper) {
        this.read = read;
        this.mapper = mapper;
    }

    /** Goes on with {@code next}, from where it was read to. */
    void open(MongoSplit next) {
        closeCursor();
        split = next;
        failures = 0;
    }

    /** The next documents, at most {@code scan.fetch-size} and at least one unless it is the last page. */
    Page<T> next() throws Exception {
        List<T> values = new ArrayList<>();
        List<BsonValue> ids = new ArrayList<>();
        while (true) {
            try {
                boolean more = fill(values, ids);
                failures = 0;
                return new Page<>(values, ids, !more);
            } catch (RuntimeException e) {
                closeCursor();
                failed(e);
                if (!ids.isEmpty()) {
                    return new Page<>(values, ids, false);
                }
            }
        }
    }

    private boolean fill(List<T> values, List<BsonValue> ids) throws Exception {
        MongoCursor<BsonDocument> open = cursor();
        while (ids.size() < read.source().fetchSize()) {
            if (!open.hasNext()) {
                return false;
            }
            BsonDocument document = open.next();
            BsonValue id = document.get(MongoDocumentOptions.ID, BsonNull.VALUE);
            values.add(value(document, id));
            ids.add(id);
            split = Objects.requireNonNull(split, "split").after(id);
        }
        return true;
    }

    private T value(BsonDocument document, BsonValue id) throws IOException {
        try {
            return Objects.requireNonNull(mapper.map(document), "the mapper must not return null");
        } catch (MongoFailure e) {
            throw new IOException(
                    read.options().displayName() + ", document with _id " + shown(id) + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new IOException(
                    read.options().displayName() + ": the mapper failed on the document with _id " + shown(id) + ": "
                            + e.getClass().getName(),
                    new MongoFailure(
                            e.getClass().getName() + " (its message is withheld, it may quote the document)", e));
        }
    }

    private static String shown(BsonValue id) {
        return new BsonDocument(MongoDocumentOptions.ID, id).toJson();
    }

    private MongoCursor<BsonDocument> cursor() {
        if (cursor == null) {
            if (client == null) {
                client = read.connect();
            }
            MongoCollection<BsonDocument> collection = read.collection(client);
            cursor = read.find(collection, Objects.requireNonNull(split, "split"))
                    .iterator();
        }
        return cursor;
    }

    /** Waits before the next attempt, or throws when there is none. */
    private void failed(RuntimeException e) throws IOException, InterruptedException {
        failures++;
        FailureKind kind = MongoFailures.kind(e);
        Exception safe = MongoFailures.safe(e);
        boolean passes = kind == FailureKind.RETRYABLE || kind == FailureKind.THROTTLED;
        if (!passes || !read.source().retry().allowsAnotherAfter(failures)) {
            throw new IOException(
                    "reading " + read.options().displayName() + " failed"
                            + (passes
                                    ? " and its retries are used up (" + failures + " of "
                                            + read.source().retry().maxAttempts() + ")"
                                    : "")
                            + ": " + safe.getMessage(),
                    safe);
        }
        LOG.warn("Reading {} failed and is tried again: {}", read.options().displayName(), safe.toString());
        if (closing.await(read.source().retry().delayMillis(failures, random), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("closed while waiting to read again");
        }
    }

    private void closeCursor() {
        MongoCursor<BsonDocument> open = cursor;
        cursor = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException e) {
                // Its connection is what broke.
                LOG.debug("A cursor could not be closed", e);
            }
        }
    }

    /** Ends a wait under way. */
    void interrupt() {
        closing.countDown();
    }

    @Override
    public void close() {
        closeCursor();
        if (client != null) {
            client.close();
        }
    }
}
