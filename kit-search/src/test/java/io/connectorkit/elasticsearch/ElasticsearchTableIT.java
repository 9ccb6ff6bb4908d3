package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CollectionUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tables as a user writes them, with Flink's planner, a MiniCluster and a real node. */
@ExtendWith(OneNode.class)
class ElasticsearchTableIT {

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private static final AtomicInteger TABLES = new AtomicInteger();

    private StreamExecutionEnvironment job;
    private StreamTableEnvironment sql;
    private final ElasticsearchNode node;
    private final Index index;
    private final String name = "sql-" + TABLES.incrementAndGet();

    ElasticsearchTableIT(ElasticsearchNode node) {
        this.node = node;
        this.index = new Index(node);
    }

    @BeforeEach
    void open() {
        job = StreamExecutionEnvironment.getExecutionEnvironment();
        job.setRuntimeMode(RuntimeExecutionMode.STREAMING);
        job.setParallelism(1);
        sql = StreamTableEnvironment.create(job);
        // The index decides by key and version what stays: Flink need not keep the rows of a key for it.
        sql.getConfig().set("table.exec.sink.upsert-materialize", "NONE");
        sql.getConfig().set("table.local-time-zone", "UTC");
    }

    private void table(String columns, String... options) {
        tableOf(name, columns, options);
    }

    private void tableOf(String indexOption, String columns, String... options) {
        List<String> all = new ArrayList<>(List.of(
                "'connector' = 'kit-elasticsearch'",
                "'hosts' = '" + node.url() + "'",
                "'index' = '" + indexOption + "'"));
        all.addAll(List.of(options));
        sql.executeSql("DROP TEMPORARY TABLE IF EXISTS t");
        sql.executeSql("CREATE TEMPORARY TABLE t (" + columns + ") WITH (" + String.join(", ", all) + ")");
    }

    private void run(String statement) throws Exception {
        sql.executeSql(statement).await();
    }

    /** A changelog of (id INT, v STRING, ver BIGINT). */
    private void changelog(Row... rows) {
        sql.createTemporaryView(
                "changes",
                sql.fromChangelogStream(
                        job.fromData(
                                Types.ROW_NAMED(new String[] {"id", "v", "ver"}, Types.INT, Types.STRING, Types.LONG),
                                rows),
                        Schema.newBuilder()
                                .column("id", DataTypes.INT().notNull())
                                .column("v", DataTypes.STRING())
                                .column("ver", DataTypes.BIGINT())
                                .primaryKey("id")
                                .build(),
                        ChangelogMode.all()));
    }

    @Test
    void everyTypeIsWrittenInFullAndFoundAgain() throws Exception {
        table("id INT, bo BOOLEAN, ti TINYINT, sm SMALLINT, bi BIGINT, fl FLOAT, db DOUBLE, de DECIMAL(38, 10),"
                + " ch CHAR(2), vb BYTES, da DATE, tm TIME(3), ts TIMESTAMP(9), tz TIMESTAMP_LTZ(9),"
                + " ro ROW<a INT, b ROW<c STRING>>, ar ARRAY<INT>, ma MAP<STRING, DECIMAL(5, 2)>,"
                + " ra ARRAY<ROW<x STRING>>, nu STRING, PRIMARY KEY (id) NOT ENFORCED");
        run("INSERT INTO t VALUES (1, true, CAST(-7 AS TINYINT), CAST(300 AS SMALLINT), 9007199254740993,"
                + " CAST(1.5 AS FLOAT), 0.1e0, CAST('1234567890123456789012345678.0123456789' AS DECIMAL(38, 10)),"
                + " 'ab', CAST(x'00ff' AS BYTES), DATE '2024-02-29', TIME '12:34:56.789',"
                + " TIMESTAMP '2024-01-02 03:04:05.123456789',"
                + " CAST(TIMESTAMP '2024-01-02 03:04:05.987654321' AS TIMESTAMP_LTZ(9)),"
                + " ROW(7, ROW('deep')), ARRAY[1, CAST(NULL AS INT), 3], MAP['k', CAST(1.25 AS DECIMAL(5, 2))],"
                + " ARRAY[ROW('y')], CAST(NULL AS STRING))");
        assertThat(index.document(name, "1"))
                .isEqualTo("{\"id\":1,\"bo\":true,\"ti\":-7,\"sm\":300,\"bi\":9007199254740993,\"fl\":1.5,\"db\":0.1,"
                        + "\"de\":1234567890123456789012345678.0123456789,\"ch\":\"ab\",\"vb\":\"AP8=\","
                        + "\"da\":\"2024-02-29\",\"tm\":\"12:34:56.789\",\"ts\":\"2024-01-02T03:04:05.123456789\","
                        + "\"tz\":\"2024-01-02T03:04:05.987654321Z\",\"ro\":{\"a\":7,\"b\":{\"c\":\"deep\"}},"
                        + "\"ar\":[1,null,3],\"ma\":{\"k\":1.25},\"ra\":[{\"x\":\"y\"}],\"nu\":null}");
        List<Row> found = join("VALUES (1)", "a.*", "f.k = a.id");
        assertThat(join("VALUES (1)", "a.de, a.id", "f.k = a.id"))
                .as("a projection")
                .singleElement()
                .asString()
                .isEqualTo("+I[1234567890123456789012345678.0123456789, 1]");
        assertThat(found)
                .singleElement()
                .asString()
                .isEqualTo("+I[1, true, -7, 300, 9007199254740993, 1.5, 0.1,"
                        + " 1234567890123456789012345678.0123456789, ab, [0, -1], 2024-02-29, 12:34:56.789,"
                        + " 2024-01-02T03:04:05.123456789, 2024-01-02T03:04:05.987654321Z, +I[7, +I[deep]],"
                        + " [1, null, 3], {k=1.25}, [+I[y]], null]");
    }

