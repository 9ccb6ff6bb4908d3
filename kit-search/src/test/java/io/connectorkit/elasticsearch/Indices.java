package io.connectorkit.elasticsearch;

/** Where a contract keeps its indices: a real node, or a scripted one. */
interface Indices extends AutoCloseable {

    String url();

    void create(String name, String json);

    /** Shows searches what was written. */
    void refresh(String name);

    /** Ends what serves these indices alone. */
    @Override
    default void close() {}
}
