package io.connectorkit.jdbc;

import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Writes batches to one table; thread-safe, each call on a connection of its own. */
interface TableWriter {

    /**
     * Applies {@code batch}: one outcome for each change. Changes that cannot be bound are rejected here, one by one,
     * without a word to the server.
     *
     * @throws SQLException when the server refused a statement; what was applied before it may be applied again
     */
    List<Outcome> write(Connection connection, Batch<Object[]> batch) throws SQLException;
}
