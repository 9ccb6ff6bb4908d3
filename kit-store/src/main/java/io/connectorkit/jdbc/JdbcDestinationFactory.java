package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.PayloadCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Opens a {@link JdbcDestination} and proves that its table can be written. */
record JdbcDestinationFactory(JdbcConnectionOptions connection, WriteTarget target, Duration requestTimeout)
        implements DestinationFactory<Object[]> {

    private static final long serialVersionUID = 1L;

    JdbcDestinationFactory(JdbcConnectionOptions connection, JdbcTable table, WriteMode mode, Duration requestTimeout) {
        this(connection, new WriteTarget.Keyed(table, mode), requestTimeout);
    }

    @Override
    public Destination<Object[]> open(DestinationContext context) throws SQLException {
        Dialect dialect = Dialects.of(connection);
        int connections = dialect.connections(context.tuning().inFlight());
        String threads = "kit-" + name() + "-" + context.subtask();
        JdbcPool pool = JdbcPool.open(connection, connections, requestTimeout, threads);
        try {
            return Destination.blocking(
                    new JdbcDestination(pool, dialect, writer(pool, dialect)), connections, threads);
        } catch (SQLException | RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private TableWriter writer(JdbcPool pool, Dialect dialect) throws SQLException {
        // Before the write path's own deadline, so that what is sent again is known not to have been applied.
        int queryTimeoutSeconds = (int) Math.max(1, requestTimeout.toSeconds() - 1);
        try (Connection opened = pool.connection()) {
            return target.open(opened, dialect, queryTimeoutSeconds);
        } catch (SQLException e) {
            SQLException safe = JdbcFailures.safe(e, dialect);
            throw new SQLException(
                    name() + " must accept the writes of this sink"
                            + (connection.user() == null ? "" : " by user '" + connection.user() + "'") + ", got "
                            + safe.getMessage(),
                    e.getSQLState(),
                    safe);
        }
    }

    @Override
    public String name() {
        return target.displayName();
    }

    @Override
    public Ordering ordering() {
        return target.ordering();
    }

    @Override
    public boolean guarded() {
        return target.guarded();
    }

    @Override
    public PayloadCodec<Object[]> payloadCodec() {
        return new JdbcRowCodec();
    }
}
