package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Partitions that only a sharded cluster or a real server has, on a scripted one. */
class MongoPartitionsTest {

    private ScriptedMongo server;

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private MongoRead read(MongoPartitioning partitioning) {
        return new MongoRead(
                MongoOptions.of(server.uri(), "db", "c"),
                MongoDocumentOptions.defaults(),
                MongoSourceOptions.defaults().withPartitioning(partitioning));
    }

    private void sharded() throws Exception {
        server = ScriptedMongo.start(ScriptedMongo.Topology.SHARDED);
        server.store().put("config.collections", "{_id: 'db.c', key: {k: 'hashed'}, uuid: 'u'}");
        server.store()
                .put("config.chunks", "{_id: 1, uuid: 'u', min: {k: {$minKey: 1}}, max: {k: {$numberLong: '0'}}}");
        server.store()
                .put("config.chunks", "{_id: 2, uuid: 'u', min: {k: {$numberLong: '0'}}, max: {k: {$maxKey: 1}}}");
        server.store().put("config.chunks", "{_id: 3, uuid: 'other', min: {k: {$minKey: 1}}, max: {k: {$maxKey: 1}}}");
    }

    @Test
    void everyChunkOfAShardedCollectionIsASplitByItsOwnBounds() throws Exception {
        sharded();
        for (MongoPartitioning partitioning : List.of(MongoPartitioning.SHARDED, MongoPartitioning.AUTO)) {
            assertThat(MongoPartitions.of(read(partitioning)))
                    .extracting(split -> split.chunk().toJson())
                    .containsExactly(
                            "{\"min\": {\"k\": {\"$minKey\": 1}}, \"max\": {\"k\": 0}, \"hint\": {\"k\": \"hashed\"}}",
                            "{\"min\": {\"k\": 0}, \"max\": {\"k\": {\"$maxKey\": 1}}, \"hint\": {\"k\": \"hashed\"}}");
        }
    }

    @Test
    void aChunkIsReadBetweenItsBoundsInTheOrderOfIdsAndGoesOnBehindTheLast() throws Exception {
        sharded();
        server.store().put("db.c", "{_id: 1, k: 1}");
        MongoSplit chunk =
                MongoPartitions.of(read(MongoPartitioning.SHARDED)).get(0).after(new BsonInt32(0));
        server.answer(
                "find", 1, "{ok: 1.0, cursor: {id: {$numberLong: '0'}, ns: 'db.c', firstBatch: [{_id: 1, k: 1}]}}");
        MongoSource<String> source = MongoSource.of(
                MongoOptions.of(server.uri(), "db", "c"),
                MongoDocumentOptions.defaults(),
                MongoSourceOptions.defaults(),
                BsonDocument::toJson,
                Types.STRING);
        try (ReaderFixture<String> reader = new ReaderFixture<>(source, List.of(chunk))) {
            assertThat(reader.read(10)).containsExactly("{\"_id\": 1, \"k\": 1}");
        }
        BsonDocument find = server.received("find").get(server.received("find").size() - 1);
        assertThat(find.getDocument("filter").toJson())
                .isEqualTo("{\"$or\": [{\"_id\": {\"$gt\": 0}}, {\"_id\": {\"$type\": [\"string\", \"object\","
                        + " \"binData\", \"objectId\", \"bool\", \"date\", \"timestamp\", \"maxKey\"]}}]}");
        assertThat(find.getDocument("sort").toJson()).isEqualTo("{\"_id\": 1}");
        assertThat(find.getDocument("min").toJson()).isEqualTo("{\"k\": {\"$minKey\": 1}}");
        assertThat(find.getDocument("max").toJson()).isEqualTo("{\"k\": 0}");
        assertThat(find.getDocument("hint").toJson()).isEqualTo("{\"k\": \"hashed\"}");
    }

    @Test
    void splitVectorCutsWhereTheServerWould() throws Exception {
        server = ScriptedMongo.start(ScriptedMongo.Topology.REPLICA_SET);
        server.store().put("db.c", "{_id: 1}");
        server.store().put("db.c", "{_id: 99}");
        for (MongoPartitioning partitioning : List.of(MongoPartitioning.SPLIT_VECTOR, MongoPartitioning.AUTO)) {
            server.answer("splitVector", 1, "{ok: 1.0, splitKeys: [{_id: 10}, {_id: 20}]}");
            assertThat(MongoPartitions.of(read(partitioning)))
                    .extracting(split -> split.filter().toJson())
                    .containsExactly(
                            "{\"_id\": {\"$lt\": 10}}",
                            "{\"_id\": {\"$gte\": 10, \"$lt\": 20}}",
                            "{\"_id\": {\"$gte\": 20}}");
        }
        assertThat(server.received("splitVector").get(0).toJson())
                .startsWith(
                        "{\"splitVector\": \"db.c\", \"keyPattern\": {\"_id\": 1}, \"maxChunkSizeBytes\": 67108864");
    }

    @Test
    void whatTheUserMayNotDoIsToldOrGoneAround() throws Exception {
        server = ScriptedMongo.start(ScriptedMongo.Topology.REPLICA_SET);
        server.store().put("db.c", "{_id: 1}");
        server.fail("splitVector", 2, 13, "Unauthorized").fail("collStats", 1, 13, "Unauthorized");
        assertThatThrownBy(() -> MongoPartitions.of(read(MongoPartitioning.SPLIT_VECTOR)))
                .hasMessage("partition strategy 'split-vector' must be supported by the server of MongoDB collection"
                        + " 'db.c' and allowed to its user, got error 13 (Unauthorized): scripted; use another"
                        + " scan.partition.strategy, such as 'pagination' or 'single'");
        assertThat(MongoPartitions.of(read(MongoPartitioning.AUTO))).hasSize(1);
        assertThatThrownBy(() -> MongoPartitions.of(read(MongoPartitioning.SHARDED)))
                .hasMessage("partition strategy 'sharded' must be used for a sharded collection, got MongoDB collection"
                        + " 'db.c', which is not; use 'default'");
    }
}
