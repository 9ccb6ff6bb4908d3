package io.connectorkit.lookup;

import java.io.Serializable;

/**
 * Opens a {@link LookupSource} on the task manager.
 *
 * @param <K> the key
 * @param <V> what is found under a key
 */
public interface LookupSourceFactory<K, V> extends Serializable {

    /**
     * Opens the source for one subtask and checks what can be checked now: an unreachable host, a missing table or
     * column, or wrong credentials fail here, with the option's name.
     */
    LookupSource<K, V> open(LookupContext context) throws Exception;

    /** What the user calls it, for messages: {@code PostgreSQL table 'airports'}. No secrets. */
    String name();
}
