package io.connectorkit.elasticsearch;

import io.connectorkit.change.WriteMode;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** The contract on a scripted server, with parts of documents that are guarded by a field, and deletes that are hard. */
class VersionFieldContractTest extends IndexContract {

    private final FakeCluster cluster = new FakeCluster();
    private final ScriptedServer server = ScriptedServer.start(cluster);

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    WritePlan plan(WriteMode mode) {
        return WritePlan.of(
                ElasticsearchWriteOptions.defaults()
                        .withAction(ElasticsearchAction.update().withMissingCreated())
                        .withVersionField("seq"),
                mode);
    }

    @Override
    protected Set<WriteMode> modes() {
        return EnumSet.of(WriteMode.NEWEST_WINS);
    }

    /** A document that is gone holds no version. */
    @Override
    protected boolean remembersDeletes() {
        return false;
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
