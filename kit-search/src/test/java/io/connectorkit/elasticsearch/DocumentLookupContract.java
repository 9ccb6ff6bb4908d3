package io.connectorkit.elasticsearch;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.sink.Batches;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.LookupContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;

/** The lookup's contract over an index that the sink filled, wherever that is. */
abstract class DocumentLookupContract<V> extends LookupContract<V> {

    private static final AtomicInteger INDICES = new AtomicInteger();

    private final Indices indices;
    private String name = "";

    DocumentLookupContract(Indices indices) {
        this.indices = indices;
    }

    @AfterEach
    final void stop() {
        indices.close();
    }

    abstract LookupSourceFactory<ChangeKey, V> open(ElasticsearchOptions options);

    abstract String document(ChangeKey key, String text) throws Exception;

    private ElasticsearchOptions index() {
        return ElasticsearchOptions.of(indices.url(), name);
    }

    @Override
    protected LookupSourceFactory<ChangeKey, V> source(Map<ChangeKey, String> rows) throws Exception {
        name = "lookup-" + INDICES.incrementAndGet();
        indices.create(name, "{\"settings\":{\"number_of_replicas\":0}}");
        write(rows);
        return open(index());
    }

    @Override
    protected void update(ChangeKey key, String text) throws Exception {
        write(Map.of(key, text));
    }

    @Override
    protected Optional<LookupSourceFactory<ChangeKey, V>> missing() {
        return Optional.of(open(ElasticsearchOptions.of(indices.url(), "lookup-none")));
    }

    private void write(Map<ChangeKey, String> rows) throws Exception {
        List<Change<byte[]>> changes = new ArrayList<>();
        for (Map.Entry<ChangeKey, String> row : rows.entrySet()) {
            byte[] document = ChangeFixture.utf8(document(row.getKey(), row.getValue()));
            changes.add(new Change.Upsert<>(row.getKey(), null, document));
        }
        if (!changes.isEmpty()) {
            try (Destination<byte[]> destination = new ElasticsearchDestinationFactory(
                            index(), WritePlan.of(WriteMode.OVERWRITE))
                    .open(new DestinationContext(0, SinkTuning.defaults(), new UnregisteredMetricsGroup()))) {
                Recorded.send(destination, Batches.of(changes)).outcomes();
            }
        }
        indices.refresh(name);
    }
}
