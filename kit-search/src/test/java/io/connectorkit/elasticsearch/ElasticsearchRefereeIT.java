package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.Referee;
import io.connectorkit.tck.SinkContract.Item;
import io.connectorkit.tck.SinkHarness;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A bad network, a node that crashes, a sink that is killed: what stays is the newest, and the deleted stay deleted. */
class ElasticsearchRefereeIT {

    private static final long SEED = 2026;
    private static final String NO_MEMORY = "{\"settings\":{\"index.gc_deletes\":\"1ms\",\"number_of_replicas\":0}}";

    private static final Changes<Item, Map<String, String>> CHANGES = Changes.<Item, Map<String, String>>of(
                    Item::key, item -> Map.of("v", item.text()))
            .withVersion(item -> ChangeVersion.of(item.version()))
            .withDeletes(item -> item.text() == null);

    private static final SinkOptions OPTIONS = SinkOptions.defaults()
            .withTuning(SinkTuning.defaults().withWindow(50, 8))
            .withRetry(RetryPolicy.defaults()
                    .withMaxAttempts(1_000)
                    .withDelays(Duration.ofMillis(2), Duration.ofMillis(250)))
            .withRequestTimeout(Duration.ofSeconds(2));

    private static ElasticsearchNode node;
    private static Index index;

    @BeforeAll
    static void start() {
        node = ElasticsearchNode.start();
        index = new Index(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void nothingIsStaleLostOrRisenAfterACrashOfTheNodeBurstsOf429AndKills() throws Exception {
        ElasticsearchWriteOptions<Item> tombstones =
                ElasticsearchWriteOptions.<Item>defaults().withReadersAlias("live");
        ElasticsearchWriteOptions<Item> wide = ElasticsearchWriteOptions.<Item>defaults()
                .withReadersAlias("wide-live")
                .withVersionField("seq");
        index.create("rows", NO_MEMORY);
        index.create("wide", NO_MEMORY);
        Referee referee = Referee.of(SEED).withChanges(8_000).withKills(4);
        List<Item> history = referee.history();
        Map<ChangeKey, String> expected = Referee.outcome(history);

        try (FaultProxy proxy = FaultProxy.start(node, SEED, 2_500)) {
            CompletableFuture<Void> crash = CompletableFuture.runAsync(() -> {
                await().atMost(Duration.ofMinutes(2)).until(() -> proxy.requests() > 100);
                node.restart();
            });
            assertThat(referee.run(() -> SinkHarness.open(sink(proxy.url(), "rows", tombstones))))
                    .isEqualTo(expected);
            assertThat(crash).as("the node crashed while the sink wrote").succeedsWithin(Duration.ofMinutes(2));
            referee.withChanges(2_000).run(() -> SinkHarness.open(sink(proxy.url(), "wide", wide)));
            proxy.settle();
            System.out.printf("referee, seed %d: %d requests, %s%n", SEED, proxy.requests(), proxy.faults());
            assertThat(proxy.faults()).containsOnlyKeys(FaultProxy.Fault.values());
        }
        assertThat(live("live")).as("stale, lost or risen keys, seed %d", SEED).isEqualTo(expected);
        assertThat(live("wide-live"))
                .as("with versions in a field")
                .isEqualTo(Referee.outcome(referee.withChanges(2_000).history()));

        awaitThatDeletesAreForgotten();
        replay("rows", tombstones, history);
        assertThat(live("live")).as("after gc_deletes and a late replay").isEqualTo(expected);
    }

    /** The index without tombstones is the control: there an older write brings a deleted document back. */
    private static void awaitThatDeletesAreForgotten() throws Exception {
        index.create("control", NO_MEMORY);
        Item written = new Item(ChangeKey.of("k"), 1, "old");
        Item deleted = new Item(ChangeKey.of("k"), 2, null);
        replay("control", ElasticsearchWriteOptions.defaults(), List.of(written, deleted));
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            index.refresh("control");
            index.refresh("rows");
            replay("control", ElasticsearchWriteOptions.defaults(), List.of(written));
            assertThat(live("control")).containsOnlyKeys(ChangeKey.of("k"));
        });
    }

    private static void replay(String name, ElasticsearchWriteOptions<Item> options, List<Item> items)
            throws Exception {
        try (SinkHarness<Item> sink = SinkHarness.open(sink(node.url(), name, options))) {
            for (Item item : items) {
                sink.write(item);
            }
            sink.flush();
        }
    }

    private static BatchSink<Item> sink(String url, String name, ElasticsearchWriteOptions<Item> options) {
        return ElasticsearchSink.of(CHANGES, ElasticsearchOptions.of(url, name), options, OPTIONS);
    }

    private static Map<ChangeKey, String> live(String name) throws Exception {
        Map<ChangeKey, String> live = new HashMap<>();
        for (Map.Entry<String, String> document : index.documents(name).entrySet()) {
            String text =
                    LookupRequests.JSON.readTree(document.getValue()).get("v").asText();
            live.put(ChangeKey.parse(document.getKey()), text);
        }
        return live;
    }
}
