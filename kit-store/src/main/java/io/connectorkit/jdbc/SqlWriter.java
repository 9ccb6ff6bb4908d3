package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.jdbc.SqlRows.Row;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Rows one by one in JDBC batches, where each row's update count says what became of it. */
final class SqlWriter implements RowStatements<SqlRows> {

    private final SqlDialect dialect;
    private final TargetTable<SqlColumn> table;
    private final SqlStatements statements;
    private final int queryTimeoutSeconds;

    SqlWriter(SqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode, int queryTimeoutSeconds) {
        this.dialect = dialect;
        this.table = table;
        this.statements = SqlStatements.of(dialect, table, mode);
        this.queryTimeoutSeconds = queryTimeoutSeconds;
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
        String sql = rows.upserts() ? statements.upsert() : statements.delete();
        List<Row> untouched = untouched(ordered, counts(connection, sql, rows, ordered));
        if (!statements.refuses()) {
            return;
        }
        // An upsert that touched no row was refused; so was a delete whose row is still there.
        List<Row> refused = rows.upserts() ? untouched : present(connection, rows, untouched);
        refused.forEach(row -> outcomes[row.position()] = Outcome.stale());
    }

    private int[] counts(Connection connection, String sql, SqlRows rows, List<Row> ordered) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            for (Row row : ordered) {
                rows.bind(statement, 1, row);
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    private static List<Row> untouched(List<Row> rows, int[] counts) throws SQLException {
        if (counts.length != rows.size()) {
            throw new SQLException(
                    "a batch of " + rows.size() + " rows must be answered with as many counts, got " + counts.length);
        }
        List<Row> untouched = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 0) {
                untouched.add(rows.get(i));
            }
        }
        return untouched;
    }

    private List<Row> present(Connection connection, SqlRows rows, List<Row> asked) throws SQLException {
        return SqlProbe.rows(connection, statements.present(), rows, asked, false, queryTimeoutSeconds);
    }
}
