package io.connectorkit.aws.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsServers;
import java.nio.charset.StandardCharsets;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kit-firehose} with Flink's planner. */
@ExtendWith(AwsServers.Shared.class)
class FirehoseTableFactoryIT {

    private static final String KEYS = "'aws.credentials.provider' = 'BASIC', 'aws.credentials.basic.accesskeyid' ="
            + " 'a', 'aws.credentials.basic.secretkey' = 's'";

    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    private final AwsServers servers;

    FirehoseTableFactoryIT(AwsServers servers) {
        this.servers = servers;
        sql.getConfig().set("parallelism.default", "1");
        sql.getConfig().set("table.exec.sink.upsert-materialize", "NONE");
    }

    private static String at(AwsOptions aws) {
        return "'aws.region' = '" + aws.region() + "', 'aws.endpoint' = '" + aws.endpoint() + "', " + KEYS;
    }

    @Test
    void rowsAreAppendedToADeliveryStreamInLines() throws Exception {
        servers.ownFirehose().create("sql-append");
        sql.executeSql("CREATE TEMPORARY TABLE log (id INT, v STRING) WITH ('connector' = 'kit-firehose',"
                + " 'delivery-stream' = 'sql-append', 'format' = 'json', 'sink.framing' = 'NEWLINE', "
                + at(servers.ownFirehose().options()) + ")");
        sql.executeSql("INSERT INTO log VALUES (1, 'a'), (1, 'a'), (2, 'é')").await();
        assertThat(servers.ownFirehose().records("sql-append"))
                .extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder(
                        "{\"id\":1,\"v\":\"a\"}\n", "{\"id\":1,\"v\":\"a\"}\n", "{\"id\":2,\"v\":\"é\"}\n");
    }

    @Test
    void aChangelogTravelsInEnvelopesWithDeletes() throws Exception {
        servers.ownFirehose().create("sql-upsert");
        sql.executeSql("CREATE TEMPORARY TABLE counts (n BIGINT, words BIGINT, PRIMARY KEY (n) NOT ENFORCED) WITH ("
                + "'connector' = 'kit-firehose', 'delivery-stream' = 'sql-upsert', 'format' = 'json',"
                + " 'sink.envelope' = 'JSON', " + at(servers.ownFirehose().options()) + ")");
        sql.executeSql("CREATE TEMPORARY VIEW words AS SELECT * FROM (VALUES ('a'), ('a')) AS t(w)");
        sql.executeSql("INSERT INTO counts SELECT n, COUNT(*) FROM (SELECT w, COUNT(*) AS n FROM words GROUP BY w)"
                        + " GROUP BY n")
                .await();
        assertThat(servers.ownFirehose().records("sql-upsert"))
                .extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .contains(
                        "{\"key\":\"1\",\"operation\":\"delete\"}",
                        "{\"key\":\"2\",\"operation\":\"upsert\",\"data\":{\"n\":2,\"words\":1}}");
    }
}
