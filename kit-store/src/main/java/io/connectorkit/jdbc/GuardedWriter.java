package io.connectorkit.jdbc;

import io.connectorkit.change.Change;
import io.connectorkit.jdbc.RowStatements.RowOrder;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes batches so that a constraint only refuses what it must: first the deletes, then the upserts; when a constraint
 * objects, the upserts first; then every change as it arrived. A change that no order saves is refused with the batch,
 * and the write path isolates it.
 *
 * <p>Deletes first frees unique values for rows that take them over; upserts first moves rows away from the ones that are
 * deleted; the order of arrival suits rows that refer to rows of the same table.
 *
 * <p>Deletes commit before the upserts begin (or the other way round): each locks its rows in key order, so two batches
 * cannot deadlock, and what is applied twice is the same as what is applied once.
 */
final class GuardedWriter<R extends RowStatements.Rows> implements TableWriter {

    private final RowStatements<R> statements;

    GuardedWriter(RowStatements<R> statements) {
        this.statements = statements;
    }

    @Override
    public List<Outcome> write(Connection connection, Batch<Object[]> batch) throws SQLException {
        Outcome[] outcomes = new Outcome[batch.size()];
        List<R> deletesFirst = new ArrayList<>(split(batch, outcomes));
        boolean mixed = deletesFirst.size() == 2;
        try {
            return attempt(connection, deletesFirst, RowOrder.BY_KEY, outcomes.clone());
        } catch (SQLException e) {
            if (!JdbcFailures.violatesConstraint(e) || (!mixed && !statements.needTransaction())) {
                throw e;
            }
        }
        if (mixed) {
            List<R> upsertsFirst = List.of(deletesFirst.get(1), deletesFirst.get(0));
            try {
                return attempt(connection, upsertsFirst, RowOrder.BY_KEY, outcomes.clone());
            } catch (SQLException e) {
                if (!JdbcFailures.violatesConstraint(e)) {
                    throw e;
                }
            }
        }
        return attempt(connection, runs(batch, outcomes), RowOrder.AS_ARRIVED, outcomes);
    }

    private boolean isDelete(Change<Object[]> change) {
        return statements.hardDeletes() && change instanceof Change.Delete<Object[]>;
    }

    /** Deletes, if there are any, then upserts, if there are any; what cannot be bound is rejected. */
    private List<R> split(Batch<Object[]> batch, Outcome[] outcomes) {
        int deletes = 0;
        for (Change<Object[]> change : batch) {
            deletes += isDelete(change) ? 1 : 0;
        }
        R deleted = statements.rows(false, deletes);
        R upserted = statements.rows(true, batch.size() - deletes);
        for (int i = 0; i < outcomes.length; i++) {
            add(isDelete(batch.get(i)) ? deleted : upserted, batch.get(i), i, outcomes);
        }
        return List.of(deleted, upserted).stream()
                .filter(rows -> rows.size() > 0)
                .toList();
    }

    /** Neighbours of one kind, in order of arrival. */
    private List<R> runs(Batch<Object[]> batch, Outcome[] outcomes) {
        List<R> runs = new ArrayList<>();
        for (int from = 0, to; from < outcomes.length; from = to) {
            boolean delete = isDelete(batch.get(from));
            to = from + 1;
            while (to < outcomes.length && isDelete(batch.get(to)) == delete) {
                to++;
            }
            R run = statements.rows(!delete, to - from);
            for (int i = from; i < to; i++) {
                add(run, batch.get(i), i, outcomes);
            }
            if (run.size() > 0) {
                runs.add(run);
            }
        }
        return runs;
    }

    private void add(R rows, Change<Object[]> change, int position, Outcome[] outcomes) {
        try {
            rows.add(change, position);
            outcomes[position] = Outcome.delivered();
        } catch (IllegalArgumentException e) {
            outcomes[position] = Outcome.rejected(e);
        }
    }

    private List<Outcome> attempt(Connection connection, List<R> steps, RowOrder order, Outcome[] outcomes)
            throws SQLException {
        for (R rows : steps) {
            if (statements.needTransaction()) {
                Transactions.run(connection, () -> statements.apply(connection, rows, order, outcomes));
            } else {
                statements.apply(connection, rows, order, outcomes);
            }
        }
        return Arrays.asList(outcomes);
    }
}
