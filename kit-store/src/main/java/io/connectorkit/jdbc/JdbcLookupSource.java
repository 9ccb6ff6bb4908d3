package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.BlockingLookupSource;
import io.connectorkit.lookup.LookupException;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table as a lookup source: one pooled connection for each request, in auto-commit mode. */
final class JdbcLookupSource<R, V> implements BlockingLookupSource<ChangeKey, V> {

    private static final int ROWS_AT_A_TIME = 1_000;

    private final JdbcPool pool;
    private final JdbcLookupQuery query;
    private final JdbcLookupMapper<R> mapper;
    private final Found<R, V> found;
    private final JdbcTable table;
    private final JdbcCondition condition;
    private final Dialect dialect;

    /** What the rows of one key are for the user: the only one, or all of them. */
    @FunctionalInterface
    interface Found<R, V> extends Serializable {

        /** Throws with the rule that {@code rows} break. */
        V of(List<R> rows, JdbcTable table);

        static <R> R one(List<R> rows, JdbcTable table) {
            if (rows.size() > 1) {
                throw new IllegalArgumentException(
                        "key columns " + table.keyColumns() + " must be unique, got several rows");
            }
            return rows.get(0);
        }

        static <R> Collection<R> all(List<R> rows, JdbcTable table) {
            return rows;
        }
    }

    JdbcLookupSource(
            JdbcPool pool,
            JdbcLookupQuery query,
            JdbcLookupMapper<R> mapper,
            Found<R, V> found,
            JdbcTable table,
            JdbcCondition condition,
            Dialect dialect) {
        this.condition = condition;
        this.found = found;
        this.dialect = dialect;
        this.pool = pool;
        this.query = query;
        this.mapper = mapper;
        this.table = table;
    }

    @Override
    public Map<ChangeKey, V> fetch(List<ChangeKey> keys) throws LookupException {
        for (ChangeKey key : keys) {
            if (key.size() != table.keyColumns().size()) {
                throw rejected("key must have " + table.keyColumns().size() + " parts " + table.keyColumns() + ", got "
                        + key.size());
            }
        }
        return connected(connection -> {
            try (PreparedStatement statement = prepare(connection, keys);
                    ResultSet rows = statement.executeQuery()) {
                return read(rows, keys);
            }
        });
    }

    /** Reads every row of the table. */
    Map<ChangeKey, V> all() throws LookupException {
        return connected(connection -> {
            InListLookupQuery everything = InListLookupQuery.of(connection, table, condition, dialect);
            connection.setAutoCommit(!dialect.streamsInTransactions());
            try (PreparedStatement statement = connection.prepareStatement(everything.all())) {
                statement.setFetchSize(dialect.streamingFetchSize(ROWS_AT_A_TIME));
                condition.bind(statement, 1);
                try (ResultSet rows = statement.executeQuery()) {
                    Map<ChangeKey, List<R>> byKey = new HashMap<>();
                    while (rows.next()) {
                        ChangeKey key = everything.key(rows);
                        byKey.computeIfAbsent(key, unseen -> new ArrayList<>(1)).add(value(rows, key));
                    }
                    return found(byKey);
                }
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    private interface Reading<T> {
        T from(Connection connection) throws SQLException, LookupException;
    }

    private <T> T connected(Reading<T> reading) throws LookupException {
        try (Connection connection = pool.connection()) {
            try {
                return reading.from(connection);
            } catch (SQLException e) {
                if (JdbcFailures.spoilsConnection(e)) {
                    pool.evict(connection);
                }
                throw e;
            }
        } catch (SQLException e) {
            SQLException safe = JdbcFailures.safe(e, dialect);
            throw new LookupException(JdbcFailures.kind(e, dialect), String.valueOf(safe.getMessage()), safe);
        }
    }

    private Map<ChangeKey, V> read(ResultSet rows, List<ChangeKey> keys) throws SQLException, LookupException {
        Map<ChangeKey, List<R>> byKey = new HashMap<>();
        while (rows.next()) {
            ChangeKey key = keyOf(rows, keys);
            byKey.computeIfAbsent(key, unseen -> new ArrayList<>(1)).add(value(rows, key));
        }
        return found(byKey);
    }

    private Map<ChangeKey, V> found(Map<ChangeKey, List<R>> byKey) throws LookupException {
        Map<ChangeKey, V> values = new HashMap<>(2 * byKey.size());
        for (Map.Entry<ChangeKey, List<R>> entry : byKey.entrySet()) {
            try {
                values.put(entry.getKey(), found.of(entry.getValue(), table));
            } catch (IllegalArgumentException e) {
                throw fatal(e.getMessage() + " for key=" + entry.getKey(), e);
            }
        }
        return values;
    }

    private PreparedStatement prepare(Connection connection, List<ChangeKey> keys)
            throws SQLException, LookupException {
        try {
            return query.prepare(connection, keys);
        } catch (IllegalArgumentException e) {
            throw new LookupException(FailureKind.REJECTED, String.valueOf(e.getMessage()), e);
        }
    }

    private ChangeKey keyOf(ResultSet row, List<ChangeKey> keys) throws SQLException, LookupException {
        try {
            return query.keyOf(row, keys);
        } catch (IllegalArgumentException e) {
            throw fatal(String.valueOf(e.getMessage()), e);
        }
    }

    private R value(ResultSet row, ChangeKey key) throws SQLException, LookupException {
        R value;
        try {
            value = mapper.map(row);
        } catch (SQLException e) {
            if (JdbcFailures.spoilsConnection(e)) {
                throw e;
            }
            String state = String.valueOf(e.getSQLState());
            // 42: a column that is not there. Other messages of drivers may quote the value.
            String why = state.startsWith("42") ? JdbcFailures.safeMessage(e, dialect) : "SQLSTATE " + state;
            throw fatal("the mapper failed on the row of key=" + key + ": " + why, withoutMessage(e));
        } catch (RuntimeException e) {
            throw fatal(
                    "the mapper failed on the row of key=" + key + ": "
                            + e.getClass().getName(),
                    withoutMessage(e));
        }
        if (value == null) {
            throw fatal("the mapper must not return null, got it for key=" + key, null);
        }
        return value;
    }

    /** Where it happened, without what it says of the row. */
    private static Exception withoutMessage(Exception e) {
        Exception safe = new Exception(e.getClass().getName() + " (its message is withheld, it may quote the row)");
        safe.setStackTrace(e.getStackTrace());
        return safe;
    }

    private static LookupException rejected(String message) {
        return new LookupException(FailureKind.REJECTED, message, null);
    }

    private static LookupException fatal(String message, @Nullable Exception cause) {
        return new LookupException(FailureKind.FATAL, message, cause);
    }

    @Override
    public void close() {
        pool.close();
    }
}
