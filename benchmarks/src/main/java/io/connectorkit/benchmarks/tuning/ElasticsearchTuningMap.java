package io.connectorkit.benchmarks.tuning;

import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.elasticsearch.ElasticsearchNode;
import io.connectorkit.elasticsearch.ElasticsearchOptions;
import io.connectorkit.elasticsearch.ElasticsearchSink;
import io.connectorkit.elasticsearch.ElasticsearchWriteOptions;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Guarded documents of half a kilobyte into a real Elasticsearch node on this machine. */
public final class ElasticsearchTuningMap implements Throughput {

    private static final String INDEX = "orders";
    private static final String FILL = "x".repeat(450);

    private static final Changes<Integer, byte[]> CHANGES = Changes.<Integer, byte[]>of(
                    id -> ChangeKey.of(id),
                    id -> ("{\"id\":" + id + ",\"note\":\"" + FILL + "\"}").getBytes(StandardCharsets.UTF_8))
            .withVersion(id -> ChangeVersion.of(1));

    @Override
    public String name() {
        return "ElasticsearchTuningMap";
    }

    @Override
    public void run(Session session) throws Exception {
        try (ElasticsearchNode node = ElasticsearchNode.start()) {
            RealTuningMap map = new RealTuningMap(
                    session, "Elasticsearch", SinkTuning.forElasticsearch(), session.scaled(15_000), tuning -> {
                        node.request("DELETE", "/" + INDEX + "?ignore_unavailable=true", null);
                        node.request(
                                "PUT",
                                "/" + INDEX,
                                "{\"settings\":{\"number_of_replicas\":0},\"mappings\":{\"dynamic\":false}}");
                        return ElasticsearchSink.of(
                                CHANGES,
                                ElasticsearchOptions.of(node.url(), INDEX),
                                ElasticsearchWriteOptions.defaults(),
                                SinkOptions.defaults().withTuning(tuning));
                    });
            if (session.quick()) {
                map.draw(List.of(100, 1_000), List.of(1, 4), List.of(2));
            } else {
                map.draw(List.of(50, 200, 1_000), List.of(1, 2, 4, 8), List.of(1, 2, 4));
            }
        }
    }
}
