package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Test;

class DynamoDbStreamsTableFactoryTest {

    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());

    private String plan(String columns, String options) {
        sql.executeSql("CREATE TEMPORARY TABLE t (" + columns + ") WITH ('connector' = 'kit-dynamodb-streams'"
                + (options.isEmpty() ? "" : ", " + options) + ")");
        return sql.explainSql("SELECT * FROM t");
    }

    @Test
    void aViewWithBothImagesIsAChangelogOfItsOwn() {
        assertThat(plan("id STRING, v INT", "'table-name' = 'orders', 'aws.region' = 'eu-west-1'"))
                .doesNotContain("ChangelogNormalize");
    }

    @Test
    void aSnapshotIsMergedByPrimaryKey() {
        assertThat(plan(
                        "id STRING, v INT, PRIMARY KEY (id) NOT ENFORCED",
                        "'table-name' = 'orders', 'aws.region' = 'eu-west-1', 'scan.snapshot' = 'initial'"))
                .contains("ChangelogNormalize(key=[id])");
    }

    @Test
    void tellsAllProblemsAtOnce() {
        assertThatThrownBy(() -> plan(
                        "id STRING, v MULTISET<STRING>",
                        "'scan.snapshot' = 'initial', 'changelog' = 'all', 'aws.region' = 'Ireland',"
                                + "'aws.credentials.provider' = 'BASIC', 'source.init.position' = 'AT_TIMESTAMP',"
                                + "'source.poll.min-delay' = '2 s', 'scan.segments' = '0', 'source.on-gap' = 'EMIT_EVENT',"
                                + "'source.stop.position' = 'AT_TIMESTAMP', 'source.stop.timestamp' = 'noon'"))
                .rootCause()
                .hasMessageContaining("changelog must be UPSERT with scan.snapshot = INITIAL")
                .hasMessageContaining("column 'v' must be of a type that an attribute has")
                .hasMessageContaining("scan.segments must be between 1 and 4096, got 0")
                .hasMessageContaining("aws.region must be the id of a region like eu-west-1, got 'Ireland'")
                .hasMessageContaining("aws.credentials.basic.accesskeyid must be set with aws.credentials.provider ="
                        + " BASIC, got none")
                .hasMessageContaining("source.init.timestamp must be set with source.init.position = AT_TIMESTAMP and"
                        + " only then, got none")
                .hasMessageContaining("source.stop.timestamp must be a time with its offset as 2026-01-31T12:00:00Z, or"
                        + " seconds since 1970, got 'noon'")
                .hasMessageContaining("source.on-gap must be FAIL or CONTINUE in SQL, got EMIT_EVENT")
                .hasMessageContaining("source.poll.max-delay must be at least source.poll.min-delay (PT2S), got PT1S");
    }

    @Test
    void keysOnlyHasNoOtherColumns() {
        assertThatThrownBy(() -> plan(
                        "id STRING, v INT, PRIMARY KEY (id) NOT ENFORCED",
                        "'table-name' = 'orders', 'changelog' = 'KEYS_ONLY'"))
                .rootCause()
                .hasMessageContaining(
                        "the table must have no physical columns but its primary key [id] with changelog ="
                                + " KEYS_ONLY, got [id, v]");
    }

    @Test
    void upsertNeedsAPrimaryKey() {
        assertThatThrownBy(() -> plan("id STRING", "'table-name' = 'orders', 'changelog' = 'UPSERT'"))
                .rootCause()
                .hasMessageContaining("the table must have a PRIMARY KEY of the item's key attributes with changelog ="
                        + " UPSERT, got none");
    }

    @Test
    void theScansOptionsNeedAScan() {
        assertThatThrownBy(() -> plan("id STRING", "'table-name' = 'orders', 'scan.segments' = '2'"))
                .rootCause()
                .hasMessageContaining("scan.segments must be set with scan.snapshot = INITIAL only, got OFF");
    }
}
