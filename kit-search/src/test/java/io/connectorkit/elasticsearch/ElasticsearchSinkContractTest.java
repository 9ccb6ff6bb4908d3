package io.connectorkit.elasticsearch;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The contract on a scripted server. */
class ElasticsearchSinkContractTest extends IndexContract {

    private final FakeCluster cluster = new FakeCluster();
    private final ScriptedServer server = ScriptedServer.start(cluster);

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    String url() {
        return server.url();
    }

    @Override
    void create() {}

    @Override
    Map<String, String> documents() {
        return cluster.documents(name);
    }
}
