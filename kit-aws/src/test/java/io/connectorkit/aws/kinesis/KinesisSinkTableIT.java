package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsServers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.kinesis.model.Record;

/** {@code kit-kinesis} as a table to write to, with Flink's planner. */
@ExtendWith(AwsServers.Shared.class)
class KinesisSinkTableIT {

    private static final String KEYS = "'aws.credentials.provider' = 'BASIC', 'aws.credentials.basic.accesskeyid' ="
            + " 'a', 'aws.credentials.basic.secretkey' = 's'";

    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    private final AwsServers servers;

    KinesisSinkTableIT(AwsServers servers) {
        this.servers = servers;
        sql.getConfig().set("parallelism.default", "1");
        sql.getConfig().set("table.exec.sink.upsert-materialize", "NONE");
    }

    private static String at(AwsOptions aws) {
        return "'aws.region' = '" + aws.region() + "', 'aws.endpoint' = '" + aws.endpoint() + "', " + KEYS;
    }

    @Test
    void rowsOfOnePartitionValueStayInOrder() throws Exception {
        try (WrittenStream stream = WrittenStream.create(servers.kinesis(), 1)) {
            sql.executeSql("CREATE TEMPORARY TABLE seq (region STRING, v INT) PARTITIONED BY (region) WITH ("
                    + "'connector' = 'kit-kinesis', 'stream' = '" + stream.name + "', 'format' = 'json',"
                    + " 'sink.aggregation.max-bytes' = '50kb', 'sink.batch.max-size' = '2', " + at(stream.aws) + ")");
            StringBuilder values = new StringBuilder("INSERT INTO seq VALUES ('é', 0)");
            for (int i = 1; i < 50; i++) {
                values.append(", ('")
                        .append(i % 2 == 0 ? "é" : "us")
                        .append("', ")
                        .append(i)
                        .append(')');
            }
            sql.executeSql(values.toString()).await();
            assertThat(stream.records()).extracting(Record::partitionKey).containsOnly("é", "us");
            assertThat(values(stream.unpacked(), "us"))
                    .isEqualTo(
                            IntStream.range(0, 25).map(i -> 2 * i + 1).boxed().toList());
            assertThat(values(stream.unpacked(), "é"))
                    .isEqualTo(IntStream.range(0, 25).map(i -> 2 * i).boxed().toList());
        }
    }

    private void log(String name, WrittenStream stream, String partitionedBy, String options) {
        sql.executeSql("CREATE TEMPORARY TABLE " + name + " (a STRING, b INT) " + partitionedBy
                + " WITH ('connector' = 'kit-kinesis', 'stream.arn' = '" + stream.name + "', 'format' = 'json', "
                + options + ", " + at(stream.aws) + ")");
    }

    @Test
    void partitionKeysAreWhatThePartitionerMakes() throws Exception {
        try (WrittenStream stream = WrittenStream.create(servers.kinesis(), 4)) {
            String rows = " VALUES ('é|x', 1), ('42', 2), ('42', 3)";
            log("joined", stream, "PARTITIONED BY (a, b)", "'sink.partitioner-field-delimiter' = '|'");
            sql.executeSql("INSERT INTO joined" + rows).await();
            log("told", stream, "PARTITIONED BY (a, b)", "'sink.batch.max-size' = '1'");
            sql.executeSql("INSERT INTO told" + rows).await();
            log(
                    "made",
                    stream,
                    "",
                    "'sink.partitioner' = '" + KinesisPartitionerTest.FirstLetter.class.getName() + "'");
            sql.executeSql("INSERT INTO made" + rows).await();
            log("fixed_", stream, "", "'sink.partitioner' = 'fixed'");
            sql.executeSql("INSERT INTO fixed_" + rows).await();
            assertThat(stream.records())
                    .extracting(Record::partitionKey)
                    .containsExactlyInAnyOrder(
                            "é|x|1", "42|2", "42|3", "'é|x'|1", "'42'|2", "'42'|3", "é", "4", "4", "0", "0", "0");
            log("random_", stream, "", "'sink.partitioner' = 'random'");
            sql.executeSql("INSERT INTO random_" + rows).await();
            assertThat(stream.records().stream().map(Record::partitionKey).distinct())
                    .hasSize(8 + 1 + 3);
        }
    }

    @Test
    void aFixedPartitionKeepsItsOrderWhereItsRowsTravelTogether() throws Exception {
        try (WrittenStream stream = WrittenStream.create(servers.kinesis(), 2)) {
            log("fixed_", stream, "", "'sink.partitioner' = 'fixed', 'sink.aggregation.max-bytes' = '50kb'");
            StringBuilder insert = new StringBuilder("INSERT INTO fixed_ VALUES ('a', 0)");
            for (int i = 1; i < 40; i++) {
                insert.append(", ('a', ").append(i).append(')');
            }
            sql.executeSql(insert.toString()).await();
            assertThat(stream.records()).extracting(Record::partitionKey).containsOnly("0");
            assertThat(stream.unpacked())
                    .extracting(data -> new String(data, StandardCharsets.UTF_8).replaceAll("\\D", ""))
                    .isEqualTo(
                            IntStream.range(0, 40).mapToObj(Integer::toString).toList());
        }
    }

    private static List<Integer> values(List<byte[]> records, String region) {
        List<Integer> values = new ArrayList<>();
        for (byte[] record : records) {
            String json = new String(record, StandardCharsets.UTF_8);
            if (json.contains("\"" + region + "\"")) {
                values.add(Integer.valueOf(json.replaceAll(".*\"v\":([0-9]+).*", "$1")));
            }
        }
        return values;
    }

    @Test
    void tellsWhatAPrimaryKeyNeedsAndRefusesWhatTheServiceDoesNotTake() {
        sql.executeSql("CREATE TEMPORARY TABLE bad (id INT, v STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ("
                + "'connector' = 'kit-kinesis', 'stream.arn' = 's', 'format' = 'json', 'sink.batch.max-size' = '501')");
        assertThatThrownBy(() -> sql.executeSql("INSERT INTO bad VALUES (1, 'a')"))
                .hasStackTraceContaining("sink.envelope must be JSON or BASE64 when the table has a PRIMARY KEY and its"
                        + " format ('json') cannot tell deletes, got NONE")
                .hasStackTraceContaining(
                        "sink.batch.max-size (sink.batch.max-entries) must be between 1 and 500 (Kinesis PutRecords),"
                                + " got 501");
    }
}
