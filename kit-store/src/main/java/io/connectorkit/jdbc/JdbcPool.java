package io.connectorkit.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** At most {@code size} connections to one database, opened on demand and kept; the first one when the pool opens. */
final class JdbcPool implements AutoCloseable {

    /** What a server gets on top of a statement's own timeout before its socket is given up. */
    private static final Duration NETWORK_GRACE = Duration.ofSeconds(2);

    private final HikariDataSource pool;

    private JdbcPool(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * Opens the pool and its first connection; no socket read takes longer than {@code requestTimeout} and 2 s.
     *
     * @param name of the pool's threads
     * @throws SQLException saying which option the server refused, within the connect timeout
     */
    static JdbcPool open(JdbcConnectionOptions options, int size, Duration requestTimeout, String name)
            throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(DriverConnections.of(options, requestTimeout.plus(NETWORK_GRACE)));
        Dialect dialect = Dialects.find(options);
        if (dialect != null) {
            config.setTransactionIsolation(dialect.isolation());
        }
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(options.connectTimeout().toMillis());
        config.setValidationTimeout(Math.min(5_000, options.connectTimeout().toMillis()));
        // Any positive value: one attempt, then fail.
        config.setInitializationFailTimeout(1);
        try {
            return new JdbcPool(new HikariDataSource(config));
        } catch (PoolInitializationException e) {
            throw JdbcFailures.refusedConnection(options, e.getCause() == null ? e : e.getCause());
        }
    }

    /** A connection in auto-commit mode; waits at most the connect timeout for one. */
    Connection connection() throws SQLException {
        return pool.getConnection();
    }

    /** Closes {@code connection} for good once it is returned: the next request gets a fresh one. */
    void evict(Connection connection) {
        pool.evictConnection(connection);
    }

    /** Aborts connections in use. */
    @Override
    public void close() {
        pool.close();
    }
}
