package io.connectorkit.elasticsearch;

/** Indices of a {@link FakeCluster} behind a server of its own. */
final class FakeIndices implements Indices {

    final FakeCluster cluster = new FakeCluster();
    private final ScriptedServer server = ScriptedServer.start(cluster);

    @Override
    public String url() {
        return server.url();
    }

    @Override
    public void create(String name, String json) {
        cluster.create(name);
    }

    @Override
    public void refresh(String name) {}

    @Override
    public void close() {
        server.close();
    }
}
