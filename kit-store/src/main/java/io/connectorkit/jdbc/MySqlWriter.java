package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.jdbc.SqlRows.Row;
import io.connectorkit.sink.Outcome;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many rows in one statement, for tables with one unique key.
 *
 * <p>The count of such a statement does not say which rows a guard refused. MariaDB returns the versions that are there
 * afterwards. MySQL is asked for their sum: it is the sum of what was sent unless a row is newer, and only then are the
 * rows looked at one by one.
 */
final class MySqlWriter implements RowStatements<SqlRows> {

    /** Rows in one statement: more gain nothing. */
    private static final int ROWS = 1_000;

    /** Alternatives of a WHERE, within the memory that MySQL grants to plan them as key lookups. */
    private static final int KEYS = 250;

    private final MySqlDialect dialect;
    private final TargetTable<SqlColumn> table;
    private final MySqlStatements statements;
    private final boolean returning;
    private final boolean guarded;
    private final int queryTimeoutSeconds;
    private final String fullInsert;

    MySqlWriter(
            MySqlDialect dialect,
            TargetTable<SqlColumn> table,
            WriteMode mode,
            boolean returning,
            int queryTimeoutSeconds) {
        this.dialect = dialect;
        this.table = table;
        this.statements = MySqlStatements.of(dialect, table, mode);
        this.guarded = table.version() != null;
        this.returning = returning && guarded;
        this.queryTimeoutSeconds = queryTimeoutSeconds;
        this.fullInsert = insert(ROWS);
    }

    private String insert(int rows) {
        return returning ? statements.insertReturning(rows) : statements.insert(rows);
    }

    @Override
    public boolean hardDeletes() {
        return !table.tombstones();
    }

    @Override
    public boolean needTransaction() {
        return true;
    }

    @Override
    public SqlRows rows(boolean upserts, int capacity) {
        return new SqlRows(dialect, table, upserts, capacity, Clock.systemUTC());
    }

    @Override
    public void apply(Connection connection, SqlRows rows, RowOrder order, Outcome[] outcomes) throws SQLException {
        List<Row> ordered = rows.inOrder(order);
        int most = rows.upserts() ? ROWS : KEYS;
        for (int start = 0; start < ordered.size(); start += most) {
            List<Row> chunk = ordered.subList(start, Math.min(ordered.size(), start + most));
            if (rows.upserts()) {
                upsert(connection, rows, chunk, outcomes);
            } else {
                delete(connection, rows, chunk, outcomes);
            }
        }
    }

    private void upsert(Connection connection, SqlRows rows, List<Row> chunk, Outcome[] outcomes) throws SQLException {
        String sql = chunk.size() == ROWS ? fullInsert : insert(chunk.size());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            int parameter = 1;
            for (Row row : chunk) {
                parameter = rows.bind(statement, parameter, row);
            }
            if (returning) {
                readVersions(statement, rows, chunk, outcomes);
            } else {
                statement.executeUpdate();
            }
        }
        if (guarded && !returning && anyNewer(connection, rows, chunk)) {
            SqlProbe.rows(connection, statements.newer(), rows, chunk, true, queryTimeoutSeconds)
                    .forEach(row -> outcomes[row.position()] = Outcome.stale());
        }
    }

    private static void readVersions(PreparedStatement statement, SqlRows rows, List<Row> chunk, Outcome[] outcomes)
            throws SQLException {
        try (ResultSet versions = statement.executeQuery()) {
            for (Row row : chunk) {
                if (!versions.next()) {
                    throw new SQLException("MariaDB must return a row for each of " + chunk.size() + " rows sent");
                }
                if (rows.isNewer(versions, row)) {
                    outcomes[row.position()] = Outcome.stale();
                }
            }
        }
    }

    /** Texts have no sum: then the rows are looked at. */
    private boolean anyNewer(Connection connection, SqlRows rows, List<Row> chunk) throws SQLException {
        for (int start = 0; start < chunk.size(); start += KEYS) {
            List<Row> keys = chunk.subList(start, Math.min(chunk.size(), start + KEYS));
            BigDecimal sent = rows.versionSum(keys);
            BigDecimal there = sent == null ? null : versionSum(connection, rows, keys);
            if (sent == null || there == null || sent.compareTo(there) != 0) {
                return true;
            }
        }
        return false;
    }

    private @Nullable BigDecimal versionSum(Connection connection, SqlRows rows, List<Row> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(statements.versionSum(keys.size()))) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            int parameter = 1;
            for (Row row : keys) {
                parameter = rows.bindKey(statement, parameter, row, false);
            }
            try (ResultSet sum = statement.executeQuery()) {
                return sum.next() ? sum.getBigDecimal(1) : null;
            }
        }
    }

    private void delete(Connection connection, SqlRows rows, List<Row> chunk, Outcome[] outcomes) throws SQLException {
        int deleted;
        try (PreparedStatement statement = connection.prepareStatement(statements.delete(chunk.size()))) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            int parameter = 1;
            for (Row row : chunk) {
                parameter = rows.bindKey(statement, parameter, row, true);
            }
            deleted = statement.executeUpdate();
        }
        if (guarded && deleted < chunk.size()) {
            SqlProbe.rows(connection, statements.newer(), rows, chunk, true, queryTimeoutSeconds)
                    .forEach(row -> outcomes[row.position()] = Outcome.stale());
        }
    }
}
