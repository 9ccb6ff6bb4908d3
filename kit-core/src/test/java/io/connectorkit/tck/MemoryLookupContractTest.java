package io.connectorkit.tck;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.BlockingLookupSource;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The contract over a map: what a good source looks like. */
class MemoryLookupContractTest extends LookupContract<String> {

    private final Map<ChangeKey, String> store = new ConcurrentHashMap<>();

    @Override
    protected LookupSourceFactory<ChangeKey, String> source(Map<ChangeKey, String> rows) {
        store.clear();
        store.putAll(rows);
        return new Factory(store, false);
    }

    @Override
    protected void update(ChangeKey key, String text) {
        store.put(key, text);
    }

    @Override
    protected String text(String row) {
        return row;
    }

    @Override
    protected Optional<LookupSourceFactory<ChangeKey, String>> missing() {
        return Optional.of(new Factory(store, true));
    }

    @Override
    protected Optional<ChangeKey> unreadableKey() {
        return Optional.of(ChangeKey.of(1));
    }

    private record Factory(Map<ChangeKey, String> store, boolean missing)
            implements LookupSourceFactory<ChangeKey, String> {

        @Override
        public LookupSource<ChangeKey, String> open(LookupContext context) throws IOException {
            if (missing) {
                throw new IOException("map 'rows' does not exist");
            }
            BlockingLookupSource<ChangeKey, String> driver = new BlockingLookupSource<>() {
                @Override
                public Map<ChangeKey, String> fetch(List<ChangeKey> keys) throws LookupException {
                    Map<ChangeKey, String> found = new HashMap<>();
                    for (ChangeKey key : keys) {
                        if (!(key.part(0) instanceof String)) {
                            throw new LookupException(FailureKind.REJECTED, "not a string", null);
                        }
                        String row = store.get(key);
                        if (row != null) {
                            found.put(key, row);
                        }
                    }
                    return found;
                }

                @Override
                public void close() {}
            };
            return LookupSource.blocking(driver, context.options().inFlight(), "memory-lookup");
        }

        @Override
        public String name() {
            return "map 'rows'";
        }
    }
}
