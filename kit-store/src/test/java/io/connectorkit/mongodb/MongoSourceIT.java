package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import io.connectorkit.failure.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CollectionUtil;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bounded source against a MongoDB-wire server. */
class MongoSourceIT {

    private static final MongoDocumentOptions DOCUMENTS =
            MongoDocumentOptions.defaults().withTombstones();

    private static MongoCollection<BsonDocument> filled(int documents) {
        MongoCollection<BsonDocument> collection = MongoDb.shared().newCollection();
        collection.insertMany(IntStream.range(0, documents)
                .mapToObj(i -> new BsonDocument("_id", new BsonInt32(i)).append("n", new BsonInt32(i)))
                .toList());
        return collection;
    }

    private static MongoSource<Integer> numbers(MongoOptions options, MongoSourceOptions source) {
        return MongoSource.of(
                options, DOCUMENTS, source, document -> document.getInt32("n").getValue(), Types.INT);
    }

    private static List<MongoSplit> splits(MongoOptions options, MongoSourceOptions source) throws Exception {
        return MongoPartitions.of(new MongoRead(options, DOCUMENTS, source));
    }

    private static MongoSourceOptions pages(int partitionRecords, int fetchSize) {
        return MongoSourceOptions.defaults()
                .withPartitioning(MongoPartitioning.PAGINATION)
                .withPartitionRecords(partitionRecords)
                .withFetchSize(fetchSize)
                .withRetry(
                        RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(10)),
                        Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "SINGLE", "PAGINATION"})
    void aJobReadsEveryDocumentOnce(MongoPartitioning partitioning) throws Exception {
        MongoCollection<BsonDocument> collection = filled(5_000);
        MongoSource<Integer> source = numbers(
                MongoDb.shared().options(collection),
                pages(700, 300).withPartitioning(partitioning).withPartitionSize(MemorySize.parse("8 kb")));
        try (StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(3)) {
            List<Integer> read =
                    CollectionUtil.iteratorToList(env.fromSource(source, WatermarkStrategy.noWatermarks(), "numbers")
                            .executeAndCollect());
            assertThat(read).hasSize(5_000).doesNotHaveDuplicates();
        }
    }

    @Test
    void sampledSplitsCoverTheCollectionWithoutOverlap() throws Exception {
        MongoCollection<BsonDocument> collection = filled(3_000);
        MongoSourceOptions source =
                pages(1, 500).withPartitioning(MongoPartitioning.SAMPLE).withPartitionSize(MemorySize.parse("8 kb"));
        List<MongoSplit> splits;
        try {
            splits = splits(MongoDb.shared().options(collection), source);
        } catch (java.io.IOException e) {
            // FerretDB has no $sample: what it gets to hear is the test then.
            assertThat(e).hasMessageStartingWith("partition strategy 'sample' must be supported by the server of ");
            return;
        }
        assertThat(splits).hasSizeGreaterThan(3);
        try (ReaderFixture<Integer> reader =
                new ReaderFixture<>(numbers(MongoDb.shared().options(collection), source), splits)) {
            assertThat(reader.read(10_000)).hasSize(3_000).doesNotHaveDuplicates();
        }
    }

    @Test
    void paginationCutsAfterEverySoManyDocuments() throws Exception {
        MongoCollection<BsonDocument> collection = filled(2_500);
        List<MongoSplit> splits = splits(MongoDb.shared().options(collection), pages(1_000, 100));
        assertThat(splits)
                .extracting(MongoSplit::from)
                .containsExactly(null, new BsonInt32(1_000), new BsonInt32(2_000));
        assertThat(splits).extracting(MongoSplit::to).containsExactly(new BsonInt32(1_000), new BsonInt32(2_000), null);
    }

    @Test
    void anEmptyCollectionHasNoSplits() throws Exception {
        assertThat(splits(MongoDb.shared().options(MongoDb.shared().newCollection()), pages(10, 10)))
                .isEmpty();
    }

    @Test
    void idsOfSeveralTypesAreAllRead() throws Exception {
        MongoCollection<BsonDocument> collection = MongoDb.shared().newCollection();
        Set<BsonValue> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            ids.add(new BsonInt32(i));
            ids.add(new BsonInt64(100 + i));
            ids.add(new BsonDouble(i + 0.5));
            ids.add(new BsonString("s" + i));
            ids.add(new BsonDateTime(i));
            ids.add(new BsonObjectId(new ObjectId()));
            ids.add(new BsonDocument("a", new BsonInt32(i)));
        }
        ids.add(BsonBoolean.TRUE);
        collection.insertMany(
                ids.stream().map(id -> new BsonDocument("_id", id)).toList());
        MongoOptions options = MongoDb.shared().options(collection);
        MongoSourceOptions pages = pages(7, 3);
        MongoSource<String> source = MongoSource.of(options, DOCUMENTS, pages, BsonDocument::toJson, Types.STRING);
        try (ReaderFixture<String> reader = new ReaderFixture<>(source, splits(options, pages))) {
            assertThat(reader.read(1_000))
                    .containsExactlyInAnyOrderElementsOf(ids.stream()
                            .map(id -> new BsonDocument("_id", id).toJson())
                            .toList());
        }
    }

    @Test
    void goesOnBehindTheLastDocumentOfACheckpointWhereverThatWas() throws Exception {
        MongoCollection<BsonDocument> collection = filled(100);
        MongoOptions options = MongoDb.shared().options(collection);
        MongoSourceOptions pages = pages(40, 7);
        for (int stop : new int[] {0, 1, 6, 7, 8, 39, 40, 41, 79, 99, 100}) {
            List<Integer> read = new ArrayList<>();
            List<MongoSplit> state;
            try (ReaderFixture<Integer> before = new ReaderFixture<>(numbers(options, pages), splits(options, pages))) {
                read.addAll(before.read(stop));
                state = before.snapshot();
            }
            try (ReaderFixture<Integer> after = new ReaderFixture<>(numbers(options, pages), state)) {
                read.addAll(after.read(1_000));
            }
            assertThat(read).as("stopped after %d", stop).hasSize(100).doesNotHaveDuplicates();
        }
    }

    @Test
    void lostConnectionsLoseAndRepeatNothing() throws Exception {
        MongoCollection<BsonDocument> collection = filled(3_000);
        try (CuttingProxy proxy = CuttingProxy.to(MongoDb.shared().address())) {
            MongoOptions options = MongoOptions.of(
                    proxy.uri(), MongoDb.DATABASE, collection.getNamespace().getCollectionName());
            MongoSourceOptions pages = pages(1_000, 100);
            List<MongoSplit> splits = splits(MongoDb.shared().options(collection), pages);
            proxy.cutEvery(6);
            try (ReaderFixture<Integer> reader = new ReaderFixture<>(numbers(options, pages), splits)) {
                assertThat(reader.read(10_000)).hasSize(3_000).doesNotHaveDuplicates();
            }
            assertThat(proxy.cuts()).isGreaterThan(3);
        }
    }

    @Test
    void anOutageThatLastsEndsWithTheReason() throws Exception {
        MongoCollection<BsonDocument> collection = filled(10);
        try (CuttingProxy proxy = CuttingProxy.to(MongoDb.shared().address())) {
            MongoOptions options = MongoOptions.of(
                            proxy.uri(),
                            MongoDb.DATABASE,
                            collection.getNamespace().getCollectionName())
                    .withConnectTimeout(Duration.ofMillis(100));
            MongoSourceOptions pages = pages(100, 100)
                    .withRetry(
                            RetryPolicy.defaults()
                                    .withMaxAttempts(2)
                                    .withDelays(Duration.ofMillis(1), Duration.ofMillis(1)),
                            Duration.ofSeconds(10));
            List<MongoSplit> splits = splits(MongoDb.shared().options(collection), pages);
            proxy.down(true);
            try (ReaderFixture<Integer> reader = new ReaderFixture<>(numbers(options, pages), splits)) {
                assertThatThrownBy(() -> reader.read(10))
                        .hasMessageStartingWith("reading MongoDB collection '" + MongoDb.DATABASE + "."
                                + options.collection() + "' failed and its retries are used up (2 of 2): ");
            }
        }
    }

    @Test
    void readsOnlyWhatFilterAndProjectionLeaveAndNoTombstones() throws Exception {
        MongoCollection<BsonDocument> collection = filled(100);
        collection.insertOne(BsonDocument.parse("{_id: 1000, n: 50, _deletedAt: {$date: 0}}"));
        collection.insertOne(BsonDocument.parse("{_id: 1001, n: 60, deep: {a: 1, b: 2}}"));
        MongoOptions options = MongoDb.shared().options(collection);
        MongoSourceOptions source =
                pages(30, 10).withFilter(Filters.in("n", 50, 60)).withProjection("n", "deep.b");
        MongoSource<String> json = MongoSource.of(options, DOCUMENTS, source, BsonDocument::toJson, Types.STRING);
        try (ReaderFixture<String> reader = new ReaderFixture<>(json, splits(options, source))) {
            assertThat(reader.read(10))
                    .containsExactlyInAnyOrder(
                            "{\"_id\": 50, \"n\": 50}",
                            "{\"_id\": 60, \"n\": 60}",
                            "{\"_id\": 1001, \"n\": 60, \"deep\": {\"b\": 2}}");
        }
    }

    @Test
    void aMapperThatFailsNamesTheDocumentAndNotWhatIsInIt() throws Exception {
        MongoCollection<BsonDocument> collection = MongoDb.shared().newCollection();
        collection.insertOne(BsonDocument.parse("{_id: 7, n: 's3cret'}"));
        MongoOptions options = MongoDb.shared().options(collection);
        try (ReaderFixture<Integer> reader =
                new ReaderFixture<>(numbers(options, pages(10, 10)), splits(options, pages(10, 10)))) {
            assertThatThrownBy(() -> reader.read(1))
                    .hasMessage(options.displayName()
                            + ": the mapper failed on the document with _id {\"_id\": 7}:"
                            + " org.bson.BsonInvalidOperationException")
                    .satisfies(e -> assertThat(e.getCause()).hasMessageNotContaining("s3cret"));
        }
    }
}
