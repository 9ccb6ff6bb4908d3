package io.connectorkit.jdbc;

import io.connectorkit.change.Change;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.BlockingDestination;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A table as a destination: one pooled connection for each request. */
final class JdbcDestination implements BlockingDestination<Object[]> {

    /** Fixed-size values, and what frames a value on the wire. */
    private static final int VALUE_BYTES = 12;

    private final JdbcPool pool;
    private final Dialect dialect;
    private final TableWriter writer;

    JdbcDestination(JdbcPool pool, Dialect dialect, TableWriter writer) {
        this.pool = pool;
        this.dialect = dialect;
        this.writer = writer;
    }

    @Override
    public void write(Batch<Object[]> batch, Completion completion) {
        List<Outcome> outcomes;
        try {
            outcomes = attempt(batch);
        } catch (SQLException e) {
            completion.failed(JdbcFailures.kind(e, dialect), JdbcFailures.safe(e, dialect));
            return;
        }
        completion.completed(outcomes);
    }

    private List<Outcome> attempt(Batch<Object[]> batch) throws SQLException {
        try (Connection connection = pool.connection()) {
            try {
                return writer.write(connection, batch);
            } catch (SQLException e) {
                if (JdbcFailures.spoilsConnection(e)) {
                    pool.evict(connection);
                }
                throw e;
            }
        }
    }

    /** An estimate: texts by their length, everything else as a fixed size. */
    @Override
    public int sizeOf(Change<Object[]> change) {
        long bytes = (long) VALUE_BYTES * (change.key().size() + 1);
        if (change instanceof Change.Upsert<Object[]> upsert) {
            for (Object value : upsert.payload()) {
                bytes += VALUE_BYTES;
                if (value instanceof CharSequence text) {
                    bytes += text.length();
                } else if (value instanceof byte[] binary) {
                    bytes += binary.length;
                }
            }
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        pool.close();
    }
}
