package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Updates;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.Referee;
import io.connectorkit.tck.SinkContract.Item;
import io.connectorkit.tck.SinkHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole sink, writer included, against a MongoDB-wire server whose connections are cut. */
class MongoSinkIT {

    private static final Queue<DeadLetter> LETTERS = new ConcurrentLinkedQueue<>();

    private static final MongoDocumentOptions DOCUMENTS =
            MongoDocumentOptions.defaults().withTombstones();

    private static final Changes<Item, Document> DOCUMENT_CHANGES = Changes.<Item, Document>of(
                    Item::key, item -> new Document("text", item.text()))
            .withVersion(item -> ChangeVersion.of(item.version()))
            .withDeletes(item -> item.text() == null);

    private static final Changes<Item, Bson> STEPS = Changes.<Item, Bson>of(Item::key, item -> Updates.inc("n", 1))
            .withVersion(item -> ChangeVersion.of(item.version()));

    private static final SinkOptions FAST = SinkOptions.defaults()
            .withTuning(SinkTuning.forMongoDb().withWindow(50, 8).withLinger(Duration.ofMillis(5)))
            .withRetry(RetryPolicy.defaults()
                    .withMaxAttempts(100)
                    .withDelays(Duration.ofMillis(1), Duration.ofMillis(50)));

    private MongoCollection<BsonDocument> collection;

    @BeforeEach
    void newCollection() {
        collection = MongoDb.shared().newCollection();
    }

    private MongoOptions through(CuttingProxy proxy) {
        return MongoOptions.of(
                proxy.uri(), MongoDb.DATABASE, collection.getNamespace().getCollectionName());
    }

    private Map<ChangeKey, String> living() {
        Map<ChangeKey, String> living = new HashMap<>();
        for (BsonDocument document : collection.find()) {
            if (document.containsKey("text")) {
                living.put(
                        ChangeKey.of(document.getString("_id").getValue()),
                        document.getString("text").getValue());
            }
        }
        return living;
    }

    /** How many steps each key has had. */
    private Map<String, Integer> counters() {
        Map<String, Integer> counters = new HashMap<>();
        for (BsonDocument document : collection.find()) {
            counters.put(
                    document.getString("_id").getValue(),
                    document.getNumber("n").intValue());
        }
        return counters;
    }

    @Test
    void connectionsThatAreCutAndKillsLeaveExactlyTheNewest() throws Exception {
        long seed = 3;
        try (CuttingProxy proxy = CuttingProxy.to(MongoDb.shared().address())) {
            proxy.cutEvery(4);
            MongoOptions options = through(proxy);
            SinkOptions small =
                    FAST.withTuning(SinkTuning.forMongoDb().withWindow(20, 4).withLinger(Duration.ofMillis(5)));
            Map<ChangeKey, String> expected = Referee.of(seed)
                    .withChanges(3_000)
                    .withKeys(150)
                    .withKills(3)
                    .run(() -> SinkHarness.open(MongoSink.of(DOCUMENT_CHANGES, options, DOCUMENTS, small)));
            assertThat(living()).as("seed %d", seed).isEqualTo(expected);
            assertThat(proxy.cuts()).isGreaterThan(5);
        }
    }

    /** Default retries: nothing is set for the outage. */
    @Test
    void anOutageOfThirtySecondsLosesAndRepeatsNothing() throws Exception {
        SinkOptions defaults = SinkOptions.defaults()
                .withTuning(SinkTuning.forMongoDb().withWindow(50, 4).withLinger(Duration.ofMillis(5)));
        Map<String, Integer> expected = new HashMap<>();
        try (CuttingProxy proxy = CuttingProxy.to(MongoDb.shared().address());
                SinkHarness<Item> sink = SinkHarness.open(
                        MongoSink.updating(STEPS, through(proxy), MongoDocumentOptions.defaults(), defaults))) {
            CompletableFuture<Void> back = new CompletableFuture<>();
            for (int version = 1; version <= 20; version++) {
                for (int key = 0; key < 40; key++) {
                    sink.write(new Item(ChangeKey.of("k" + key), version, "step"));
                    expected.merge("k" + key, 1, Integer::sum);
                }
                if (version == 10) {
                    proxy.down(true);
                    back = CompletableFuture.runAsync(
                            () -> up(proxy), CompletableFuture.delayedExecutor(30, TimeUnit.SECONDS));
                }
            }
            sink.flush();
            assertThat(back).as("the flush waited for the server").isCompleted();
            assertThat(sink.metric("retries")).isPositive();
        }
        assertThat(counters()).isEqualTo(expected);
    }