    @Test
    void aChangelogUpdatesAndDeletesByPrimaryKey() throws Exception {
        table("id INT, v STRING, ver BIGINT, PRIMARY KEY (id) NOT ENFORCED");
        changelog(
                Row.ofKind(RowKind.INSERT, 1, "a", 1L),
                Row.ofKind(RowKind.INSERT, 2, "b", 1L),
                Row.ofKind(RowKind.UPDATE_BEFORE, 1, "a", 1L),
                Row.ofKind(RowKind.UPDATE_AFTER, 1, "a2", 2L),
                Row.ofKind(RowKind.DELETE, 2, "b", 1L));
        run("INSERT INTO t SELECT * FROM changes");
        assertThat(index.documents(name)).isEqualTo(Map.of("1", "{\"id\":1,\"v\":\"a2\",\"ver\":2}"));
    }

    @Test
    void theHighestVersionStaysAndTombstonesAreHiddenFromReaders() throws Exception {
        table(
                "id INT, v STRING, ver BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                "'sink.version-column' = 'ver'",
                "'sink.delete-mode' = 'TOMBSTONE'",
                "'sink.readers-alias' = '" + name + "-live'");
        changelog(
                Row.ofKind(RowKind.INSERT, 1, "new", 5L),
                Row.ofKind(RowKind.INSERT, 2, "gone", 5L),
                Row.ofKind(RowKind.DELETE, 2, "gone", 6L));
        run("INSERT INTO t SELECT * FROM changes");
        run("INSERT INTO t VALUES (1, 'replayed', 4), (2, 'replayed', 5)");
        assertThat(index.documents(name + "-live")).isEqualTo(Map.of("1", "{\"id\":1,\"v\":\"new\",\"ver\":5}"));
        assertThat(index.documents(name).get("2")).startsWith("{\"_deleted\":true,\"_deleted_at\":\"20");
    }

    @Test
    void versionsBeyond64BitsAreKeptInTheDocument() throws Exception {
        table(
                "id INT, v STRING, ver STRING, PRIMARY KEY (id) NOT ENFORCED",
                "'sink.version-column' = 'ver'",
                "'sink.version-field' = 'seq'");
        String newer = "49590338271490256608559692538361571095921575989136588898";
        run("INSERT INTO t VALUES (1, 'new', '" + newer + "')");
        run("INSERT INTO t VALUES (1, 'old', '" + newer.substring(0, 55) + "7')");
        run("INSERT INTO t VALUES (1, 'older', '7')");
        assertThat(index.document(name, "1"))
                .isEqualTo("{\"seq\":\"0000" + newer + "\",\"id\":1,\"v\":\"new\",\"ver\":\"" + newer + "\"}");
    }

    @Test
    void rowsWithoutAPrimaryKeyAreAppendedAndUpdatesRefused() throws Exception {
        table("v STRING");
        run("INSERT INTO t VALUES ('x'), ('x'), ('y')");
        assertThat(index.documents(name).values())
                .containsExactlyInAnyOrder("{\"v\":\"x\"}", "{\"v\":\"x\"}", "{\"v\":\"y\"}");
        assertThatThrownBy(() -> run("INSERT INTO t SELECT CAST(COUNT(*) AS STRING) FROM (VALUES (1), (2)) AS t(a)"))
                .hasMessageContaining("doesn't support consuming update changes");
    }

