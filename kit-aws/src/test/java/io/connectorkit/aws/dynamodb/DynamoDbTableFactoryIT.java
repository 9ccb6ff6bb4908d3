package io.connectorkit.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsServers;
import io.connectorkit.change.ChangeKey;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** {@code kit-dynamodb} with Flink's planner, on a real table. */
@ExtendWith(AwsServers.Shared.class)
class DynamoDbTableFactoryIT {

    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    private final AwsServers servers;

    DynamoDbTableFactoryIT(AwsServers servers) {
        this.servers = servers;
        sql.getConfig().set("parallelism.default", "1");
        sql.getConfig().set("table.exec.sink.upsert-materialize", "NONE");
    }

    private void create(Table table, String columns, String... options) {
        sql.executeSql("CREATE TEMPORARY TABLE `" + table.name + "` (" + columns + ") WITH ("
                + "'connector' = 'kit-dynamodb', 'table-name' = '" + table.name + "', 'aws.region' = '"
                + table.aws.region() + "', 'aws.endpoint' = '" + table.aws.endpoint()
                + "', 'aws.credentials.provider' = 'BASIC', 'aws.credentials.basic.accesskeyid' = 'a',"
                + " 'aws.credentials.basic.secretkey' = 's'"
                + (options.length == 0 ? "" : ", " + String.join(", ", options)) + ")");
    }

    private void run(Table table, String values) throws Exception {
        sql.executeSql("INSERT INTO `" + table.name + "` " + values).await();
    }

    @Test
    void theHighestVersionOfAKeyStaysAndEveryTypeHasItsAttribute() throws Exception {
        try (Table table = Table.create(servers.dynamoDb(), ScalarAttributeType.S, ScalarAttributeType.N)) {
            create(
                    table,
                    "id STRING, line INT, ver BIGINT, amount DECIMAL(10, 2), b_ BOOLEAN, bin BYTES, d_ DATE,"
                            + " at_ TIMESTAMP(3), tags ARRAY<STRING>, counts MAP<STRING, INT>,"
                            + " nested ROW<a INT, b STRING>, PRIMARY KEY (id, line) NOT ENFORCED",
                    "'sink.version-column' = 'ver'",
                    "'sink.ignore-nulls' = 'true'",
                    "'sink.delete-mode' = 'TOMBSTONE'");
            run(
                    table,
                    "VALUES ('é', 1, 7, 12.50, true, X'00FF', DATE '2024-02-29', TIMESTAMP '2024-02-29 12:30:00.5',"
                            + " ARRAY['x', 'y'], MAP['k', 3], ROW(1, CAST(NULL AS STRING)))");
            run(
                    table,
                    "VALUES ('é', 1, 6, 0.0, false, X'', DATE '2000-01-01', TIMESTAMP '2000-01-01 00:00:00',"
                            + " ARRAY['old'], MAP['k', 0], ROW(0, 'old'))");
            Map<String, AttributeValue> item = table.items().get(ChangeKey.of("é", 1));
            assertThat(item)
                    .containsEntry("ver", AttributeValue.fromN("7"))
                    .containsEntry("amount", AttributeValue.fromN("12.5"))
                    .containsEntry("b_", AttributeValue.fromBool(true))
                    .containsEntry("d_", AttributeValue.fromS("2024-02-29"))
                    .containsEntry("at_", AttributeValue.fromS("2024-02-29T12:30:00.500"))
                    .containsEntry(
                            "tags", AttributeValue.fromL(List.of(AttributeValue.fromS("x"), AttributeValue.fromS("y"))))
                    .containsEntry("counts", AttributeValue.fromM(Map.of("k", AttributeValue.fromN("3"))))
                    .containsEntry(
                            "nested",
                            AttributeValue.fromM(
                                    Map.of("a", AttributeValue.fromN("1"), "b", AttributeValue.fromNul(true))));
            assertThat(item.get("bin").b().asByteArray()).containsExactly(0, 0xFF);
        }
    }

    @Test
    void aChangelogUpsertsAndDeletesByPrimaryKeyWithTheOfficialNamesOfOptions() throws Exception {
        try (Table table = Table.create(servers.dynamoDb(), ScalarAttributeType.N, null)) {
            create(
                    table,
                    "id BIGINT, words BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                    "'sink.batch.max-size' = '10'",
                    "'sink.requests.max-inflight' = '4'");
            sql.executeSql("CREATE TEMPORARY VIEW words AS SELECT * FROM (VALUES ('a'), ('b'), ('a'), ('a')) AS t(w)");
            run(table, "SELECT n, COUNT(*) FROM (SELECT w, COUNT(*) AS n FROM words GROUP BY w) GROUP BY n");
            assertThat(table.items().keySet()).containsExactlyInAnyOrder(ChangeKey.of(1), ChangeKey.of(3));
        }
    }

