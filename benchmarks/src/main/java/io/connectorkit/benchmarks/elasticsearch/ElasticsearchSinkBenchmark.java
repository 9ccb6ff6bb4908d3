package io.connectorkit.benchmarks.elasticsearch;

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
import io.connectorkit.tck.SinkHarness;
import java.util.List;

/**
 * Flights as documents of 1 KB, each written twice (departed, landed), into a fresh index of a real node on this machine.
 */
public final class ElasticsearchSinkBenchmark implements Throughput {

    private static final String INDEX = "flights";
    private static final String RAW = "elasticsearch-java bulk";
    private static final String GUARDED = "kit, guarded";
    private static final String UNGUARDED = "kit, not guarded";
    private static final String FIELD = "kit, version in a field";

    private static final Changes<FlightDocuments.Update, byte[]> PLAIN =
            Changes.of(update -> ChangeKey.of(update.id()), FlightDocuments.Update::document);
    private static final Changes<FlightDocuments.Update, byte[]> VERSIONED =
            PLAIN.withVersion(update -> ChangeVersion.of(update.version()));

    @Override
    public String name() {
        return "ElasticsearchSinkBenchmark";
    }

    @Override
    public void run(Session session) throws Exception {
        List<FlightDocuments.Update> updates = FlightDocuments.updates(session.scaled(80_000));
        SinkTuning tuning = SinkTuning.forElasticsearch();
        try (ElasticsearchNode node = ElasticsearchNode.start();
                RawBulk raw = RawBulk.open(node.url(), INDEX, tuning.batchEntries(), tuning.inFlight())) {
            session.contest("Elasticsearch: " + updates.size() + " documents of 1 KB by id", "documents")
                    .rival(RAW, () -> fresh(node), () -> raw.write(updates))
                    .rival(GUARDED, () -> fresh(node), () -> kit(node, VERSIONED, whole(), updates))
                    .rival(UNGUARDED, () -> fresh(node), () -> kit(node, PLAIN, whole(), updates))
                    .rival(
                            FIELD,
                            () -> fresh(node),
                            () -> kit(node, VERSIONED, whole().withVersionField("seq"), updates))
                    .bar(GUARDED, 0.9, "at least 0.9 of the raw client with the same concurrency")
                    .bar(GUARDED, UNGUARDED, 0.95, "the guard costs at most 5 %")
                    .note("Batches of " + tuning.batchEntries() + ", " + tuning.inFlight()
                            + " requests in flight for all; node and client share this machine.")
                    .rounds(9)
                    .note("'" + FIELD + "' reads before it writes; no bar, so that its price is known.")
                    .run();
        }
    }

    private static ElasticsearchWriteOptions<FlightDocuments.Update> whole() {
        return ElasticsearchWriteOptions.defaults();
    }

    private static void fresh(ElasticsearchNode node) {
        node.request("DELETE", "/" + INDEX + "?ignore_unavailable=true", null);
        node.request("PUT", "/" + INDEX, "{\"settings\":{\"number_of_replicas\":0},\"mappings\":{\"dynamic\":false}}");
    }

    private static long kit(
            ElasticsearchNode node,
            Changes<FlightDocuments.Update, byte[]> changes,
            ElasticsearchWriteOptions<FlightDocuments.Update> writeOptions,
            List<FlightDocuments.Update> updates)
            throws Exception {
        SinkOptions options = SinkOptions.defaults().withTuning(SinkTuning.forElasticsearch());
        ElasticsearchOptions index = ElasticsearchOptions.of(node.url(), INDEX);
        try (SinkHarness<FlightDocuments.Update> sink =
                SinkHarness.open(ElasticsearchSink.of(changes, index, writeOptions, options))) {
            for (FlightDocuments.Update update : updates) {
                sink.write(update);
            }
            sink.flush();
        }
        return updates.size();
    }
}
