package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.aws.KinesisLocal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;

class KinesisSqlIT {

    private final KinesisLocal server = KinesisLocal.shared();
    private final KinesisStream stream = new KinesisStream(server, 1);
    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());

    @AfterEach
    void delete() {
        stream.close();
    }

    private void table(String columns, String options) {
        sql.getConfig().set("parallelism.default", "1");
        sql.executeSql("CREATE TEMPORARY TABLE orders (" + columns + ") WITH ('connector' = 'kit-kinesis',"
                + "'format' = 'json', 'stream.arn' = '" + stream.arn + "', 'aws.region' = '" + server.region()
                + "', 'aws.endpoint' = '" + server.endpoint() + "', 'aws.credentials.provider' = 'BASIC',"
                + "'aws.credentials.basic.accesskeyid' = 'local', 'aws.credentials.basic.secretkey' = 'local',"
                + "'source.init.position' = 'TRIM_HORIZON', 'source.stop.position' = 'LATEST'" + options + ")");
    }

    private List<Row> rows(String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = sql.executeSql(query).collect()) {
            found.forEachRemaining(rows::add);
        }
        return rows;
    }

    private PutRecordResponse put(String key, SdkBytes data) {
        return stream.client
                .putRecord(put -> put.streamARN(stream.arn).partitionKey(key).data(data))
                .join();
    }

    @Test
    void metadataColumnsAreFilled() throws Exception {
        PutRecordResponse first = put("k", SdkBytes.fromUtf8String("{\"id\":\"a\",\"amount\":7}"));
        PutRecordResponse second = put(
                "outer",
                new KplPacker()
                        .add("p", "5", "{\"id\":\"b\",\"amount\":8}")
                        .add("q", null, "{\"id\":\"c\",\"amount\":9}")
                        .packed());
        table(
                "id STRING, amount INT, arrived TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,"
                        + "shard VARCHAR(128) METADATA FROM 'shard-id' VIRTUAL,"
                        + "num VARCHAR(128) METADATA FROM 'sequence-number' VIRTUAL,"
                        + "sub INT METADATA FROM 'sub-sequence-number' VIRTUAL,"
                        + "k STRING METADATA FROM 'partition-key' VIRTUAL,"
                        + "h STRING METADATA FROM 'explicit-hash-key' VIRTUAL",
                "");
        List<Row> rows = rows("SELECT id, amount, shard, num, sub, k, h FROM orders");
        assertThat(rows)
                .containsExactly(
                        Row.of("a", 7, first.shardId(), first.sequenceNumber(), 0, "k", null),
                        Row.of("b", 8, second.shardId(), second.sequenceNumber(), 0, "p", "5"),
                        Row.of("c", 9, second.shardId(), second.sequenceNumber(), 1, "q", null));
        assertThat(rows("SELECT arrived FROM orders")).allSatisfy(row -> assertThat((Instant) row.getField(0))
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(10)),
                        Instant.now().plus(Duration.ofMinutes(1))));
    }

    @Test
    void eachShardHasItsOwnWatermark() throws Exception {
        stream.splitAll();
        for (int i = 0; i < 20; i++) {
            put("k" + i, SdkBytes.fromUtf8String("{\"id\":\"k" + i + "\",\"amount\":1}"));
        }
        table(
                "id STRING, amount INT, arrived TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,"
                        + "WATERMARK FOR arrived AS arrived",
                "");
        List<Row> rows =
                rows("SELECT SUM(amount) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(arrived), INTERVAL '1' HOUR))"
                        + " GROUP BY window_start, window_end");
        assertThat(rows.stream().mapToInt(row -> (int) row.getField(0)).sum()).isEqualTo(20);
    }
}
