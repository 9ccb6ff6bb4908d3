package io.connectorkit.jdbc;

/** A column of a table that a sink writes, as far as the options are checked against it. */
interface TargetColumn {

    /** Exact. */
    String name();

    /** Type as the database calls it, for messages. */
    String type();

    boolean notNull();

    /** Whether a row can be inserted without it although it is not null. */
    boolean hasDefault();

    /** Whether only the database may write it. */
    boolean generated();

    /** Whether its order is the order of versions. */
    boolean holdsVersion();

    /** Whether it can say when a row was deleted. */
    boolean holdsTime();

    /** Whether a tombstone can leave it without a value. */
    boolean tombstoneFree();

    /** Name and type, for messages. */
    default String label() {
        return "column '" + name() + "' (" + type() + ")";
    }
}
