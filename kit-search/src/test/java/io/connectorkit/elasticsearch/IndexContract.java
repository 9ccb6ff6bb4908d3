package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.tck.SinkContract;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The sink's contract over an index, wherever that is. */
abstract class IndexContract extends SinkContract<byte[]> {

    private static final AtomicInteger INDICES = new AtomicInteger();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String POISON = "poison";

    final String name = "contract-" + INDICES.incrementAndGet();

    abstract String url();

    /** Makes an index whose field n is a number. */
    abstract void create();

    /** What readers of the index see, by id. */
    abstract Map<String, String> documents() throws Exception;

    WritePlan plan(WriteMode mode) {
        return WritePlan.of(mode);
    }

    @Override
    protected final DestinationFactory<byte[]> destination(WriteMode mode) {
        create();
        return new ElasticsearchDestinationFactory(ElasticsearchOptions.of(url(), name), plan(mode));
    }

    @Override
    protected final byte[] payload(ChangeKey key, String text) throws Exception {
        // The index knows n as a number: poison is what does not fit its mapping.
        return JSON.writeValueAsBytes(Map.of("key", key.text(), "v", text, "n", text.equals(POISON) ? POISON : "1"));
    }

    @Override
    protected final Map<ChangeKey, String> contents() throws Exception {
        Map<ChangeKey, String> contents = new HashMap<>();
        for (Map.Entry<String, String> document : documents().entrySet()) {
            JsonNode source = JSON.readTree(document.getValue());
            ChangeKey key = ChangeKey.parse(source.get("key").asText());
            if (!key.id(512).equals(document.getKey())) {
                throw new AssertionError("document of " + key + " has the id " + document.getKey());
            }
            contents.put(key, source.get("v").asText());
        }
        return contents;
    }

    @Override
    protected Optional<String> poison() {
        return Optional.of(POISON);
    }
}
