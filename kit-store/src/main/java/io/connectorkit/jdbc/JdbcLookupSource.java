package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.BlockingLookupSource;
import io.connectorkit.lookup.LookupException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table as a lookup source: one pooled connection for each request, in auto-commit mode. */
final class JdbcLookupSource<V> implements BlockingLookupSource<ChangeKey, V> {

    private final JdbcPool pool;
    private final JdbcLookupQuery query;
    private final JdbcLookupMapper<V> mapper;
    private final JdbcTable table;
    private final Dialect dialect;

    JdbcLookupSource(
            JdbcPool pool, JdbcLookupQuery query, JdbcLookupMapper<V> mapper, JdbcTable table, Dialect dialect) {
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
        try (Connection connection = pool.connection()) {
            try {
                return rows(connection, keys);
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

    private Map<ChangeKey, V> rows(Connection connection, List<ChangeKey> keys) throws SQLException, LookupException {
        Map<ChangeKey, V> rows = new HashMap<>();
        try (PreparedStatement statement = prepare(connection, keys);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                ChangeKey key = keyOf(found, keys);
                if (rows.put(key, value(found, key)) != null) {
                    throw fatal(
                            "key columns " + table.keyColumns() + " must be unique, got several rows for key=" + key,
                            null);
                }
            }
        }
        return rows;
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

    private V value(ResultSet row, ChangeKey key) throws SQLException, LookupException {
        V value;
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
