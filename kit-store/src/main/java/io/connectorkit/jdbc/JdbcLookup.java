package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    private final Rows<?, V> rows;
    private final JdbcCondition condition;
    private final @Nullable JdbcReload reload;

    /** How rows become what is found. */
    private record Rows<R, V>(JdbcLookupMapper<R> mapper, JdbcLookupSource.Found<R, V> found) implements Serializable {

        private static final long serialVersionUID = 1L;

        JdbcLookupSource<R, V> source(
                JdbcPool pool, JdbcLookupQuery query, JdbcTable table, JdbcCondition condition, Dialect dialect) {
            return new JdbcLookupSource<>(pool, query, mapper, found, table, condition, dialect);
        }
    }

    private JdbcLookup(
            JdbcConnectionOptions connection,
            JdbcTable table,
            Rows<?, V> rows,
            JdbcCondition condition,
            @Nullable JdbcReload reload) {
        this.condition = condition;
        this.connection = Objects.requireNonNull(connection, "connection");
        this.table = Objects.requireNonNull(table, "table");
        this.rows = rows;
        this.reload = reload;
    }

    /** The row of a unique key: key and value columns of {@code table} are read. */
    public static <V> JdbcLookup<V> of(JdbcConnectionOptions connection, JdbcTable table, JdbcLookupMapper<V> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return new JdbcLookup<>(
                connection, table, new Rows<V, V>(mapper, JdbcLookupSource.Found::one), JdbcCondition.NONE, null);
    }

    /** All rows whose key columns hold the key, which need not be unique. */
    public static <V> JdbcLookup<Collection<V>> allOf(
            JdbcConnectionOptions connection, JdbcTable table, JdbcLookupMapper<V> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return new JdbcLookup<>(
                connection,
                table,
                new Rows<V, Collection<V>>(mapper, JdbcLookupSource.Found::all),
                JdbcCondition.NONE,
                null);
    }

    /**
     * Holds the whole table in memory, in each subtask, and reads it again every {@code reloadInterval}: for small tables
     * that are asked often. A reload that fails leaves the rows as they were and is tried again after the interval; the
     * gauge {@code reloadAgeMillis} tells how old they are. Give {@link io.connectorkit.lookup.LookupOptions} no cache.
     */
    public JdbcLookup<V> withFullCache(Duration reloadInterval) {
        return withFullCache(JdbcReload.every(reloadInterval));
    }

    JdbcLookup<V> withFullCache(JdbcReload reload) {
        return new JdbcLookup<>(connection, table, rows, condition, reload);
    }

    /** Leaves rows out in the database. */
    JdbcLookup<V> withCondition(JdbcCondition condition) {
        return new JdbcLookup<>(connection, table, rows, condition, reload);
    }

    @Override
    public LookupSource<ChangeKey, V> open(LookupContext context) throws Exception {
        Dialect dialect = Dialects.of(connection);
        int inFlight = reload == null ? context.options().inFlight() : 1;
        String threads = "kit-jdbc-lookup-" + table.displayName() + "-" + context.subtask();
        JdbcPool pool = JdbcPool.open(connection, inFlight, context.options().requestTimeout(), threads);
        try {
            JdbcLookupSource<?, V> source = rows.source(pool, query(pool, dialect), table, condition, dialect);
            return reload == null
                    ? LookupSource.blocking(source, inFlight, threads)
                    : FullCacheSource.open(source, reload, threads, context.metrics());
        } catch (Exception e) {
            pool.close();
            throw e;
        }
    }

    private JdbcLookupQuery query(JdbcPool pool, Dialect dialect) throws SQLException {
        try (Connection opened = pool.connection()) {
            return dialect.lookup(opened, table, condition);
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
