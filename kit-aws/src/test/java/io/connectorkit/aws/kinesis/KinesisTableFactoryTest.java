package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Test;

class KinesisTableFactoryTest {

    private static final String ARN = "'stream.arn' = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders'";

    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());

    private String plan(String columns, String options) {
        sql.executeSql("DROP TEMPORARY TABLE IF EXISTS t");
        sql.executeSql("CREATE TEMPORARY TABLE t (" + columns
                + ") WITH ('connector' = 'kit-kinesis', 'format' = 'json', " + options + ")");
        return sql.explainSql("SELECT * FROM t");
    }

    @Test
    void takesTheOptionsOfTheOfficialTable() {
        assertThat(plan(
                        "id STRING, t TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL",
                        ARN + ", 'aws.region' = 'eu-west-1', 'source.init.position' = 'AT_TIMESTAMP',"
                                + "'source.init.timestamp' = '2026-01-31T12:00:00.000+01:00',"
                                + "'source.shard.get-records.max-record-count' = '5000',"
                                + "'source.shard.discovery.interval' = '5 s', 'source.reader.type' = 'EFO',"
                                + "'source.efo.consumer.name' = 'c', 'source.efo.lifecycle' = 'SELF_MANAGED',"
                                + "'json.ignore-parse-errors' = 'true'"))
                .contains("metadata=[timestamp]");
    }

    @Test
    void aStreamMayBeNamed() {
        assertThat(plan("id STRING", "'stream.arn' = 'orders', 'aws.region' = 'eu-west-1'"))
                .contains("TableSourceScan");
    }

    @Test
    void tellsAllProblemsAtOnce() {
        assertThatThrownBy(() -> plan(
                        "id STRING",
                        "'stream.arn' = 'a b', 'aws.region' = 'Ireland', 'source.reader.type' = 'EFO',"
                                + "'source.init.position' = 'AT_TIMESTAMP', 'source.init.timestamp' = 'noon',"
                                + "'source.poll.min-delay' = '2 s'"))
                .rootCause()
                .hasMessageContaining("Options of a 'kit-kinesis' table:")
                .hasMessageContaining(
                        "source.efo.consumer.name must be set with source.reader.type = EFO and only then, got none")
                .hasMessageContaining("aws.region must be the id of a region like eu-west-1, got 'Ireland'")
                .hasMessageContaining("source.init.timestamp must be a time with its offset as 2026-01-31T12:00:00Z, or"
                        + " seconds since 1970, got 'noon'")
                .hasMessageContaining("source.poll.max-delay must be at least source.poll.min-delay (PT2S), got PT1S");
        assertThatThrownBy(() -> plan("id STRING", "'stream.arn' = 'a b', 'source.page-size' = '10001'"))
                .rootCause()
                .hasMessageContaining("stream.name must be 1 to 128 letters, digits, '_', '-' or '.', got 'a b'");
        assertThatThrownBy(() -> plan("id STRING", ARN + ", 'source.page-size' = '10001'"))
                .rootCause()
                .hasMessageContaining("source.page-size must be between 1 and 10000 (Kinesis GetRecords), got 10001");
    }

    @Test
    void aChangelogFormatMakesAChangelog() {
        sql.executeSql("CREATE TEMPORARY TABLE t (id STRING) WITH ('connector' = 'kit-kinesis',"
                + "'format' = 'debezium-json', " + ARN + ", 'aws.region' = 'eu-west-1')");
        assertThat(sql.explainSql("SELECT * FROM t", org.apache.flink.table.api.ExplainDetail.CHANGELOG_MODE))
                .contains("changelogMode=[I,UB,UA,D]");
    }
}
