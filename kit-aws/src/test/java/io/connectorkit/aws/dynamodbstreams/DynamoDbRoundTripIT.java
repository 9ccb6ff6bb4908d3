package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsServers;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** What {@code kit-dynamodb} writes, {@code kit-dynamodb-streams} reads as the same rows. */
@ExtendWith(AwsServers.Shared.class)
class DynamoDbRoundTripIT {

    private static final String COLUMNS = "id INT, s STRING, c CHAR(3), b BOOLEAN, t1 TINYINT, t2 SMALLINT, t8 BIGINT,"
            + " f FLOAT, d DOUBLE, n DECIMAL(38, 9), bin BYTES, day_ DATE, time_ TIME(3), ts TIMESTAMP(9),"
            + " ts0 TIMESTAMP(0), ltz TIMESTAMP_LTZ(9), days ARRAY<DATE>, counts MAP<STRING, TIMESTAMP(3)>,"
            + " nested ROW<at_ TIME(0), who ROW<since TIMESTAMP_LTZ(3), n INT>>, PRIMARY KEY (id) NOT ENFORCED";

    /** Around what a text of a time may leave out: seconds, fractions, the sign of a year. */
    private static final List<String> ROWS = List.of(
            "(1, 'é', 'abc', TRUE, CAST(-128 AS TINYINT), CAST(32767 AS SMALLINT), 9223372036854775807,"
                    + " CAST(1.5 AS FLOAT), CAST(-0.1 AS DOUBLE), CAST('12345678901234567890123456789.123456789' AS DECIMAL(38, 9)), X'00FF',"
                    + " DATE '2024-02-29', TIME '12:30:00', TIMESTAMP '2024-02-29 12:30:00.000000001',"
                    + " TIMESTAMP '2024-02-29 00:00:00', TO_TIMESTAMP_LTZ(1709209800123, 3), ARRAY[DATE '1969-12-31'],"
                    + " MAP['k', TIMESTAMP '1970-01-01 00:00:00.500'],"
                    + " ROW(TIME '23:59:59', ROW(TO_TIMESTAMP_LTZ(-1, 3), 7)))",
            "(2, '', 'x  ', FALSE, CAST(0 AS TINYINT), CAST(0 AS SMALLINT), -9223372036854775808,"
                    + " CAST(0 AS FLOAT), CAST(1e100 AS DOUBLE), 0.000000001, X'', DATE '0001-01-01',"
                    + " TIME '00:00:00', TIMESTAMP '0001-01-01 00:00:00', TIMESTAMP '9999-12-31 23:59:59',"
                    + " TO_TIMESTAMP_LTZ(0, 3), ARRAY[DATE '9999-12-31', DATE '2000-01-01'],"
                    + " MAP['k', TIMESTAMP '9999-12-31 23:59:59.999'],"
                    + " ROW(TIME '00:00:01', ROW(TO_TIMESTAMP_LTZ(253402300799999, 3), -7)))",
            "(3, CAST(NULL AS STRING), CAST(NULL AS CHAR(3)), CAST(NULL AS BOOLEAN), CAST(NULL AS TINYINT),"
                    + " CAST(NULL AS SMALLINT), CAST(NULL AS BIGINT), CAST(NULL AS FLOAT), CAST(NULL AS DOUBLE),"
                    + " CAST(NULL AS DECIMAL(38, 9)), CAST(NULL AS BYTES), CAST(NULL AS DATE), CAST(NULL AS TIME(3)),"
                    + " CAST(NULL AS TIMESTAMP(9)), CAST(NULL AS TIMESTAMP(0)), CAST(NULL AS TIMESTAMP_LTZ(9)),"
                    + " CAST(NULL AS ARRAY<DATE>), CAST(NULL AS MAP<STRING, TIMESTAMP(3)>),"
                    + " CAST(NULL AS ROW<at_ TIME(0), who ROW<since TIMESTAMP_LTZ(3), n INT>>))");

    private final AwsOptions aws;
    private final String table = "round-trip-" + System.nanoTime();
    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    private DynamoDbAsyncClient client;

    DynamoDbRoundTripIT(AwsServers servers) {
        this.aws = servers.dynamoDb();
    }

    @BeforeEach
    void createTable() {
        client = aws.build(DynamoDbAsyncClient.builder());
        client.createTable(create -> create.tableName(table)
                        .attributeDefinitions(a -> a.attributeName("id").attributeType(ScalarAttributeType.N))
                        .keySchema(k -> k.attributeName("id").keyType(KeyType.HASH))
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .streamSpecification(
                                s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
                .join();
        sql.getConfig().set("parallelism.default", "1");
        sql.getConfig().set("table.exec.sink.upsert-materialize", "NONE");
        sql.getConfig().set("table.local-time-zone", "Asia/Tokyo");
    }

    @AfterEach
    void close() {
        client.close();
    }

    private void create(String name, String connector, String options) {
        sql.executeSql("CREATE TEMPORARY TABLE " + name + " (" + COLUMNS + ") WITH ('connector' = '" + connector
                + "', 'table-name' = '" + table + "', 'aws.region' = '" + aws.region() + "', 'aws.endpoint' = '"
                + aws.endpoint() + "', 'aws.credentials.provider' = 'BASIC',"
                + " 'aws.credentials.basic.accesskeyid' = 'local', 'aws.credentials.basic.secretkey' = 'local'"
                + options + ")");
    }

    private List<String> rows(String query) throws Exception {
        List<String> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = sql.executeSql(query).collect()) {
            found.forEachRemaining(row -> rows.add(row.toString()));
        }
        return rows;
    }

    @Test
    void everyTypeComesBackAsItWasWritten() throws Exception {
        create("target", "kit-dynamodb", "");
        create(
                "changes",
                "kit-dynamodb-streams",
                ", 'source.init.position' = 'TRIM_HORIZON', 'source.stop.position' = 'LATEST'");
        for (String row : ROWS) {
            sql.executeSql("INSERT INTO target VALUES " + row).await();
        }
        List<String> expected = new ArrayList<>();
        for (String row : ROWS) {
            expected.addAll(rows("SELECT * FROM (VALUES " + row + ")"));
        }
        assertThat(rows("SELECT * FROM changes")).containsExactlyElementsOf(expected);
    }
}