    @Test
    void partitionedByNamesTheKeyWhereThereIsNoPrimaryKey() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            sql.executeSql("CREATE TEMPORARY TABLE official (id STRING, v STRING) PARTITIONED BY (id) WITH ("
                    + "'connector' = 'kit-dynamodb', 'table-name' = '" + table.name + "', 'aws.region' = 'us-east-1',"
                    + " 'aws.endpoint' = '" + table.aws.endpoint() + "', 'aws.credentials.provider' = 'BASIC',"
                    + " 'aws.credentials.basic.accesskeyid' = 'a', 'aws.credentials.basic.secretkey' = 's')");
            sql.executeSql("INSERT INTO official VALUES ('k', 'first'), ('l', 'x'), ('k', 'last')")
                    .await();
            assertThat(table.item("k")).containsEntry("v", AttributeValue.fromS("last"));
            assertThat(table.items()).hasSize(2);
        }
    }

    private static final String PARTIAL_COLUMNS =
            "id STRING, doubled AS CONCAT(status, status), status STRING, city STRING,"
                    + " ver BIGINT, PRIMARY KEY (id) NOT ENFORCED";

    @Test
    void anInsertThatNamesColumnsLeavesTheOthersAsTheyAreBehindTheVersion() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            create(table, PARTIAL_COLUMNS, "'sink.partial-updates' = 'true'", "'sink.version-column' = 'ver'");
            table.put(Map.of("id", AttributeValue.fromS("k"), "other", AttributeValue.fromS("not of this table")));
            run(table, "VALUES ('k', 'new', 'Riga', 1)");
            run(table, "(ver, id, city) VALUES (3, 'k', CAST(NULL AS STRING)), (1, 'l', 'Oslo')");
            run(table, "(id, status, ver) VALUES ('k', 'late', 2)");
            run(table, "(id, status, ver) VALUES ('l', 'paid', 2)");
            assertThat(table.item("k"))
                    .containsOnly(
                            Map.entry("id", AttributeValue.fromS("k")),
                            Map.entry("other", AttributeValue.fromS("not of this table")),
                            Map.entry("status", AttributeValue.fromS("new")),
                            Map.entry("city", AttributeValue.fromNul(true)),
                            Map.entry("ver", AttributeValue.fromN("3")));
            assertThat(table.item("l"))
                    .containsOnly(
                            Map.entry("id", AttributeValue.fromS("l")),
                            Map.entry("city", AttributeValue.fromS("Oslo")),
                            Map.entry("status", AttributeValue.fromS("paid")),
                            Map.entry("ver", AttributeValue.fromN("2")));
        }
    }

    @Test
    void statementsOfOneJobWriteTheirOwnColumnsAndLeaveNullsOut() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            create(table, PARTIAL_COLUMNS, "'sink.partial-updates' = 'true'", "'sink.ignore-nulls' = 'true'");
            sql.getConfig().set("table.optimizer.reuse-sink-enabled", "true");
            StatementSet both = sql.createStatementSet();
            both.addInsertSql("INSERT INTO `" + table.name + "` (id, status) VALUES ('k', 'paid')");
            both.addInsertSql("INSERT INTO `" + table.name + "` (id, city) VALUES ('k', 'Riga')");
            both.execute().await();
            run(table, "(id, city) VALUES ('k', CAST(NULL AS STRING))");
            assertThat(table.item("k"))
                    .containsOnly(
                            Map.entry("id", AttributeValue.fromS("k")),
                            Map.entry("status", AttributeValue.fromS("paid")),
                            Map.entry("city", AttributeValue.fromS("Riga")));
        }
    }

    @Test
    void withoutPartialUpdatesAnInsertReplacesTheItemAsSqlSays() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            create(table, PARTIAL_COLUMNS);
            run(table, "VALUES ('k', 'new', 'Riga', 1)");
            run(table, "(id, city) VALUES ('k', 'Oslo')");
            assertThat(table.item("k")).containsEntry("status", AttributeValue.fromNul(true));
        }
    }

    @Test
    void aPartialUpdateMustNameItsVersion() {
        sql.executeSql("CREATE TEMPORARY TABLE guarded (" + PARTIAL_COLUMNS + ") WITH ('connector' = 'kit-dynamodb',"
                + " 'table-name' = 'guarded', 'sink.partial-updates' = 'true', 'sink.version-column' = 'ver')");
        assertThatThrownBy(() -> sql.executeSql("INSERT INTO guarded (id, city) VALUES ('k', 'Riga')"))
                .hasStackTraceContaining("Options of a 'kit-dynamodb' table:\nan INSERT with sink.partial-updates must"
                        + " name the key and the version column, got [id, city] without [ver]");
    }

    @Test
    void tellsAllThatIsWrongAtOnce() {
        sql.executeSql("CREATE TEMPORARY TABLE bad (a INT, b MAP<INT, INT>) WITH ('connector' = 'kit-dynamodb',"
                + " 'table-name' = 'x', 'aws.endpoint' = 'http://127.0.0.1:1', 'aws.credentials.provider' = 'BASIC',"
                + " 'sink.batch.max-size' = '26', 'sink.delete-mode' = 'TOMBSTONE')");
        assertThatThrownBy(() -> sql.executeSql("INSERT INTO bad VALUES (1, MAP[1, 1])"))
                .hasStackTraceContaining("Options of a 'kit-dynamodb' table:")
                .hasStackTraceContaining("sink.batch.max-size (sink.batch.max-entries) must be between 1 and 25"
                        + " (DynamoDB BatchWriteItem), got 26")
                .hasStackTraceContaining("aws.credentials.basic.accesskeyid must be set with aws.credentials.provider ="
                        + " BASIC, got none")
                .hasStackTraceContaining("PRIMARY KEY (or PARTITIONED BY) must name the table's partition key, and its"
                        + " sort key where it has one, got none")
                .hasStackTraceContaining("column 'b' must be of a type that DynamoDB has")
                .hasRootCauseInstanceOf(ValidationException.class);
    }
}
