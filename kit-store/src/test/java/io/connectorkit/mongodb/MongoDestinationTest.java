package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Answer;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.RecordedMetrics;
import java.time.Duration;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scripted server's answers become. */
class MongoDestinationTest {

    private static final MongoDocumentOptions DOCUMENTS = MongoDocumentOptions.defaults();
    private static final String STANDALONE_REFUSED = "transactions must run on a replica set or a sharded cluster"
            + " (MongoDB), got a standalone server; leave withTransactions out";

    private ScriptedMongo server;

    private ScriptedMongo start(ScriptedMongo.Topology topology) throws Exception {
        server = ScriptedMongo.start(topology);
        return server;
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private MongoOptions options() {
        // The driver's own second try would hide what one answer becomes.
        return MongoOptions.of(
                server.uri() + (server.uri().contains("?") ? "&" : "/?") + "retryWrites=false", "db", "c");
    }

    private Destination<BsonDocument> open(MongoOptions options, MongoDocumentOptions documents, boolean steps)
            throws Exception {
        return open(options, documents, WriteMode.NEWEST_WINS, steps);
    }

    private Destination<BsonDocument> open(
            MongoOptions options, MongoDocumentOptions documents, WriteMode mode, boolean steps) throws Exception {
        return new MongoDestinationFactory(options, documents, mode, steps, Duration.ofSeconds(10))
                .open(new DestinationContext(0, SinkTuning.forMongoDb(), new RecordedMetrics()));
    }

    private static Change<BsonDocument> upsert(Object key, long version, String json) {
        return new Change.Upsert<>(ChangeKey.of(key), ChangeVersion.of(version), BsonDocument.parse(json));
    }

    private static Change<BsonDocument> delete(Object key, long version) {
        return new Change.Delete<>(ChangeKey.of(key), ChangeVersion.of(version));
    }

    private static BsonDocument writeErrors(BsonDocument answer, String... errors) {
        BsonArray all = new BsonArray();
        for (String error : errors) {
            all.add(BsonDocument.parse(error));
        }
        return answer.append("writeErrors", all);
    }

    // ------------------------------------------------------------------ whole requests

    @ParameterizedTest
    @CsvSource({
        "10107, NotWritablePrimary, RETRYABLE",
        "189, PrimarySteppedDown, RETRYABLE",
        "91, ShutdownInProgress, RETRYABLE",
        "11602, InterruptedDueToReplStateChange, RETRYABLE",
        "112, WriteConflict, RETRYABLE",
        "16500, RequestRateTooLarge, THROTTLED",
        "462, IngressRequestRateLimitExceeded, THROTTLED",
        "13, Unauthorized, FATAL",
        "18, AuthenticationFailed, FATAL",
        "2, BadValue, REJECTED"
    })
    void aFailedCommandIsOfTheKindOfItsCode(int code, String name, String kind) throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET).fail("update", 1, code, name);
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            assertThat(Answer.to(destination, upsert("k", 1, "{v: 1}")).letters())
                    .isEqualTo(kind + ": error " + code + " (" + name + "): scripted");
            assertThat(Answer.to(destination, upsert("k", 1, "{v: 1}")).letters())
                    .isEqualTo("D");
        }
    }

    @Test
    void aLabelOfTheServerDecidesBeforeItsCode() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET)
                .fail("update", 1, 2, "BadValue", "RetryableWriteError")
                .fail("update", 1, 2, "BadValue", "SystemOverloadedError");
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            assertThat(Answer.to(destination, upsert("k", 1, "{}")).letters()).startsWith("RETRYABLE");
            assertThat(Answer.to(destination, upsert("k", 1, "{}")).letters()).startsWith("THROTTLED");
        }
    }

    @Test
    void aWriteWhoseAnswerIsLostIsTriedAgainAndAppliedOnce() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET).cutAfter("update", 1);
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, true)) {
            Change<BsonDocument> step = upsert("k", 1, "{$inc: {n: 1}}");
            assertThat(Answer.to(destination, step).letters())
                    .startsWith("RETRYABLE: Prematurely reached end of stream");
            assertThat(Answer.to(destination, step).letters()).isEqualTo("S");
            assertThat(server.store().json("db.c")).containsExactly("{\"_id\": \"k\", \"n\": 1, \"_ver\": 1}");
        }
    }

    @ParameterizedTest
    @CsvSource({"64, WriteConcernFailed, RR", "91, ShutdownInProgress, RR", "100, UnsatisfiableWriteConcern, FF"})
    void whatIsWrittenButNotConfirmedGoesAgainUnlessItNeverWillBe(int code, String name, String letters)
            throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET)
                .amend(
                        "update",
                        1,
                        answer -> answer.append(
                                "writeConcernError",
                                BsonDocument.parse("{code: " + code + ", codeName: '" + name
                                        + "', errmsg: 'waiting for replication timed out'}")));
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            Answer answer = Answer.to(destination, upsert("k", 1, "{}"), upsert("l", 1, "{}"));
            assertThat(answer.letters()).isEqualTo(letters);
            assertThat(answer.reason(0))
                    .isEqualTo("the write concern was not met: error " + code + " (" + name
                            + "): waiting for replication timed out");
        }
    }

    @Test
    void writesAskForAMajorityUnlessToldOtherwise() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            Answer.to(destination, upsert("k", 1, "{}"));
        }
        try (Destination<BsonDocument> destination =
                open(options().withWriteConcern(com.mongodb.WriteConcern.W1), DOCUMENTS, false)) {
            Answer.to(destination, upsert("k", 2, "{}"));
        }
        assertThat(server.received("update"))
                .extracting(body -> body.getDocument("writeConcern").toJson())
                .containsExactly("{\"w\": \"majority\"}", "{\"w\": 1}");
    }

    // ------------------------------------------------------------------ single writes

    @Test
    void aDuplicateIdIsStaleOnlyWhereANewerVersionIsThere() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        server.store().put("db.c", "{_id: 'older', _ver: {$numberLong: '4'}}");
        server.store().put("db.c", "{_id: 'newer', _ver: {$numberLong: '6'}}");
        String error = ", code: 11000, errmsg: 'E11000 duplicate key error collection: db.c index: _id_ dup key: {}'}";
        // As if other writers had inserted all three between the search and the insert.
        server.answer(
                "update",
                1,
                writeErrors(
                                ScriptedMongo.ok().append("n", new org.bson.BsonInt32(0)),
                                "{index: 0" + error,
                                "{index: 1" + error,
                                "{index: 2" + error)
                        .toJson());
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            Answer answer =
                    Answer.to(destination, upsert("older", 5, "{}"), upsert("newer", 5, "{}"), upsert("gone", 5, "{}"));
            assertThat(answer.letters()).isEqualTo("RSR");
            assertThat(answer.reason(0)).isEqualTo("another writer changed key=older at the same time");
        }
    }

    @Test
    void refusedDocumentsAreRejectedAloneWithoutTheirValues() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET)
                .amend(
                        "update",
                        1,
                        answer -> writeErrors(
                                answer,
                                "{index: 1, code: 11000, errmsg: 'E11000 duplicate key error collection: db.c index:"
                                        + " email_1 dup key: { email: \"s3cret\" }'}",
                                "{index: 2, code: 121, errmsg: 'Document failed validation'}",
                                "{index: 3, code: 14, errmsg: 'Cannot increment with non-numeric argument: {x: \"s3cret\"}'}",
                                "{index: 4, code: 61, errmsg: 'could not extract exact shard key'}",
                                "{index: 5, code: 112, errmsg: 'WriteConflict'}"));
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            Answer answer = Answer.to(
                    destination,
                    upsert("a", 1, "{}"),
                    upsert("b", 1, "{}"),
                    upsert("c", 1, "{}"),
                    upsert("d", 1, "{}"),
                    upsert("e", 1, "{}"),
                    upsert("f", 1, "{}"));
            assertThat(answer.letters()).isEqualTo("DRRRRR");
            assertThat(answer.reason(1))
                    .isEqualTo("unique index 'email_1' of MongoDB collection 'db.c' has another document with the value"
                            + " of key=b (E11000)");
            assertThat(answer.reason(2))
                    .isEqualTo("the validator of MongoDB collection 'db.c' refused the document of key=c (error 121)");
            assertThat(answer.reason(3))
                    .isEqualTo("MongoDB collection 'db.c' refused key=d: error 14: Cannot increment with non-numeric"
                            + " argument: <values hidden>");
            assertThat(answer.reason(4))
                    .isEqualTo(
                            "the shard key of MongoDB collection 'db.c' must be in every filter, got one without it for"
                                    + " key=e (error 61); name its fields with withShardKey");
            assertThat(answer.reason(5)).contains("error 112");
        }
    }

    @Test
    void aChangeThatCannotBeADocumentIsRejectedBeforeItIsSent() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            Answer answer = Answer.to(
                    destination,
                    upsert("a", 1, "{_id: 'other'}"),
                    new Change.Upsert<>(ChangeKey.of("x", "y"), ChangeVersion.of(1), new BsonDocument()),
                    upsert("b", 1, "{_id: 'b'}"));
            assertThat(answer.letters()).isEqualTo("RRD");
            assertThat(answer.reason(0))
                    .isEqualTo(
                            "field '_id' of a document must be absent or what its key says, got something else in the"
                                    + " document of key=a");
            assertThat(answer.reason(1)).isEqualTo("key must have 1 part (_id), got 2 in key=x|y");
        }
    }

    @Test
    void wideVersionsAndLongOnesOrderAsNumbers() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        String wide = "170141183460469231731687303715884105727";
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            List<String> versions = List.of("5", wide, "9223372036854775807", wide + "0", wide, wide + "0");
            StringBuilder letters = new StringBuilder();
            for (String version : versions) {
                letters.append(Answer.to(
                                destination,
                                new Change.Upsert<>(
                                        ChangeKey.of("k"), ChangeVersion.of(version), BsonDocument.parse("{}")))
                        .letters());
            }
            assertThat(letters).hasToString("DDSDSD");
        }
    }

    @Test
    void aDocumentWithoutAVersionIsOlderThanAny() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        server.store().put("db.c", "{_id: 'k', v: 'loaded by hand'}");
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            assertThat(Answer.to(destination, upsert("k", 0, "{v: 'new'}")).letters())
                    .isEqualTo("D");
        }
        assertThat(server.store().json("db.c")).containsExactly("{\"_id\": \"k\", \"v\": \"new\", \"_ver\": 0}");
    }

    @Test
    void aHardDeleteThatRemovedNothingIsStaleOnlyWhereANewerDocumentIs() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        server.store().put("db.c", "{_id: 'newer', _ver: {$numberLong: '9'}}");
        server.store().put("db.c", "{_id: 'older', _ver: {$numberLong: '1'}}");
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, false)) {
            assertThat(Answer.to(destination, delete("newer", 5), delete("older", 5), delete("absent", 5))
                            .letters())
                    .isEqualTo("SDD");
        }
        assertThat(server.store().json("db.c")).containsExactly("{\"_id\": \"newer\", \"_ver\": 9}");
    }

    // ------------------------------------------------------------------ steps

    @Test
    void aStepIsAppliedOnceHoweverOftenItIsReplayed() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        try (Destination<BsonDocument> destination =
                open(options(), MongoDocumentOptions.defaults().withTombstones(), true)) {
            StringBuilder letters = new StringBuilder();
            for (int version : new int[] {1, 2, 1, 2, 3, 2}) {
                letters.append(Answer.to(
                                destination,
                                upsert(
                                        "k",
                                        version,
                                        "{$inc: {n: 1}, $set: {v: " + version + "}, $setOnInsert: {first: 1}}"))
                        .letters());
            }
            assertThat(letters).hasToString("DDSSDS");
            assertThat(server.store().json("db.c"))
                    .containsExactly("{\"_id\": \"k\", \"n\": 3, \"v\": 3, \"_ver\": 3, \"first\": 1}");
            assertThat(Answer.to(destination, delete("k", 4)).letters()).isEqualTo("D");
            assertThat(Answer.to(destination, upsert("k", 4, "{$inc: {n: 1}}")).letters())
                    .isEqualTo("S");
            assertThat(Answer.to(destination, upsert("k", 5, "{$inc: {n: 1}}")).letters())
                    .isEqualTo("D");
            assertThat(server.store().json("db.c")).containsExactly("{\"_id\": \"k\", \"_ver\": 5, \"n\": 1}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{v: 1}", "{$set: {_ver: 1}}", "{$set: {'_id': 1}}", "{$set: 1}", "{$unset: {_deletedAt: 1}}"})
    void aStepThatIsNoneOrTouchesTheSinksOwnFieldsIsRejected(String operators) throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        try (Destination<BsonDocument> destination = open(options(), DOCUMENTS, true)) {
            assertThat(Answer.to(destination, upsert("k", 1, operators)).reason(0))
                    .startsWith("an update must ")
                    .endsWith(" in the update of key=k");
        }
    }

    // ------------------------------------------------------------------ collections

    @Test
    void aCollectionThatFailsDoesNotHoldTheOthersBack() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET).fail("update", 1, 189, "PrimarySteppedDown");
        MongoOptions database = MongoOptions.ofDatabase(server.uri() + "&retryWrites=false", "db");
        try (Destination<BsonDocument> destination = open(database, DOCUMENTS, false)) {
            Answer answer = Answer.to(
                    destination,
                    new Change.Upsert<>(ChangeKey.of("eu", 1), ChangeVersion.of(1), BsonDocument.parse("{v: 1}")),
                    new Change.Upsert<>(ChangeKey.of("us", 1), ChangeVersion.of(1), BsonDocument.parse("{v: 2}")),
                    new Change.Upsert<>(ChangeKey.of("system.x", 1), ChangeVersion.of(1), new BsonDocument()));
            assertThat(answer.letters()).isEqualTo("RDR");
            assertThat(answer.reason(2))
                    .isEqualTo("the first part of a key must name a collection, got key=system.x|1");
            assertThat(server.store().json("db.us")).containsExactly("{\"_id\": 1, \"v\": 2, \"_ver\": 1}");
        }
    }

    // ------------------------------------------------------------------ shards

    @Test
    void theShardKeyIsInEveryFilterAndInEveryDocument() throws Exception {
        start(ScriptedMongo.Topology.SHARDED)
                .store()
                .put("config.collections", "{_id: 'db.c', key: {'a.region': 1, id: 1}}");
        server.store().shardBy("a.region", "id");
        MongoDocumentOptions documents = MongoDocumentOptions.defaults()
                .withIdFields("id")
                .withShardKey("a.region", "id")
                .withTombstones();
        MongoOptions options = MongoOptions.of(server.uri(), "db", "c");
        try (Destination<BsonDocument> destination = open(options, documents, false)) {
            ChangeKey key = ChangeKey.of(7, "eu");
            assertThat(Answer.to(
                                    destination,
                                    new Change.Upsert<>(key, ChangeVersion.of(1), BsonDocument.parse("{a: {b: 1}}")))
                            .letters())
                    .isEqualTo("D");
            assertThat(server.store().json("db.c"))
                    .containsExactly("{\"_id\": 7, \"a\": {\"b\": 1, \"region\": \"eu\"}, \"id\": 7, \"_ver\": 1}");
            assertThat(Answer.to(destination, new Change.Delete<>(key, ChangeVersion.of(0)))
                            .letters())
                    .isEqualTo("S");
            assertThat(Answer.to(
                                    destination,
                                    new Change.Upsert<>(
                                            key, ChangeVersion.of(2), BsonDocument.parse("{a: {region: 'us'}}")))
                            .reason(0))
                    .isEqualTo(
                            "field 'a.region' of a document must be absent or what its key says, got something else in"
                                    + " the document of key=7|eu");
        }
    }

    @Test
    void aShardKeyThatIsNotNamedIsToldWhenTheSinkOpens() throws Exception {
        start(ScriptedMongo.Topology.SHARDED)
                .store()
                .put("config.collections", "{_id: 'db.c', key: {region: 1, _id: 1}}");
        MongoOptions options = MongoOptions.of(server.uri(), "db", "c");
        assertThatThrownBy(() -> open(options, DOCUMENTS, false))
                .hasMessage("shard key of MongoDB collection 'db.c' must be named by withShardKey, which has [], got"
                        + " {\"region\": 1, \"_id\": 1}");
        assertThat(SharedClient.open()).isZero();
    }

    // ------------------------------------------------------------------ transactions

    @Test
    void aBatchIsOneTransactionAndAnUnknownCommitIsAskedForAgain() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET)
                .fail("commitTransaction", 1, 91, "ShutdownInProgress", "UnknownTransactionCommitResult");
        server.store().put("db.c", "{_id: 'newer', _ver: {$numberLong: '9'}}");
        try (Destination<BsonDocument> destination = open(options().withTransactions(), DOCUMENTS, false)) {
            assertThat(Answer.to(destination, upsert("k", 1, "{}"), upsert("newer", 1, "{}"), delete("l", 1))
                            .letters())
                    .isEqualTo("DSD");
        }
        assertThat(server.received("commitTransaction")).hasSizeGreaterThan(1);
        for (String command : List.of("find", "update", "delete", "commitTransaction")) {
            assertThat(server.received(command)).as(command).isNotEmpty().allMatch(body -> !body.getBoolean(
                            "autocommit")
                    .getValue());
        }
    }

    @Test
    void aTransactionWithOneBadDocumentWritesNothingAndIsHalved() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        try (Destination<BsonDocument> destination = open(options().withTransactions(), DOCUMENTS, false)) {
            assertThat(Answer.to(destination, upsert("k", 1, "{}"), upsert("l", 1, "{refused: 's3cret'}"))
                            .letters())
                    .startsWith("REJECTED: error 121")
                    .doesNotContain("s3cret");
            assertThat(server.store().json("db.c")).isEmpty();
            assertThat(server.received("abortTransaction")).isNotEmpty();
        }
    }

    @Test
    void transactionsOnAStandaloneServerAreRefusedWhenTheSinkOpens() throws Exception {
        start(ScriptedMongo.Topology.STANDALONE);
        assertThatThrownBy(() -> open(options().withTransactions(), DOCUMENTS, false))
                .hasMessage(STANDALONE_REFUSED);
    }

    // ------------------------------------------------------------------ opening

    @Test
    void aTombstoneIndexIsMadeOnRequestAndAConflictingOneIsTold() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        MongoDocumentOptions documents = MongoDocumentOptions.defaults().withTombstones(Duration.ofDays(7));
        open(options(), documents, false).close();
        assertThat(server.received("createIndexes")
                        .get(0)
                        .getArray("indexes")
                        .get(0)
                        .asDocument()
                        .toJson())
                .isEqualTo(
                        "{\"key\": {\"_deletedAt\": 1}, \"name\": \"_deletedAt_ttl\", \"expireAfterSeconds\": 604800}");
        server.fail("createIndexes", 1, 85, "IndexOptionsConflict");
        assertThatThrownBy(() -> open(options(), documents, false))
                .hasMessage(
                        "the index on '_deletedAt' of MongoDB collection 'db.c' must expire tombstones after 604800 s"
                                + " (tombstone ttl), got an index with other options; drop it, or give the sink its life time");
    }

    @Test
    void aRefusedLoginNamesTheOptionsAndNotThePassword() throws Exception {
        start(ScriptedMongo.Topology.STANDALONE).fail("saslStart", 100, 18, "AuthenticationFailed");
        assertThatThrownBy(() -> open(options().withCredentials("joe", "s3cret"), DOCUMENTS, false))
                .hasMessageStartingWith(
                        "username and password must be accepted by the servers of uri, got mongodb://127.0.0.1:")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void noServerNamesUriAndTimeout() throws Exception {
        start(ScriptedMongo.Topology.STANDALONE);
        MongoOptions options = options().withConnectTimeout(Duration.ofMillis(200));
        server.close();
        assertThatThrownBy(() -> open(options, DOCUMENTS, false))
                .hasMessageStartingWith(
                        "uri must lead to a server that can be written to within connect-timeout (200 ms),"
                                + " got mongodb://127.0.0.1:");
    }

    @Test
    void operatorsWithOneConnectionShareItsClientUntilTheLastIsClosed() throws Exception {
        start(ScriptedMongo.Topology.REPLICA_SET);
        Destination<BsonDocument> one = open(options(), DOCUMENTS, false);
        Destination<BsonDocument> two = open(options(), DOCUMENTS, WriteMode.OVERWRITE, false);
        assertThat(SharedClient.open()).isEqualTo(1);
        one.close();
        assertThat(Answer.to(two, upsert("k", 1, "{}")).letters()).isEqualTo("D");
        two.close();
        assertThat(SharedClient.open()).isZero();
    }
}
