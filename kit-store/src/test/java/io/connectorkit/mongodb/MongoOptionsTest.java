package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.WriteConcern;
import io.connectorkit.change.DeleteMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class MongoOptionsTest {

    @Test
    void everyProblemIsInOneException() {
        assertThatThrownBy(() -> new MongoOptions(
                        "http://joe:s3cret@host", "a.b", "system.x", "joe", null, Duration.ZERO, null, false))
                .hasMessage(
                        """
                        uri must start with 'mongodb://' or 'mongodb+srv://', got 'http://***@host'
                        database must not contain / \\ . space " $ * < > : | ? (MongoDB), got 'a.b'
                        collection must not be empty, start with 'system.' or contain $ (MongoDB), got 'system.x'
                        username and password must be set together, got only username
                        username must be given in one place, got the option and the uri
                        connect-timeout must be between 1 ms and 2147483647 ms, got PT0S""");
    }

    @Test
    void aConnectionStringThatDoesNotParseIsShownWithoutItsPassword() {
        assertThatThrownBy(() -> MongoOptions.of("mongodb://joe:s3cret@host:port", "db", "c"))
                .hasMessage(
                        "uri must be a connection string such as mongodb://host:27017/?replicaSet=rs0 (user names and"
                                + " passwords percent-encoded), got 'mongodb://***@host:port'");
    }

    @Test
    void unacknowledgedWritesAreRefusedWhereverTheyAreAskedFor() {
        String message =
                "write concern must be acknowledged, or a checkpoint would cover writes that never happened, got"
                        + " w=0; use majority";
        assertThatThrownBy(() -> MongoOptions.of("mongodb://h/?w=0", "db", "c")).hasMessage(message);
        MongoOptions options = MongoOptions.of("mongodb://h", "db", "c");
        assertThatThrownBy(() -> options.withWriteConcern(WriteConcern.UNACKNOWLEDGED))
                .hasMessage(message);
    }

    @Test
    void secretsAreNotShown() {
        MongoOptions inUri = MongoOptions.of(
                "mongodb://joe:s3cret@h/?tlsCertificateKeyFilePassword=s3cret&authMechanismProperties=AWS_SESSION_TOKEN:s3cret",
                "db",
                "c");
        MongoOptions apart = MongoOptions.of("mongodb://h", "db", "c").withCredentials("joe", "s3cret");
        assertThat(inUri.toString()).doesNotContain("s3cret").contains("uri=mongodb://***@h/?");
        assertThat(apart.toString()).doesNotContain("s3cret").contains("username=joe, password=***");
    }

    @Test
    void whatReadsOneCollectionNeedsItsName() {
        assertThatThrownBy(() -> MongoLookup.of(
                        MongoOptions.ofDatabase("mongodb://h", "db"),
                        MongoDocumentOptions.defaults(),
                        BsonDocument::toJson))
                .hasMessage("collection must be set for a lookup, got none; use MongoOptions.of");
    }

    @Test
    void documentLayoutsAreCheckedAsAWhole() {
        assertThatThrownBy(() -> new MongoDocumentOptions(
                        List.of("a", "a", "$b"),
                        List.of("_id", "v"),
                        MongoIdType.AS_GIVEN,
                        "v",
                        DeleteMode.HARD,
                        "v",
                        Duration.ofDays(1)))
                .hasMessage(
                        """
                        id fields must differ, got 'a' twice
                        id field must not be empty, start with $ or contain NUL (MongoDB), got '$b'
                        version field and deleted-at field must differ, got 'v' for both
                        shard key fields must be other fields than _id, which is in every filter anyway, got '_id'
                        field 'v' must have one role, got it as id or shard key and as the sink's own
                        field 'v' must have one role, got it as id or shard key and as the sink's own
                        tombstone ttl must be set for TOMBSTONE only, got PT24H with HARD""");
        assertThatThrownBy(() -> MongoDocumentOptions.defaults().withTombstones(Duration.ofMillis(10)))
                .hasMessage("tombstone ttl must be between 1 s and PT596523H14M7S (MongoDB), got PT0.01S");
    }

    @Test
    void sourceOptionsAreCheckedAsAWhole() {
        MongoSourceOptions defaults = MongoSourceOptions.defaults();
        assertThatThrownBy(() -> new MongoSourceOptions(
                        MongoPartitioning.AUTO,
                        MemorySize.parse("1 b"),
                        0,
                        0,
                        0,
                        List.of(),
                        new BsonDocument(),
                        -1L,
                        defaults.retry(),
                        Duration.ZERO))
                .hasMessage(
                        """
                        scan.partition.size must be at least 1 kb, got 1 bytes
                        scan.partition.samples must be at least 1, got 0
                        scan.partition.record-size must be at least 1, got 0
                        scan.fetch-size must be at least 1, got 0
                        limit must be at least 0, got -1
                        scan.request-timeout must be between 1 ms and 2147483647 ms, got PT0S""");
    }

    @Test
    void everythingTravelsWithTheJob() throws Exception {
        List<Object> values = List.of(
                MongoOptions.of("mongodb://h", "db", "c")
                        .withWriteConcern(WriteConcern.W2)
                        .withTransactions(),
                MongoDocumentOptions.defaults().withIdFields("a", "b").withTombstones(Duration.ofDays(1)),
                MongoSourceOptions.defaults()
                        .withFilter(BsonDocument.parse("{a: 1}"))
                        .withProjection("a"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(values);
        assertThat(new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject())
                .isEqualTo(values);
    }
}
