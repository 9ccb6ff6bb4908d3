package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsServers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

@ExtendWith(AwsServers.Shared.class)
class DynamoDbStreamsSqlIT {

    private final AwsOptions aws;
    private final String table = "sql-" + System.nanoTime();
    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    private DynamoDbAsyncClient client;

    DynamoDbStreamsSqlIT(AwsServers servers) {
        this.aws = servers.dynamoDb();
    }

    @BeforeEach
    void open() {
        client = aws.build(DynamoDbAsyncClient.builder());
        sql.getConfig().set("parallelism.default", "1");
    }

    @AfterEach
    void close() {
        client.close();
    }

    private void createTable(StreamViewType view) {
        client.createTable(create -> create.tableName(table)
                        .attributeDefinitions(a -> a.attributeName("id").attributeType(ScalarAttributeType.S))
                        .keySchema(k -> k.attributeName("id").keyType(KeyType.HASH))
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .streamSpecification(s -> s.streamEnabled(true).streamViewType(view)))
                .join();
    }

    private void put(String id, int amount) {
        client.putItem(put -> put.tableName(table)
                        .item(Map.of(
                                "id",
                                AttributeValue.fromS(id),
                                "amount",
                                AttributeValue.fromN(Integer.toString(amount)))))
                .join();
    }

    private void delete(String id) {
        client.deleteItem(delete -> delete.tableName(table).key(Map.of("id", AttributeValue.fromS(id))))
                .join();
    }

    private void ddl(String columns, String... options) {
        sql.executeSql("CREATE TEMPORARY TABLE orders (" + columns + ") WITH ('connector' = 'kit-dynamodb-streams',"
                + "'table-name' = '" + table + "', 'aws.region' = '" + aws.region() + "', 'aws.endpoint' = '"
                + aws.endpoint() + "', 'aws.credentials.provider' = 'BASIC',"
                + "'aws.credentials.basic.accesskeyid' = 'local', 'aws.credentials.basic.secretkey' = 'local',"
                + "'source.stop.position' = 'LATEST'"
                + (options.length == 0 ? "" : ", " + String.join(", ", options)) + ")");
    }

    private List<String> rows(String query) throws Exception {
        List<String> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = sql.executeSql(query).collect()) {
            found.forEachRemaining(row -> rows.add(row.toString()));
        }
        return rows;
    }

    @Test
    void aStreamOfImagesIsAChangelogWithMetadata() throws Exception {
        createTable(StreamViewType.NEW_AND_OLD_IMAGES);
        put("a", 1);
        put("a", 2);
        delete("a");
        ddl("id STRING, amount INT", "'source.init.position' = 'TRIM_HORIZON'");
        assertThat(rows("SELECT * FROM orders")).containsExactly("+I[a, 1]", "-U[a, 1]", "+U[a, 2]", "-D[a, 2]");

        sql.executeSql("DROP TEMPORARY TABLE orders");
        ddl(
                "event STRING METADATA FROM 'event-name', id STRING, sequence STRING METADATA FROM 'sequence-number',"
                        + " created TIMESTAMP_LTZ(3) METADATA FROM 'creation-time', shard STRING METADATA FROM 'shard-id',"
                        + " who ROW<type STRING, principal_id STRING> METADATA FROM 'user-identity',"
                        + " PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR created AS created",
                "'source.init.position' = 'TRIM_HORIZON'",
                "'changelog' = 'KEYS_ONLY'");
        assertThat(rows(
                        "SELECT event, id, sequence <> '', created > TO_TIMESTAMP_LTZ(0, 3), shard LIKE 'shardId-%', who"
                                + " FROM orders"))
                .contains("+I[INSERT, a, true, true, true, null]");
    }

    @Test
    void aSnapshotGoesBeforeTheChanges() throws Exception {
        createTable(StreamViewType.NEW_IMAGE);
        for (int i = 0; i < 50; i++) {
            put("item-" + i, i);
        }
        delete("item-0");
        ddl(
                "id STRING, amount BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                "'scan.snapshot' = 'initial'",
                "'scan.segments' = '3'",
                "'scan.page-size' = '7'");
        sql.getConfig().set("execution.checkpointing.interval", "200 ms");
        List<String> counts = rows("SELECT COUNT(*), SUM(amount) FROM orders");
        assertThat(counts).last().isEqualTo("+U[49, 1225]");
    }

    @Test
    void aSnapshotNeedsAStreamWithNewImages() {
        createTable(StreamViewType.KEYS_ONLY);
        ddl("id STRING, amount BIGINT, PRIMARY KEY (id) NOT ENFORCED", "'scan.snapshot' = 'initial'");
        assertThatThrownBy(() -> rows("SELECT * FROM orders"))
                .hasStackTraceContaining("table '" + table + "' must have a view with the images that"
                        + " source.required-images names (NEW), got KEYS_ONLY");
    }
}
