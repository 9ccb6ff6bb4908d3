package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

/**
 * Looks rows of a table or view up by key, many keys in one query: what {@link io.connectorkit.lookup.AsyncLookup} joins
 * a stream with.
 *
 * <p>Key part i is compared with key column i; the key must be unique, and a key that no column could hold is rejected.
 * Rows that a tombstone hides are missing. PostgreSQL gets the keys as arrays, one statement for any number of keys, and
 * the database alone compares them. Other databases get {@code IN} lists, padded to powers of two so that statement
 * caches hit; there a row must come back under the very key that was asked for.
 *
 * <p>One connection for each request in flight and subtask, opened as they are needed.
 *
 * @param <V> what the mapper makes of a row
 */
public final class JdbcLookup<V> implements LookupSourceFactory<ChangeKey, V> {

    private static final long serialVersionUID = 1L;

    private final JdbcConnectionOptions connection;
    private final JdbcTable table;
    private final JdbcLookupMapper<V> mapper;

    private JdbcLookup(JdbcConnectionOptions connection, JdbcTable table, JdbcLookupMapper<V> mapper) {
        this.connection = Objects.requireNonNull(connection, "connection");
        this.table = Objects.requireNonNull(table, "table");
        this.mapper = Objects.requireNonNull(mapper, "mapper");
    }

    /** Rows of {@code table}: its key columns are looked up by, key and value columns are read. */
    public static <V> JdbcLookup<V> of(JdbcConnectionOptions connection, JdbcTable table, JdbcLookupMapper<V> mapper) {
        return new JdbcLookup<>(connection, table, mapper);
    }

    @Override
    public LookupSource<ChangeKey, V> open(LookupContext context) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        int inFlight = context.options().inFlight();
        String threads = "kit-jdbc-lookup-" + table.displayName() + "-" + context.subtask();
        JdbcPool pool = JdbcPool.open(connection, inFlight, context.options().requestTimeout(), threads);
        try {
            JdbcLookupSource<V> source = new JdbcLookupSource<>(pool, query(pool, dialect), mapper, table, dialect);
            return LookupSource.blocking(source, inFlight, threads);
        } catch (SQLException | RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private JdbcLookupQuery query(JdbcPool pool, Dialect dialect) throws SQLException {
        try (Connection opened = pool.connection()) {
            return dialect.lookup(opened, table);
        } catch (SQLException e) {
            SQLException safe = JdbcFailures.safe(e, dialect);
            throw new SQLException(
                    name() + " must be readable with the columns " + table.columns()
                            + (connection.user() == null ? "" : " by user '" + connection.user() + "'") + ", got "
                            + safe.getMessage(),
                    e.getSQLState(),
                    safe);
        }
    }

    @Override
    public String name() {
        return "JDBC table '" + table.displayName() + "'";
    }
}
