package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows of a batch in one statement for the upserts and one for the deletes, columns as arrays, sorted by the server. */
final class PostgresWriter implements RowStatements<PostgresRows> {

    private final TargetTable<PostgresColumn> table;
    private final PostgresStatements statements;
    private final int queryTimeoutSeconds;

    PostgresWriter(TargetTable<PostgresColumn> table, WriteMode mode, int queryTimeoutSeconds) {
        this.table = table;
        this.statements = PostgresStatements.of(table, mode);
        this.queryTimeoutSeconds = queryTimeoutSeconds;
    }

    /** Has the server check statements, types and permissions without touching a row. */
    void check(Connection connection) throws SQLException {
        explain(connection, statements.upsert(), rows(true, 0));
        if (statements.newer() != null) {
            explain(connection, statements.newer(), rows(false, 0));
        }
        if (statements.delete() != null) {
            explain(connection, statements.delete(), rows(false, 0));
        }
    }

    private static void explain(Connection connection, @Nullable String sql, PostgresRows none) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("EXPLAIN " + sql)) {
            none.bind(statement);
            statement.execute();
        }
    }

    @Override
    public boolean hardDeletes() {
        return !table.tombstones();
    }

    /** A statement is one already, and without a transaction around them two sorted ones cannot deadlock. */
    @Override
    public boolean needTransaction() {
        return false;
    }

    @Override
    public PostgresRows rows(boolean upserts, int capacity) {
        return new PostgresRows(table, upserts, capacity);
    }

    /** In any order: the server checks unique keys row by row, sorted, but references at the end of the statement. */
    @Override
    public void apply(Connection connection, PostgresRows rows, RowOrder order, Outcome[] outcomes)
            throws SQLException {
        if (!rows.upserts()) {
            markRefused(connection, Objects.requireNonNull(statements.delete()), rows, outcomes);
        } else if (statements.upsertAnswers()) {
            markRefused(connection, statements.upsert(), rows, outcomes);
        } else {
            int written = upsert(connection, rows);
            if (statements.newer() != null && written < rows.size()) {
                // A row that another writer overtakes just now is among them: newer than what was sent all the same.
                markRefused(connection, statements.newer(), rows.withoutValues(), outcomes);
            }
        }
    }

    private int upsert(Connection connection, PostgresRows rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(statements.upsert())) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            rows.bind(statement);
            return statement.executeUpdate();
        }
    }

    /** Has {@code sql} answer the positions of rows that are stale. */
    private void markRefused(Connection connection, String sql, PostgresRows rows, Outcome[] outcomes)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            rows.bind(statement);
            try (ResultSet refused = statement.executeQuery()) {
                while (refused.next()) {
                    outcomes[rows.position(refused.getInt(1) - 1)] = Outcome.stale();
                }
            }
        }
    }
}
