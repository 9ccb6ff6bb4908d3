package io.connectorkit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.tck.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shared SQL parts with Flink's planner and a MiniCluster, over a connector of 100 lines. */
class SqlTableIT {

    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());

    @BeforeEach
    void emptyStores() {
        MemoryTableFactory.STORES.clear();
        MemoryTableFactory.LOOKUPS.set(0);
        sql.getConfig().set("parallelism.default", "1");
        // The store decides by key and version what stays: Flink need not keep the rows of a key for it.
        sql.getConfig().set("table.exec.sink.upsert-materialize", "NONE");
    }

    private void table(String name, String columns, String... options) {
        sql.executeSql(
                "CREATE TEMPORARY TABLE " + name + " (" + columns + ") WITH ('connector' = 'kit-memory', 'store' = '"
                        + name + "'" + (options.length == 0 ? "" : ", " + String.join(", ", options)) + ")");
    }

    private void run(String statement) throws Exception {
        sql.executeSql(statement).await();
    }

    private Map<ChangeKey, String> contents(String store) {
        return MemoryTableFactory.STORES
                .getOrDefault(store, MemoryStore.create())
                .contents();
    }

    @Test
    void theHighestVersionOfAKeyStaysWhateverArrivesLate() throws Exception {
        table(
                "orders",
                "region STRING, id INT, ver BIGINT, v STRING, PRIMARY KEY (region, id) NOT ENFORCED",
                "'sink.version-column' = 'ver'");
        run("INSERT INTO orders VALUES ('eu', 1, 5, 'new'), ('eu', 1, 4, 'old'), ('us', 1, 1, 'other')");
        run("INSERT INTO orders VALUES ('eu', 1, 3, 'replayed')");
        assertThat(contents("orders")).isEqualTo(Map.of(ChangeKey.of("eu", 1), "new", ChangeKey.of("us", 1), "other"));
    }

    @Test
    void aChangelogUpsertsAndDeletesByPrimaryKey() throws Exception {
        table("counts", "v STRING, n BIGINT, s STRING, PRIMARY KEY (n) NOT ENFORCED");
        sql.executeSql("CREATE TEMPORARY VIEW words AS SELECT * FROM (VALUES ('a'), ('b'), ('a'), ('a')) AS t(w)");
        // Counts of counts: words leave a count for the next, so that counts are deleted again.
        run("INSERT INTO counts SELECT CAST(COUNT(*) AS STRING), n, CAST(COUNT(*) AS STRING) FROM"
                + " (SELECT w, COUNT(*) AS n FROM words GROUP BY w) GROUP BY n");
        assertThat(contents("counts")).isEqualTo(Map.of(ChangeKey.of(1), "1", ChangeKey.of(3), "1"));
    }

    @Test
    void rowsWithoutAPrimaryKeyAreAppended() throws Exception {
        table("log", "v STRING");
        run("INSERT INTO log VALUES ('x'), ('x'), ('y')");
        assertThat(contents("log").values()).containsExactlyInAnyOrder("x", "x", "y");
    }

    @Test
    void anUpdatingQueryIsRefusedByATableWithoutAPrimaryKey() {
        table("log", "v STRING");
        assertThatThrownBy(() -> run("INSERT INTO log SELECT CAST(COUNT(*) AS STRING) FROM (VALUES (1), (2)) AS t(a)"))
                .hasMessageContaining("doesn't support consuming update changes");
    }

    @Test
    void aRowThatTheStoreRefusesIsKeptInTheDeadLetterFolder(@TempDir Path folder) throws Exception {
        table(
                "orders",
                "id STRING, v STRING, PRIMARY KEY (id) NOT ENFORCED",
                "'sink.dead-letters.path' = '" + folder.toUri() + "'");
        run("INSERT INTO orders VALUES ('a', 'fine'), ('b', 'poison \"1\"'), ('c', 'fine')");
        assertThat(contents("orders")).containsOnlyKeys(ChangeKey.of("a"), ChangeKey.of("c"));
        assertThat(lines(folder))
                .singleElement()
                .asString()
                .startsWith("{\"destination\":\"memory store\",\"operation\":\"UPSERT\",\"key\":\"b\",\"version\":null,"
                        + "\"payload\":\"" + Base64.getEncoder().encodeToString("poison \"1\"".getBytes()) + "\"")
                .contains("\"causeClass\":\"java.io.IOException\",\"message\":\"poison\",\"attempts\":1,");
    }

    private static List<String> lines(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .flatMap(file -> {
                        try {
                            return Files.readAllLines(file).stream();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
        }
    }

    @Test
    void everyProblemOfTheOptionsIsInOneException() {
        table(
                "orders",
                "id ARRAY<INT>, v STRING, PRIMARY KEY (v) NOT ENFORCED",
                "'sink.batch.max-size' = '600'",
                "'sink.retry.max-attempts' = '0'",
                "'sink.request-timeout' = '0 ms'",
                "'sink.version-column' = 'id'");
        assertThatThrownBy(() -> run("INSERT INTO orders VALUES (ARRAY[1], 'b')"))
                .rootCause()
                .isInstanceOf(ValidationException.class)
                .hasMessage("Options of a 'kit-memory' table:\n" + "sink.retry.max-attempts must be at least 1, got 0\n"
                        + "sink.batch.max-size (sink.batch.max-entries) must be between 1 and 500 (Firehose"
                        + " PutRecordBatch), got 600\n"
                        + "sink.request-timeout must be at least 1 ms, got PT0S\n"
                        + "sink.version-column must be an integer, DECIMAL(p, 0), digits in a string or a timestamp, got"
                        + " 'id' of type ARRAY<INT>");
    }

    @Test
    void failOnErrorIsASingleAttemptAndNothingElse() throws Exception {
        MemoryTableFactory.STORES.put("once", MemoryStore.create());
        table("once", "id STRING, v STRING, PRIMARY KEY (id) NOT ENFORCED", "'sink.fail-on-error' = 'true'");
        run("INSERT INTO once VALUES ('a', 'fine')");
        assertThat(contents("once")).containsOnlyKeys(ChangeKey.of("a"));
        table(
                "twice",
                "id STRING, v STRING, PRIMARY KEY (id) NOT ENFORCED",
                "'sink.fail-on-error' = 'true'",
                "'sink.retry.max-attempts' = '3'");
        assertThatThrownBy(() -> run("INSERT INTO twice VALUES ('a', 'b')"))
                .rootCause()
                .hasMessage("Options of a 'kit-memory' table:\nsink.fail-on-error must not be true together with"
                        + " sink.retry.max-attempts, which says what else becomes of a failure; leave one of them out");
    }

    @Test
    void whatCannotBeReadIsListedTogether() {
        sql.executeSql("CREATE TEMPORARY TABLE broken (id STRING) WITH ('connector' = 'kit-memory',"
                + " 'sink.in-flight' = 'many', 'sink.batch.linger' = 'soon', 'sink.colour' = 'red')");
        assertThatThrownBy(() -> run("INSERT INTO broken VALUES ('a')"))
                .rootCause()
                .hasMessageContaining("'store' must be set\n")
                .hasMessageContaining("'sink.in-flight' cannot be read: ")
                .hasMessageContaining("'sink.batch.linger' cannot be read: ")
                .hasMessageContaining("'sink.colour' must be one of its options, which are: [lookup.batch.linger, ");
    }

    @Test
    void aLookupJoinFindsAllRowsOfAKeyAndAsksOnceForAKeyThatIsCached() throws Exception {
        table(
                "airports",
                "code STRING, v STRING, PRIMARY KEY (code) NOT ENFORCED",
                "'lookup.cache' = 'PARTIAL'",
                "'lookup.partial-cache.max-rows' = '10'");
        run("INSERT INTO airports VALUES ('FRA', 'Frankfurt'), ('twin', 'both')");
        sql.executeSql("CREATE TEMPORARY VIEW flights AS SELECT code, PROCTIME() AS seen FROM"
                + " (VALUES ('FRA'), ('FRA'), ('twin'), ('nowhere'), (CAST(NULL AS STRING))) AS t(code)");
        List<Row> joined = CollectionUtil.iteratorToList(sql.executeSql(
                        "SELECT f.code, a.v FROM flights AS f LEFT JOIN airports FOR SYSTEM_TIME AS OF f.seen AS a"
                                + " ON f.code = a.code")
                .collect());
        assertThat(joined)
                .extracting(row -> row.getField(0) + "=" + row.getField(1))
                .containsExactlyInAnyOrder(
                        "FRA=Frankfurt", "FRA=Frankfurt", "twin=both", "twin=both", "nowhere=null", "null=null");
        assertThat(MemoryTableFactory.LOOKUPS).hasValue(3);
    }

    @Test
    void cacheOptionsWithoutACacheAreRefused() {
        table("airports", "code STRING, v STRING", "'lookup.partial-cache.max-rows' = '10'");
        assertThatThrownBy(() -> sql.executeSql("SELECT * FROM airports"))
                .rootCause()
                .hasMessage("Options of a 'kit-memory' table:\nlookup.partial-cache.max-rows must be set with"
                        + " lookup.cache = PARTIAL only, got NONE; set lookup.cache or leave it out");
    }

    @Test
    void aCacheThatTheStoreDoesNotHaveIsRefusedAndNotLeftOut() {
        table("airports", "code STRING, v STRING", "'lookup.cache' = 'FULL'");
        assertThatThrownBy(() -> sql.executeSql("SELECT * FROM airports"))
                .rootCause()
                .hasMessage("Options of a 'kit-memory' table:\nlookup.cache must be NONE or PARTIAL, got FULL");
    }

    @Test
    void aStoreThatCanOnlyBeLookedUpSaysSoWhenScanned() {
        table("airports", "code STRING, v STRING");
        assertThatThrownBy(() -> sql.executeSql("SELECT * FROM airports"))
                .hasMessage("memory store 'airports' can be looked up (JOIN .. FOR SYSTEM_TIME AS OF), not scanned");
    }
}