    private static void up(CuttingProxy proxy) {
        try {
            proxy.down(false);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aChangeOfPrimaryLosesAndRepeatsNothing() throws Exception {
        try (ScriptedMongo server = ScriptedMongo.start(ScriptedMongo.Topology.REPLICA_SET)) {
            // Before the election: written, unconfirmed or unanswered. During it: refused.
            server.amend(
                            "update",
                            3,
                            answer -> answer.append(
                                    "writeConcernError",
                                    BsonDocument.parse(
                                            "{code: 91, codeName: 'ShutdownInProgress', errmsg: 'stepping down'}")))
                    .cutAfter("update", 3)
                    .fail("update", 5, 189, "PrimarySteppedDown", "RetryableWriteError")
                    .fail("update", 5, 10107, "NotWritablePrimary")
                    .cutAfter("update", 3);
            MongoOptions options = MongoOptions.of(server.uri(), "db", "c");
            Map<String, Integer> expected = new HashMap<>();
            try (SinkHarness<Item> sink =
                    SinkHarness.open(MongoSink.updating(STEPS, options, MongoDocumentOptions.defaults(), FAST))) {
                for (int version = 1; version <= 30; version++) {
                    for (int key = 0; key < 30; key++) {
                        sink.write(new Item(ChangeKey.of("k" + key), version, "step"));
                        expected.merge("k" + key, 1, Integer::sum);
                    }
                }
                sink.flush();
            }
            Map<String, Integer> counters = new HashMap<>();
            server.store()
                    .documents("db.c")
                    .forEach(document -> counters.put(
                            document.getString("_id").getValue(),
                            document.getNumber("n").intValue()));
            assertThat(counters).isEqualTo(expected);
        }
    }

    @Test
    void twoSinksThatWriteTheSameKeysEndWithTheNewestOfBoth() throws Exception {
        MongoOptions options = MongoDb.shared().options(collection);
        Map<ChangeKey, String> expected = new HashMap<>();
        try (SinkHarness<Item> odd = SinkHarness.open(MongoSink.of(DOCUMENT_CHANGES, options, DOCUMENTS, FAST));
                SinkHarness<Item> even = SinkHarness.open(MongoSink.of(DOCUMENT_CHANGES, options, DOCUMENTS, FAST))) {
            for (int version = 1; version <= 40; version++) {
                for (int key = 0; key < 50; key++) {
                    Item item = new Item(ChangeKey.of("k" + key), version, "v" + version);
                    (version % 2 == 0 ? even : odd).write(item);
                    expected.put(item.key(), item.text());
                }
            }
            odd.flush();
            even.flush();
        }
        assertThat(living()).isEqualTo(expected);
    }

    // ------------------------------------------------------------------ in a job

    /** Keeps letters where the test can see them. */
    private static final class Letters implements Sink<DeadLetter> {
        private static final long serialVersionUID = 1L;

        @Override
        public SinkWriter<DeadLetter> createWriter(WriterInitContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(DeadLetter letter, Context ignored) {
                    LETTERS.add(letter);
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }

    private static <T> void run(List<T> records, TypeInformation<T> type, Sink<T> sink) throws Exception {
        try (StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2)) {
            env.fromData(records, type).rebalance().sinkTo(sink);
            env.execute();
        }
    }

    @Test
    void aJobWritesTheNeighboursOfBadRecordsAndReplaysThoseOnceMended() throws Exception {
        Changes<Tuple2<Long, String>, Document> changes = Changes.<Tuple2<Long, String>, Document>of(
                        row -> ChangeKey.of(row.f0),
                        // BSON has no field names with NUL.
                        row -> new Document("bad".equals(row.f1) ? "no\0name" : "v", row.f1))
                .withVersion(row -> ChangeVersion.of(1));
        List<Tuple2<Long, String>> rows = new ArrayList<>();
        for (long id = 0; id < 500; id++) {
            rows.add(Tuple2.of(id, id % 100 == 7 ? "bad" : "fine"));
        }
        MongoOptions options = MongoDb.shared().options(collection);
        LETTERS.clear();

        run(
                rows,
                Types.TUPLE(Types.LONG, Types.STRING),
                MongoSink.of(changes, options, DOCUMENTS).deadLettersTo(new Letters()));

        assertThat(collection.countDocuments()).isEqualTo(495);
        assertThat(LETTERS).extracting(DeadLetter::key).containsExactlyInAnyOrder("7", "107", "207", "307", "407");

        collection.insertOne(new BsonDocument("_id", new BsonInt32(107)).append("_ver", new BsonInt32(2)));
        List<DeadLetter> mended = new ArrayList<>();
        for (DeadLetter letter : LETTERS) {
            byte[] payload = new BsonPayload().encode(new BsonDocument("v", new BsonString("mended")));
            mended.add(new DeadLetter(
                    letter.destination(),
                    letter.operation(),
                    letter.key(),
                    letter.version(),
                    payload,
                    letter.causeClass(),
                    letter.message(),
                    letter.attempts(),
                    letter.timeMillis()));
        }
        run(
                mended,
                TypeInformation.of(DeadLetter.class),
                MongoSink.of(MongoSink.replay(WriteMode.NEWEST_WINS), options, DOCUMENTS));

        assertThat(collection.countDocuments(BsonDocument.parse("{v: 'mended'}")))
                .isEqualTo(4);
        assertThat(collection.find(BsonDocument.parse("{_id: 107}")).first().containsKey("v"))
                .isFalse();
    }
}
