package io.connectorkit.mongodb;

import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import io.connectorkit.benchmarks.contest.Against;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A change as a guarded write of MongoDB's driver: filter, document and version; beside the same write put together by
 * hand, unguarded against wrong ids and shard keys.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@Against(value = "BY_HAND", param = "by")
public class BsonBenchmark {

    /** Who makes the write. */
    public enum By {
        BY_HAND,
        KIT
    }

    @Param
    public By by;

    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

    private final MongoDocumentOptions documents = MongoDocumentOptions.defaults();
    private final MongoKeys keys = new MongoKeys("orders", documents);
    private final MongoWrites writes = new MongoWrites(documents, WriteMode.NEWEST_WINS, false, InstantSource.system());
    private final BsonDocument payload = new BsonDocument();
    private long next;

    @Setup
    public void make() {
        for (int i = 0; i < 8; i++) {
            payload.put("text" + i, new BsonString("value-" + i));
            payload.put("number" + i, new BsonDouble(i));
        }
    }

    @Benchmark
    public Object write() {
        long id = next++;
        Change<BsonDocument> change = new Change.Upsert<>(ChangeKey.of(id), ChangeVersion.of(id + 1), payload);
        if (by == By.KIT) {
            return writes.of(change, keys.target(change.key()));
        }
        BsonInt64 key = new BsonInt64(id);
        BsonDocument filter = new BsonDocument("_id", key)
                .append(documents.versionField(), new BsonDocument("$lte", new BsonInt64(id + 1)));
        BsonDocument document = new BsonDocument("_id", key);
        document.putAll(payload);
        document.put(documents.versionField(), new BsonInt64(id + 1));
        return new ReplaceOneModel<>(filter, document, UPSERT);
    }
}
