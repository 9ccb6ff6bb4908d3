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
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on a real node; late replays stay out for as long as {@code index.gc_deletes}. */
@ExtendWith(OneNode.class)
class ElasticsearchSinkContractIT extends SinkContract<byte[]> {

    private static final AtomicInteger INDICES = new AtomicInteger();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String POISON = "poison";

    private final String name = "contract-" + INDICES.incrementAndGet();
    private final ElasticsearchNode node;
    private final Index index;

    ElasticsearchSinkContractIT(ElasticsearchNode node) {
        this.node = node;
        this.index = new Index(node);
    }

    @Override
    protected DestinationFactory<byte[]> destination(WriteMode mode) {
        index.create(
                name,
                "{\"settings\":{\"index.gc_deletes\":\"1h\"},\"mappings\":{\"properties\":{"
                        + "\"key\":{\"type\":\"keyword\"},\"v\":{\"type\":\"keyword\"},\"n\":{\"type\":\"integer\"}}}}");
        return new ElasticsearchDestinationFactory(ElasticsearchOptions.of(node.url(), name), WritePlan.of(mode));
    }

    @Override
    protected byte[] payload(ChangeKey key, String text) throws Exception {
        // The index knows n as a number: poison is what does not fit its mapping.
        return JSON.writeValueAsBytes(Map.of("key", key.text(), "v", text, "n", text.equals(POISON) ? POISON : "1"));
    }

    @Override
    protected Map<ChangeKey, String> contents() throws Exception {
        Map<ChangeKey, String> contents = new HashMap<>();
        for (Map.Entry<String, String> document : index.documents(name).entrySet()) {
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
