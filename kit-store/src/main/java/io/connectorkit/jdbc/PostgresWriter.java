package io.connectorkit.jdbc;

import io.connectorkit.change.Change;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Writes batches to a PostgreSQL table: at most one statement for the upserts and one for the deletes.
 *
 * <p>Each statement commits by itself. The write path needs no atomic batch, since all that is sent again is guarded,
 * and without a transaction around them two sorted statements cannot deadlock with another batch's two.
 */
final class PostgresWriter implements TableWriter {

    private final PostgresTable table;
    private final PostgresStatements statements;
    private final boolean refusedIsStale;
    private final int queryTimeoutSeconds;

    PostgresWriter(PostgresTable table, WriteMode mode, Duration requestTimeout) {
        this.table = table;
        this.statements = PostgresStatements.of(table, mode);
        // OVERWRITE refuses nothing: a table of keys only has nothing to update.
        this.refusedIsStale = mode != WriteMode.OVERWRITE;
        // Before the write path's own deadline, so that what is sent again is known not to have been applied.
        this.queryTimeoutSeconds = (int) Math.max(1, requestTimeout.toSeconds() - 1);
    }

    /** Has the server check statements, types and permissions without touching a row. */
    void check(Connection connection) throws SQLException {
        explain(connection, statements.upsert(), new PostgresRows(table, true, 0));
        String delete = statements.delete();
        if (delete != null) {
            explain(connection, delete, new PostgresRows(table, false, 0));
        }
    }

    private static void explain(Connection connection, String sql, PostgresRows none) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("EXPLAIN " + sql)) {
            none.bind(statement);
            statement.execute();
        }
    }

    @Override
    public List<Outcome> write(Connection connection, Batch<Object[]> batch) throws SQLException {
        Outcome[] outcomes = new Outcome[batch.size()];
        String delete = statements.delete();
        int deletes = 0;
        if (delete != null) {
            for (Change<Object[]> change : batch) {
                deletes += change instanceof Change.Delete<Object[]> ? 1 : 0;
            }
        }
        PostgresRows upserted = new PostgresRows(table, true, batch.size() - deletes);
        PostgresRows deleted = new PostgresRows(table, false, deletes);
        for (int i = 0; i < outcomes.length; i++) {
            Change<Object[]> change = batch.get(i);
            boolean hardDelete = delete != null && change instanceof Change.Delete<Object[]>;
            try {
                (hardDelete ? deleted : upserted).add(change, i);
                outcomes[i] = Outcome.delivered();
            } catch (IllegalArgumentException e) {
                outcomes[i] = Outcome.rejected(e);
            }
        }
        execute(connection, statements.upsert(), upserted, outcomes);
        if (delete != null) {
            execute(connection, delete, deleted, outcomes);
        }
        return Arrays.asList(outcomes);
    }

    private void execute(Connection connection, String sql, PostgresRows rows, Outcome[] outcomes) throws SQLException {
        if (rows.size() == 0) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            rows.bind(statement);
            ResultSet refused = statement.executeQuery();
            while (refused.next()) {
                if (refusedIsStale) {
                    outcomes[rows.position(refused.getInt(1) - 1)] = Outcome.stale();
                }
            }
        }
    }
}
