package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.elasticsearch.ScriptedServer.Answer;
import io.connectorkit.elasticsearch.ScriptedServer.Request;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** Lookups of keys with more documents than a page. */
class HitPagesTest {

    private static final ChangeKey HOT = ChangeKey.of("hot");
    private static final ChangeKey COLD = ChangeKey.of("cold");

    private final FakeCluster cluster = new FakeCluster();

    private void write(ChangeKey key, int documents) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < documents; i++) {
            body.append("{\"index\":{\"_id\":\"").append(key.text()).append(i).append("\"}}\n");
            body.append("{\"k\":\"")
                    .append(key.text())
                    .append("\",\"n\":")
                    .append(i)
                    .append("}\n");
        }
        cluster.apply(new Request("POST", "/orders/_bulk", null, Map.of(), body.toString()));
    }

    private static Map<ChangeKey, List<Integer>> lookup(Function<Request, Answer> script, ChangeKey... keys)
            throws Exception {
        ElasticsearchLookupMapper<Integer> number =
                (id, source) -> source.get("n").asInt();
        try (ScriptedServer server = ScriptedServer.start(script);
                LookupSource<ChangeKey, List<Integer>> source = ElasticsearchLookup.byFields(
                                ElasticsearchOptions.of(server.url(), "orders"), List.of("k"), number)
                        .open(new LookupContext(0, LookupOptions.defaults(), new UnregisteredMetricsGroup()))) {
            return source.fetch(List.of(keys)).toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void readsAllPagesOfAKeyAndEndsItsPointInTime() throws Exception {
        write(HOT, 10_001);
        write(COLD, 1_000);
        Map<ChangeKey, List<Integer>> found = lookup(cluster, HOT, ChangeKey.of("none"), COLD);
        assertThat(found).containsOnlyKeys(HOT, COLD);
        assertThat(found.get(HOT)).hasSize(10_001).doesNotHaveDuplicates();
        assertThat(found.get(COLD)).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(cluster.openPoints()).isZero();
    }

    @Test
    void endsThePointInTimeOfALookupThatFails() {
        write(HOT, 6_000);
        Function<Request, Answer> failing = request -> request.body().contains("search_after")
                ? Answer.json(503, "{\"error\":{\"type\":\"x\",\"reason\":\"no shard\"}}")
                : cluster.apply(request);
        assertThatThrownBy(() -> lookup(failing, HOT))
                .cause()
                .isInstanceOf(LookupException.class)
                .hasMessageContaining("a lookup of all hits of key=hot for index 'orders': 503 x: no shard")
                .extracting(failure -> ((LookupException) failure).kind())
                .isEqualTo(FailureKind.RETRYABLE);
        assertThat(cluster.openPoints()).isZero();
    }

    @Test
    void refusesAKeyOfMoreDocumentsThanFitTheMemory() {
        write(HOT, 100_001);
        assertThatThrownBy(() -> lookup(cluster, HOT))
                .cause()
                .hasMessage("key=hot must have at most 100000 documents in index 'orders', got more; look up by more"
                        + " fields")
                .extracting(failure -> ((LookupException) failure).kind())
                .isEqualTo(FailureKind.FATAL);
        assertThat(cluster.openPoints()).isZero();
    }
}
