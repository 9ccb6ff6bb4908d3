package io.connectorkit.tck;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.DestinationFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The contract over a good destination. */
class MemoryStoreContractTest extends SinkContract<byte[]> {

    private final MemoryStore store = MemoryStore.create();

    @Override
    protected DestinationFactory<byte[]> destination(WriteMode mode) {
        return store.destination(mode);
    }

    @Override
    protected byte[] payload(ChangeKey key, String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected Map<ChangeKey, String> contents() {
        return store.contents();
    }

    @Override
    protected Optional<String> poison() {
        return Optional.of("poison");
    }
}
