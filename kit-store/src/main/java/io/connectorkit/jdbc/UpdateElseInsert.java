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
import org.jspecify.annotations.Nullable;

/**
 * Rows one by one in two statements, where a database has no upsert for exactly one unique key: those that are there are
 * updated, the others inserted if they are still not there. A violation of another key is an error, as it should be.
 */
final class UpdateElseInsert implements RowStatements<SqlRows> {

    private final SqlDialect dialect;
    private final TargetTable<SqlColumn> table;
    private final @Nullable String update;
    private final String insert;
    private final SqlStatements statements;
    private final List<Integer> updateOrder;
    private final int queryTimeoutSeconds;

    UpdateElseInsert(SqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode, int queryTimeoutSeconds) {
        this.dialect = dialect;
        this.table = table;
        this.queryTimeoutSeconds = queryTimeoutSeconds;
        this.statements = SqlStatements.of(dialect, table, mode);
        List<SqlColumn> columns = SqlRows.columns(table, true);
        this.updateOrder = new ArrayList<>();
        this.update = update(mode, columns);
        this.insert = "INSERT INTO " + table.identifier() + " ("
                + String.join(", ", SqlStatements.names(dialect, columns)) + ") SELECT ?"
                + ", ?".repeat(columns.size() - 1) + " FROM DUAL WHERE NOT EXISTS (SELECT 1"
                + SqlStatements.present(dialect, table) + ")";
    }

    private @Nullable String update(WriteMode mode, List<SqlColumn> columns) {
        List<SqlColumn> changed = SqlStatements.changed(table, mode);
        if (changed.isEmpty()) {
            return null;
        }
        List<String> set = new ArrayList<>();
        for (SqlColumn column : changed) {
            set.add(dialect.quoted(column.name()) + " = ?");
            updateOrder.add(columns.indexOf(column));
        }
        String sql = "UPDATE " + table.identifier() + " SET " + String.join(", ", set) + " WHERE "
                + SqlStatements.match(dialect, table);
        for (int i = 0; i < table.keys().size(); i++) {
            updateOrder.add(i);
        }
        if (mode == WriteMode.INSERT_ONLY && table.deletedAt() != null) {
            sql += " AND ? IS NOT NULL";
            updateOrder.add(columns.indexOf(table.deletedAt()));
        }
        SqlColumn version = table.version();
        if (version != null) {
            sql += " AND " + SqlStatements.notNewer(version, dialect.quoted(version.name()), "?");
            updateOrder.add(columns.indexOf(version));
        }
        return sql;
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
        List<Row> left = rows.inOrder(order);
        if (!rows.upserts()) {
            left = untouched(connection, statements.delete(), rows, left, Use.DELETE);
            left = SqlProbe.rows(connection, statements.present(), rows, left, false, queryTimeoutSeconds);
        } else {
            if (update != null) {
                left = untouched(connection, update, rows, left, Use.UPDATE);
            }
            left = untouched(connection, insert, rows, left, Use.INSERT);
        }
        if (statements.refuses()) {
            left.forEach(row -> outcomes[row.position()] = Outcome.stale());
        }
    }

    private enum Use {
        UPDATE,
        INSERT,
        DELETE
    }

    private List<Row> untouched(Connection connection, String sql, SqlRows rows, List<Row> sent, Use use)
            throws SQLException {
        if (sent.isEmpty()) {
            return sent;
        }
        int[] counts;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            for (Row row : sent) {
                bind(statement, rows, row, use);
                statement.addBatch();
            }
            counts = statement.executeBatch();
        }
        List<Row> untouched = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            if (counts[i] == 0) {
                untouched.add(sent.get(i));
            }
        }
        return untouched;
    }

    private void bind(PreparedStatement statement, SqlRows rows, Row row, Use use) throws SQLException {
        if (use == Use.UPDATE) {
            rows.bind(statement, row, updateOrder);
            return;
        }
        int next = rows.bind(statement, 1, row);
        if (use == Use.INSERT) {
            rows.bindKey(statement, next, row, false);
        }
    }
}