    @Test
    void columnsNameTheIndexOfRowsAndOfTheirDeletes() throws Exception {
        tableOf(name + "-{v}-{ver|yyyy}", "id INT, v STRING, ver TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED");
        changelog(
                Row.ofKind(RowKind.INSERT, 1, "eu", 2024L),
                Row.ofKind(RowKind.INSERT, 2, "eu", 2025L),
                Row.ofKind(RowKind.INSERT, 3, "us", 2024L),
                Row.ofKind(RowKind.INSERT, 4, "us", 2024L),
                Row.ofKind(RowKind.DELETE, 3, "us", 2024L));
        run("INSERT INTO t SELECT id, v, TO_TIMESTAMP(CAST(ver AS STRING) || '-06-01 00:00:00') FROM changes");
        assertThat(index.documents(name + "-eu-2024")).containsOnlyKeys("1");
        assertThat(index.documents(name + "-eu-2025")).containsOnlyKeys("2");
        assertThat(index.documents(name + "-us-2024")).containsOnlyKeys("4");
    }

    @Test
    void theClockNamesTheIndexOfAppendedRowsOnly() throws Exception {
        tableOf(name + "-{now()|yyyy}", "v STRING");
        run("INSERT INTO t VALUES ('x')");
        assertThat(index.documents(name + "-2*")).hasSize(1);

        tableOf(name + "-{now()|yyyy}", "v STRING, PRIMARY KEY (v) NOT ENFORCED");
        assertThatThrownBy(() -> run("INSERT INTO t VALUES ('x')"))
                .rootCause()
                .hasMessage("Options of a 'kit-elasticsearch' table:\n"
                        + "index must not depend on the clock in a table with a primary key, got '" + name
                        + "-{now()|yyyy}': a later change of a row, or a replay, would go to another index and leave the"
                        + " row in the first; use a column, as in {created|yyyy-MM-dd}, or drop the primary key");
    }

    @Test
    void primaryKeysOfAllTypesMakeTheIdsOfTheOfficialConnector() throws Exception {
        String columns = "s STRING, i INT, b BOOLEAN, d DATE, ts TIMESTAMP(3), v STRING,"
                + " PRIMARY KEY (s, i, b, d, ts) NOT ENFORCED";
        String row = "INSERT INTO t VALUES ('a_b', 7, true, DATE '2024-01-02', TIMESTAMP '2024-01-02 03:04:05', 'x')";
        table(columns, "'document-id.key-delimiter' = '_'");
        run(row);
        assertThat(index.documents(name)).containsOnlyKeys("a_b_7_true_2024-01-02_2024-01-02T03:04:05");

        tableOf(name + "-own", columns);
        run(row);
        assertThat(index.documents(name + "-own")).containsOnlyKeys("a_b|7|true|@2024-01-02|@2024-01-02T03:04:05");

        tableOf(
                name + "-refused",
                "x DOUBLE, y DECIMAL(5, 2), PRIMARY KEY (x, y) NOT ENFORCED",
                "'document-id.key-delimiter' = '$'");
        assertThatThrownBy(() -> run("INSERT INTO t VALUES (1.0e0, 1.00)"))
                .rootCause()
                .hasMessageContaining("document-id.key-delimiter must not be set with a primary key of a type without a"
                        + " stable text form, got 'x' of type DOUBLE NOT NULL; leave the option out\n")
                .hasMessageContaining("got 'y' of type DECIMAL(5, 2) NOT NULL");
    }

    @Test
    void partsOfDocumentsAreMergedAndNullColumnsLeftAlone() throws Exception {
        table("id INT, a STRING, b STRING, PRIMARY KEY (id) NOT ENFORCED", "'sink.action' = 'UPSERT'");
        run("INSERT INTO t VALUES (1, 'a1', 'b1')");
        run("INSERT INTO t VALUES (1, 'a2', CAST(NULL AS STRING)), (2, CAST(NULL AS STRING), 'b2')");
        assertThat(index.documents(name))
                .isEqualTo(Map.of(
                        "1", "{\"id\":1,\"a\":\"a2\",\"b\":\"b1\"}",
                        "2", "{\"id\":2,\"b\":\"b2\"}"));
    }

