package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tables over what the node that Maven brings does not have: data streams, pipelines, authentication. */
class FakeTableIT {

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private final FakeCluster cluster = new FakeCluster();

    @Test
    void dataStreamsPipelinesRoutingAndHeadersAreOptionsOfATable() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(cluster)) {
            TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
            sql.getConfig().set("table.exec.sink.upsert-materialize", "NONE");
            String with = "'connector' = 'kit-elasticsearch', 'hosts' = '" + server.url()
                    + "', 'api-key' = 'aWQ6a2V5', 'connection.headers.X-Team' = 'kit', ";
            sql.executeSql("CREATE TEMPORARY TABLE log (v STRING) WITH (" + with
                    + "'index' = 'stream-log', 'sink.data-stream' = 'true', 'sink.pipeline' = 'geo',"
                    + " 'sink.refresh' = 'WAIT_FOR')");
            sql.executeSql("INSERT INTO log VALUES ('x')").await();
            assertThat(cluster.documents("stream-log").values()).containsExactly("{\"v\":\"x\",\"pipeline\":\"geo\"}");

            sql.executeSql("CREATE TEMPORARY TABLE routed (id INT, shop STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ("
                    + with + "'index' = 'routed', 'sink.routing-column' = 'shop')");
            sql.executeSql("INSERT INTO routed VALUES (1, 'eu'), (2, CAST(NULL AS STRING))")
                    .await();
            assertThat(cluster.documents("routed"))
                    .isEqualTo(Map.of("1", "{\"id\":1,\"shop\":\"eu\"}", "2", "{\"id\":2,\"shop\":null}"));
            assertThat(cluster.document("routed", "1").routing).isEqualTo("eu");
            assertThat(cluster.document("routed", "2").routing).isNull();

            assertThat(server.requests())
                    .allMatch(request -> "ApiKey aWQ6a2V5".equals(request.header("Authorization")))
                    .allMatch(request -> "kit".equals(request.header("X-team")))
                    .anyMatch(request -> request.query() != null
                            && request.query().contains("refresh=wait_for")
                            && request.query().contains("require_data_stream=true"));
        }
    }
}
