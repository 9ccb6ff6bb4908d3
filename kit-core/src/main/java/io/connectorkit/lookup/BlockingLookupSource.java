package io.connectorkit.lookup;

import java.util.List;
import java.util.Map;

/**
 * A lookup source whose driver blocks; see {@link LookupSource#blocking}.
 *
 * @param <K> the key
 * @param <V> what is found under a key
 */
public interface BlockingLookupSource<K, V> extends AutoCloseable {

    /** As {@link LookupSource#fetch}, on the calling thread. */
    Map<K, V> fetch(List<K> distinctKeys) throws Exception;

    /** Releases connections; threads inside {@link #fetch} are interrupted first. */
    @Override
    void close() throws Exception;
}