    @Test
    void aDdlOfTheOfficialConnectorMovesByOneWord() throws Exception {
        table(
                "id INT, v STRING, PRIMARY KEY (id) NOT ENFORCED",
                "'document-id.key-delimiter' = '$'",
                "'username' = 'kit'",
                "'password' = 's3cr3t'",
                "'format' = 'json'",
                "'sink.delivery-guarantee' = 'at-least-once'",
                "'sink.flush-on-checkpoint' = 'true'",
                "'sink.bulk-flush.max-actions' = '42'",
                "'sink.bulk-flush.max-size' = '2 mb'",
                "'sink.bulk-flush.interval' = '1 s'",
                "'sink.bulk-flush.backoff.strategy' = 'CONSTANT'",
                "'sink.bulk-flush.backoff.max-retries' = '3'",
                "'sink.bulk-flush.backoff.delay' = '50 ms'",
                "'connection.request-timeout' = '10 s'",
                "'connection.timeout' = '1 s'",
                "'socket.timeout' = '40 s'");
        run("INSERT INTO t VALUES (1, 'x')");
        assertThat(index.documents(name)).containsOnlyKeys("1");
    }

    @Test
    void everyProblemOfATableIsInOneException() {
        table(
                "id INT, v STRING, m MAP<DATE, INT>, PRIMARY KEY (id) NOT ENFORCED",
                "'username' = 'kit'",
                "'api-key' = 's3cr3t!'",
                "'connection.path-prefix' = 'x'",
                "'sink.bulk-flush.max-actions' = '-1'",
                "'sink.bulk-flush.backoff.delay' = '1 s'",
                "'sink.delivery-guarantee' = 'exactly-once'",
                "'sink.delete-mode' = 'TOMBSTONE'",
                "'sink.data-stream' = 'true'",
                "'format' = 'avro'");
        assertThatThrownBy(() -> run("INSERT INTO t VALUES (1, 'x', MAP[DATE '2024-01-01', 1])"))
                .rootCause()
                .hasMessageStartingWith("Options of a 'kit-elasticsearch' table:\n")
                .hasMessageContaining(
                        "username and password, api-key and bearer-token must not be set together; keep one\n")
                .hasMessageContaining("api-key must be the encoded key (base64 of id and key)")
                .hasMessageContaining("connection.path-prefix must be a path like /search, got 'x'\n")
                .hasMessageContaining("sink.bulk-flush.max-actions (sink.batch.max-entries) must be at least 1, got -1")
                .hasMessageContaining("sink.bulk-flush.backoff.max-retries and .delay must be set with a")
                .hasMessageContaining("sink.delivery-guarantee must be at-least-once or none, got exactly-once")
                .hasMessageContaining("tombstones must have a version to compare with")
                .hasMessageContaining("a data stream takes creates only")
                .hasMessageContaining("format must be json, got 'avro'")
                .hasMessageContaining("column 'm' must have strings, integers or booleans as keys of its map, got DATE")
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void aLookupJoinFindsByKeyInAnyOrderAndAllRowsOfOtherColumns() throws Exception {
        table("a STRING, b INT, city STRING, PRIMARY KEY (a, b) NOT ENFORCED", "'sink.refresh' = 'NOW'");
        StringBuilder rows = new StringBuilder("INSERT INTO t VALUES ('x', 1, 'Bonn')");
        for (int i = 2; i <= 25; i++) {
            rows.append(", ('x', ").append(i).append(", 'Berlin am Meer')");
        }
        run(rows.toString());
        assertThat(join("VALUES ('x', 1), ('x', 99)", "f.k, a.b, a.city", "f.k2 = a.b AND f.k = a.a"))
                .extracting(Row::toString)
                .containsExactly("+I[x, 1, Bonn]", "+I[x, null, null]");
        assertThat(join("VALUES ('Berlin am Meer')", "a.b, a.city", "f.k = a.city"))
                .hasSize(24)
                .doesNotHaveDuplicates();
    }

    /** Left join of {@code values} (k[, k2]) with the table. */
    private List<Row> join(String values, String columns, String condition) {
        String names = values.contains(", ") && values.indexOf(',') < values.indexOf(')') ? "k, k2" : "k";
        sql.executeSql("DROP TEMPORARY VIEW IF EXISTS facts");
        sql.executeSql("CREATE TEMPORARY VIEW facts AS SELECT *, PROCTIME() AS seen FROM (" + values + ") AS v(" + names
                + ")");
        return CollectionUtil.iteratorToList(sql.executeSql("SELECT " + columns
                        + " FROM facts AS f LEFT JOIN t FOR SYSTEM_TIME AS OF f.seen AS a ON " + condition)
                .collect());
    }
}
