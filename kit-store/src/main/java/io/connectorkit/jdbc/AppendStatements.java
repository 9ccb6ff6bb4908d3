package io.connectorkit.jdbc;

import io.connectorkit.jdbc.SqlRows.Row;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/** Plain inserts: many rows in one statement where the driver would send them one by one, else JDBC batches. */
final class AppendStatements implements RowStatements<SqlRows> {

    private static final int ROWS = 1_000;

    private final SqlDialect dialect;
    private final TargetTable<SqlColumn> table;
    private final boolean manyRows;
    private final int queryTimeoutSeconds;
    private final String head;
    private final String row;

    AppendStatements(SqlDialect dialect, TargetTable<SqlColumn> table, boolean manyRows, int queryTimeoutSeconds) {
        this.dialect = dialect;
        this.table = table;
        this.manyRows = manyRows;
        this.queryTimeoutSeconds = queryTimeoutSeconds;
        List<String> names = SqlStatements.names(dialect, table.values());
        this.head = "INSERT INTO " + table.identifier() + " (" + String.join(", ", names) + ") VALUES ";
        this.row = "(?" + ", ?".repeat(names.size() - 1) + ")";
    }

    @Override
    public boolean hardDeletes() {
        return true;
    }

    @Override
    public boolean needTransaction() {
        return true;
    }

    @Override
    public SqlRows rows(boolean upserts, int capacity) {
        return new SqlRows(dialect, table, true, capacity, Clock.systemUTC());
    }

    @Override
    public void apply(Connection connection, SqlRows rows, RowOrder order, Outcome[] outcomes) throws SQLException {
        List<Row> ordered = rows.inOrder(order);
        if (!manyRows) {
            insert(connection, rows, ordered, 1);
            return;
        }
        for (int start = 0; start < ordered.size(); start += ROWS) {
            List<Row> chunk = ordered.subList(start, Math.min(ordered.size(), start + ROWS));
            insert(connection, rows, chunk, chunk.size());
        }
    }

    private void insert(Connection connection, SqlRows rows, List<Row> chunk, int rowsInStatement) throws SQLException {
        String sql = head + row + (", " + row).repeat(rowsInStatement - 1);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            if (rowsInStatement > 1) {
                int parameter = 1;
                for (Row bound : chunk) {
                    parameter = rows.bind(statement, parameter, bound);
                }
                statement.executeUpdate();
                return;
            }
            for (Row bound : chunk) {
                rows.bind(statement, 1, bound);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
