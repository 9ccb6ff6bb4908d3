package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.bson.BsonDocument;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SQL tables with Flink's planner against a MongoDB-wire server. */
class MongoTableIT {

    /** One for all jobs: a cluster for each would take longer than they do. */
    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(4)
            .build());

    private static TableEnvironment sql;

    private MongoCollection<BsonDocument> collection;

    @BeforeEach
    void newCollection() {
        collection = MongoDb.shared().newCollection();
        sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        sql.getConfig().set("parallelism.default", "1");
        sql.getConfig().set("table.local-time-zone", "UTC");
        sql.getConfig().set("table.exec.sink.upsert-materialize", "NONE");
    }

    private void table(String name, String columns, String... options) {
        tablePartitioned(name, columns, "", options);
    }

    private void tablePartitioned(String name, String columns, String partitioned, String... options) {
        sql.executeSql("DROP TEMPORARY TABLE IF EXISTS " + name);
        sql.executeSql("CREATE TEMPORARY TABLE " + name + " (" + columns + ") " + partitioned
                + " WITH ('connector' = 'kit-mongodb', 'uri' = '"
                + MongoDb.shared().uri() + "', 'database' = '"
                + MongoDb.DATABASE + "', 'collection' = '"
                + collection.getNamespace().getCollectionName() + "'"
                + (options.length == 0 ? "" : ", " + String.join(", ", options)) + ")");
    }

    private static void run(String statement) throws Exception {
        sql.executeSql(statement).await();
    }

    private static List<String> rows(String query) {
        List<Row> rows = CollectionUtil.iteratorToList(sql.executeSql(query).collect());
        return rows.stream().map(Row::toString).sorted().toList();
    }

    private List<String> documents() {
        List<String> documents = new ArrayList<>();
        for (BsonDocument document : collection.find().sort(MongoRead.BY_ID)) {
            documents.add(document.toJson(JsonWriterSettings.builder().build()));
        }
        return documents;
    }

    private void insert(String... documents) {
        for (String document : documents) {
            collection.insertOne(BsonDocument.parse(document));
        }
    }

    private static final String ALL_TYPES = "id STRING, b BOOLEAN, bin BYTES, t TINYINT, s SMALLINT, i INT, l BIGINT,"
            + " f FLOAT, d DOUBLE, n DECIMAL(20, 4), `day` DATE, tod TIME(3), ts TIMESTAMP(3), ltz TIMESTAMP_LTZ(3),"
            + " a ARRAY<INT>, r ROW<x INT, y ROW<z STRING>>, m MAP<STRING, DECIMAL(5, 2)>, aa ARRAY<ROW<q DATE>>,"
            + " PRIMARY KEY (id) NOT ENFORCED";

    @Test
    void everyTypeComesBackAsItWasWritten() throws Exception {
        table("everything", ALL_TYPES);
        run("INSERT INTO everything VALUES"
                + " ('full', TRUE, x'0aff', CAST(-1 AS TINYINT), CAST(-2 AS SMALLINT), -3, 9007199254740993,"
                + " CAST(0.1 AS FLOAT), 0.2, CAST('1234567890123456.7890' AS DECIMAL(20, 4)), DATE '1969-12-31', TIME '23:59:58',"
                + " TIMESTAMP '2026-01-02 03:04:05.678', TO_TIMESTAMP_LTZ(1, 3), ARRAY[1, 2],"
                + " ROW(1, ROW('deep')), MAP['k', 1.25], ARRAY[ROW(DATE '2026-01-01')]),"
                + " ('nulls', CAST(NULL AS BOOLEAN), CAST(NULL AS BYTES), CAST(NULL AS TINYINT), CAST(NULL AS SMALLINT),"
                + " CAST(NULL AS INT), CAST(NULL AS BIGINT), CAST(NULL AS FLOAT), CAST(NULL AS DOUBLE),"
                + " CAST(NULL AS DECIMAL(20, 4)), CAST(NULL AS DATE), CAST(NULL AS TIME), CAST(NULL AS TIMESTAMP(3)),"
                + " CAST(NULL AS TIMESTAMP_LTZ(3)), CAST(NULL AS ARRAY<INT>), CAST(NULL AS ROW<x INT, y ROW<z STRING>>),"
                + " CAST(NULL AS MAP<STRING, DECIMAL(5, 2)>), CAST(NULL AS ARRAY<ROW<q DATE>>))");
        BsonDocument full = collection.find(BsonDocument.parse("{_id: 'full'}")).first();
        assertThat(full.toJson())
                .isEqualTo("{\"_id\": \"full\", \"id\": \"full\", \"b\": true,"
                        + " \"bin\": {\"$binary\": {\"base64\": \"Cv8=\", \"subType\": \"00\"}}, \"t\": -1, \"s\": -2,"
                        + " \"i\": -3, \"l\": 9007199254740993, \"f\": 0.1, \"d\": 0.2,"
                        + " \"n\": {\"$numberDecimal\": \"1234567890123456.7890\"},"
                        + " \"day\": {\"$date\": {\"$numberLong\": \"-86400000\"}}, \"tod\": \"23:59:58.000\","
                        + " \"ts\": {\"$date\": \"2026-01-02T03:04:05.678Z\"},"
                        + " \"ltz\": {\"$date\": \"1970-01-01T00:00:00.001Z\"}, \"a\": [1, 2],"
                        + " \"r\": {\"x\": 1, \"y\": {\"z\": \"deep\"}}, \"m\": {\"k\": {\"$numberDecimal\": \"1.25\"}},"
                        + " \"aa\": [{\"q\": {\"$date\": \"2026-01-01T00:00:00Z\"}}]}");
        assertThat(rows("SELECT * FROM everything"))
                .containsExactly(
                        "+I[full, true, [10, -1], -1, -2, -3, 9007199254740993, 0.1, 0.2, 1234567890123456.7890,"
                                + " 1969-12-31, 23:59:58, 2026-01-02T03:04:05.678, 1970-01-01T00:00:00.001Z, [1, 2],"
                                + " +I[1, +I[deep]], {k=1.25}, [+I[2026-01-01]]]",
                        "+I[nulls, null, null, null, null, null, null, null, null, null, null, null, null, null, null,"
                                + " null, null, null]");
    }

    @Test
    void aNumberOfAnyTypeFitsEveryColumnThatCanHoldIt() {
        insert(
                "{_id: 1, v: {$numberInt: '5'}}",
                "{_id: 2, v: {$numberLong: '5'}}",
                "{_id: 3, v: {$numberDouble: '5.0'}}",
                "{_id: 4}");
        List<String> queries = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (String type : List.of("TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(3, 1)")) {
            String name = "numbers" + queries.size();
            table(name, "_id INT, v " + type);
            queries.add("SELECT '" + type + "' AS t, _id, CAST(v AS DOUBLE) FROM " + name);
            for (int id = 1; id <= 4; id++) {
                expected.add("+I[" + type + ", " + id + ", " + (id == 4 ? "null" : "5.0") + "]");
            }
        }
        assertThat(rows(String.join(" UNION ALL ", queries))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aValueThatDoesNotFitNamesFieldAndDocumentOrReadsAsNull() {
        insert("{_id: 'a', r: {v: 5.5}}", "{_id: 'b', r: {v: 6}}");
        table("numbers", "_id STRING, r ROW<v INT>");
        assertThatThrownBy(() -> rows("SELECT * FROM numbers"))
                .rootCause()
                .hasMessage("field 'r.v' must fit INT, got a value of BSON type DOUBLE that does not; declare another"
                        + " type, or set 'read.unfit-values' = 'null'");
        table("numbers", "_id STRING, r ROW<v INT>", "'read.unfit-values' = 'null'");
        assertThat(rows("SELECT * FROM numbers")).containsExactly("+I[a, +I[null]]", "+I[b, +I[6]]");
    }

    @Test
    void theHighestVersionOfAKeyStaysAndDeletesLeaveATombstone() throws Exception {
        table(
                "orders",
                "region STRING, id INT, ver BIGINT, v STRING, PRIMARY KEY (region, id) NOT ENFORCED",
                "'sink.version-column' = 'ver'",
                "'sink.delete-mode' = 'TOMBSTONE'");
        run("INSERT INTO orders VALUES ('eu', 1, 5, 'new'), ('eu', 1, 4, 'old'), ('us', 1, 1, 'other')");
        run("INSERT INTO orders VALUES ('eu', 1, 3, 'replayed')");
        assertThat(rows("SELECT * FROM orders")).containsExactly("+I[eu, 1, 5, new]", "+I[us, 1, 1, other]");
        assertThat(documents())
                .contains("{\"_id\": {\"region\": \"eu\", \"id\": 1}, \"region\": \"eu\", \"id\": 1, \"ver\": 5,"
                        + " \"v\": \"new\", \"_ver\": 5}");
        collection.updateOne(
                BsonDocument.parse("{region: 'us'}"), BsonDocument.parse("{$set: {_deletedAt: {$date: 0}}}"));
        assertThat(rows("SELECT * FROM orders")).containsExactly("+I[eu, 1, 5, new]");
    }

    @Test
    void aChangelogUpsertsAndDeletesByPrimaryKey() throws Exception {
        table("counts", "v STRING, n BIGINT, PRIMARY KEY (n) NOT ENFORCED");
        sql.executeSql("CREATE TEMPORARY VIEW IF NOT EXISTS words AS SELECT * FROM"
                + " (VALUES ('a'), ('b'), ('a'), ('a')) AS t(w)");
        // Counts of counts: words leave a count for the next, so that counts are deleted again.
        run("INSERT INTO counts SELECT CAST(COUNT(*) AS STRING), n FROM"
                + " (SELECT w, COUNT(*) AS n FROM words GROUP BY w) GROUP BY n");
        assertThat(documents())
                .containsExactly("{\"_id\": 1, \"v\": \"1\", \"n\": 1}", "{\"_id\": 3, \"v\": \"1\", \"n\": 3}");
    }

    @Test
    void rowsWithoutAPrimaryKeyAreAppended() throws Exception {
        table("log", "v STRING");
        run("INSERT INTO log VALUES ('x'), ('x'), ('y')");
        assertThat(rows("SELECT * FROM log")).containsExactly("+I[x]", "+I[x]", "+I[y]");
    }

    @Test
    void objectIdsAreTextThatIsWrittenLookedUpAndFilteredAlike() throws Exception {
        String hex = "64b7f0c2a1b2c3d4e5f60718";
        table("ids", "_id STRING, v STRING, PRIMARY KEY (_id) NOT ENFORCED", "'id.type' = 'OBJECT_ID'");
        run("INSERT INTO ids VALUES ('" + hex + "', 'x')");
        assertThat(documents()).containsExactly("{\"_id\": {\"$oid\": \"" + hex + "\"}, \"v\": \"x\"}");
        assertThat(rows("SELECT * FROM ids WHERE _id = '" + hex + "'")).containsExactly("+I[" + hex + ", x]");
        assertThat(rows("SELECT p.k, i.v FROM (SELECT k, PROCTIME() AS pt FROM (VALUES ('" + hex
                        + "'), ('000000000000000000000000')) AS t(k)) AS p"
                        + " JOIN ids FOR SYSTEM_TIME AS OF p.pt AS i ON p.k = i._id"))
                .containsExactly("+I[" + hex + ", x]");

        newCollection();
        table("ids", "_id STRING, v STRING, PRIMARY KEY (_id) NOT ENFORCED");
        run("INSERT INTO ids VALUES ('" + hex + "', 'x')");
        assertThat(documents()).containsExactly("{\"_id\": \"" + hex + "\", \"v\": \"x\"}");
        assertThat(rows("SELECT p.k, i.v FROM (SELECT k, PROCTIME() AS pt FROM (VALUES ('" + hex
                        + "'), ('000000000000000000000000')) AS t(k)) AS p"
                        + " JOIN ids FOR SYSTEM_TIME AS OF p.pt AS i ON p.k = i._id"))
                .containsExactly("+I[" + hex + ", x]");
    }

    @Test
    void aLookupJoinFindsAllRowsOfAKeyAndMissesOfOthers() {
        insert(
                "{_id: 1, code: 'FRA', name: 'Frankfurt'}",
                "{_id: 2, code: 'BER', name: 'Tegel'}",
                "{_id: 3, code: 'BER', name: 'Brandenburg'}",
                "{_id: 4, code: 'HHN', name: 'gone', _deletedAt: {$date: 0}}");
        table(
                "airports",
                "code STRING, name STRING",
                "'lookup.cache' = 'PARTIAL'",
                "'lookup.partial-cache.max-rows' = '10'",
                "'sink.delete-mode' = 'TOMBSTONE'");
        sql.executeSql("CREATE TEMPORARY VIEW IF NOT EXISTS flights AS SELECT code, PROCTIME() AS seen FROM"
                + " (VALUES ('FRA'), ('FRA'), ('BER'), ('HHN'), ('nowhere'), (CAST(NULL AS STRING))) AS t(code)");
        assertThat(rows("SELECT f.code, a.name FROM flights AS f LEFT JOIN airports FOR SYSTEM_TIME AS OF f.seen AS a"
                        + " ON f.code = a.code"))
                .containsExactly(
                        "+I[BER, Brandenburg]",
                        "+I[BER, Tegel]",
                        "+I[FRA, Frankfurt]",
                        "+I[FRA, Frankfurt]",
                        "+I[HHN, null]",
                        "+I[nowhere, null]",
                        "+I[null, null]");
    }

    @Test
    void conditionsOnTheTableOfALookupJoinHoldThoughFlinkLeavesThemToTheSource() {
        insert("{_id: 1, code: 'FRA', open: true}", "{_id: 2, code: 'BER', open: false}", "{_id: 3, code: 'BER'}");
        table("airports", "_id INT, code STRING, `open` BOOLEAN");
        sql.executeSql("CREATE TEMPORARY VIEW trips AS SELECT code, PROCTIME() AS seen FROM"
                + " (VALUES ('FRA'), ('BER')) AS t(code)");
        assertThat(rows("SELECT f.code, a._id FROM trips AS f LEFT JOIN airports FOR SYSTEM_TIME AS OF f.seen AS a"
                        + " ON f.code = a.code AND a.`open` = FALSE"))
                .containsExactly("+I[BER, 2]", "+I[FRA, null]");
    }

    private static final List<String> VALUES = List.of(
            "{_id: 1, i: 1, s: 'a', b: true, day: {$date: '2026-01-01T00:00:00Z'}, ts: {$date: '2026-01-01T00:00:00.001Z'}}",
            "{_id: 2, i: {$numberLong: '2'}, s: 'b', b: false, day: {$date: '2026-01-01T23:59:59.999Z'}, ts: {$date: 0}}",
            "{_id: 3, i: 3.0, s: '64b7f0c2a1b2c3d4e5f60718', day: {$date: '2026-01-02T00:00:00Z'}}",
            "{_id: 4, i: null, s: null, b: null, day: null, ts: null}",
            "{_id: 5}",
            "{_id: 6, i: -1, s: {$oid: '64b7f0c2a1b2c3d4e5f60718'}, b: true, day: {$date: 0}, ts: {$date: 1}}",
            "{_id: 7, i: 2, s: {nested: 1}, b: false}");

    private static final List<String> CONDITIONS = List.of(
            "i = 2",
            "i <> 2",
            "i < 2 OR i > 2",
            "i >= 2 AND i <= 3",
            "NOT (i = 2)",
            "NOT (i IS NULL)",
            "i IS NULL",
            "i IS NULL AND s IS NULL",
            "NOT (i > 1 AND s <> 'a')",
            "i IN (1, 3)",
            "i NOT IN (1, 3)",
            "s = 'a'",
            "s <> 'a'",
            "s = '64b7f0c2a1b2c3d4e5f60718'",
            "s <> '64b7f0c2a1b2c3d4e5f60718'",
            "s = '{\"nested\": 1}'",
            "s > 'a'",
            "b",
            "NOT b",
            "b = FALSE OR i = 1",
            "b <> TRUE",
            "`day` = DATE '2026-01-01'",
            "`day` <> DATE '2026-01-01'",
            "`day` < DATE '2026-01-02'",
            "`day` <= DATE '2026-01-01'",
            "`day` > DATE '2026-01-01'",
            "`day` >= DATE '2026-01-02'",
            "ts = TIMESTAMP '2026-01-01 00:00:00.001'",
            "ts > TIMESTAMP '1970-01-01 00:00:00.000'",
            "ts > TIMESTAMP '1970-01-01 00:00:00.000001'",
            "i = 2 AND UPPER(s) = 'B'");

    /** The rows that pass each condition, in one job. */
    private List<String> passing(String table) {
        List<String> queries = new ArrayList<>();
        for (int i = 0; i < CONDITIONS.size(); i++) {
            queries.add("SELECT " + i + " AS c, _id FROM " + table + " WHERE " + CONDITIONS.get(i));
        }
        return rows(String.join(" UNION ALL ", queries));
    }

    @Test
    void aConditionMeansTheSameInTheServerAsInFlink() {
        insert(VALUES.toArray(new String[0]));
        String columns = "_id INT, i INT, s STRING, b BOOLEAN, `day` DATE, ts TIMESTAMP(3)";
        table("pushed", columns);
        // Values that read as NULL though they are there cannot be left to the server: nothing is pushed.
        table("plain", columns, "'read.unfit-values' = 'null'");
        assertThat(passing("pushed")).hasSizeGreaterThan(CONDITIONS.size()).isEqualTo(passing("plain"));
    }

    @Test
    void conditionsColumnsAndLimitReachTheServer() {
        insert("{_id: 1, i: 2, s: 'x'}", "{_id: 2, i: 3, s: 'y'}");
        table("pushed", "_id INT, i INT, s STRING");
        assertThat(sql.explainSql("SELECT s FROM pushed WHERE i <> 2 AND s = 'y' LIMIT 5"))
                .contains("filter=[and(<>(i, 2), =(s, _UTF-16LE'y':VARCHAR(2147483647) CHARACTER SET \"UTF-16LE\"))]")
                .contains("limit=[5]");
        assertThat(rows("SELECT s FROM pushed WHERE i <> 2 LIMIT 5")).containsExactly("+I[y]");
    }

    @Test
    void everyProblemOfTheOptionsIsInOneException() {
        table(
                "broken",
                "id ARRAY<INT>, v STRING, m MAP<INT, INT>, PRIMARY KEY (v) NOT ENFORCED",
                "'sink.buffer-flush.max-rows' = '200000'",
                "'sink.version-column' = 'id'",
                "'username' = 'u'",
                "'connect-timeout' = '0 ms'",
                "'tombstone.ttl' = '1 d'");
        assertThatThrownBy(() -> run("INSERT INTO broken VALUES (ARRAY[1], 'b', MAP[1, 2])"))
                .rootCause()
                .hasMessage("Options of a 'kit-mongodb' table:\n"
                        + "sink.buffer-flush.max-rows (sink.batch.max-entries) must be between 1 and 100000 (MongoDB bulk"
                        + " write), got 200000\n"
                        + "username and password must be set together, got only username\n"
                        + "connect-timeout must be between 1 ms and 2147483647 ms, got PT0S\n"
                        + "tombstone ttl must be set for TOMBSTONE only, got PT24H with HARD\n"
                        + "column 'm' must be of a type that BSON has (strings, numbers, BOOLEAN, BYTES, DATE, TIME,"
                        + " TIMESTAMP, ARRAY, ROW, MAP with string keys), got MAP<INT, INT>");
    }

    @Test
    void partitionColumnsAreTheShardKeyInEveryFilter() throws Exception {
        try (ScriptedMongo router = ScriptedMongo.start(ScriptedMongo.Topology.SHARDED)) {
            router.store().put("config.collections", "{_id: 'db.c', key: {region: 1}}");
            router.store().shardBy("region");
            sql.executeSql("DROP TEMPORARY TABLE IF EXISTS sharded");
            sql.executeSql("CREATE TEMPORARY TABLE sharded (_id BIGINT, region STRING, v STRING, PRIMARY KEY (_id) NOT"
                    + " ENFORCED) PARTITIONED BY (region) WITH ('connector' = 'kit-mongodb', 'uri' = '" + router.uri()
                    + "', 'database' = 'db', 'collection' = 'c')");
            run("INSERT INTO sharded VALUES (1, 'eu', 'x')");
            run("INSERT INTO sharded PARTITION (region = 'us') VALUES (2, 'y')");
            assertThat(router.store().json("db.c"))
                    .containsExactly(
                            "{\"_id\": 1, \"region\": \"eu\", \"v\": \"x\"}",
                            "{\"_id\": 2, \"region\": \"us\", \"v\": \"y\"}");
            assertThat(router.received("update")
                            .get(0)
                            .getArray("updates")
                            .get(0)
                            .asDocument()
                            .getDocument("q")
                            .toJson())
                    .isEqualTo("{\"_id\": 1, \"region\": \"eu\"}");
        }
    }
}
