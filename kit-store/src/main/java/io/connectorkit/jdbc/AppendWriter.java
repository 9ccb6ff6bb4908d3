package io.connectorkit.jdbc;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.jdbc.RowStatements.RowOrder;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Appends batches, all or nothing; with a ledger only the records that are not in it, which are entered there. */
final class AppendWriter<L extends RowStatements.Rows, R extends RowStatements.Rows> implements TableWriter {

    private static final Object[] NOTHING = {};

    private final RowStatements<R> appends;
    private final @Nullable RowStatements<L> ledger;
    private final String sink;

    private AppendWriter(RowStatements<R> appends, @Nullable RowStatements<L> ledger, String sink) {
        this.appends = appends;
        this.ledger = ledger;
        this.sink = sink;
    }

    static <R extends RowStatements.Rows> TableWriter of(RowStatements<R> appends, String sink) {
        return new AppendWriter<R, R>(appends, null, sink);
    }

    static <L extends RowStatements.Rows, R extends RowStatements.Rows> TableWriter of(
            RowStatements<R> appends, RowStatements<L> ledger, String sink) {
        return new AppendWriter<>(appends, ledger, sink);
    }

    @Override
    public List<Outcome> write(Connection connection, Batch<Object[]> batch) throws SQLException {
        Outcome[] outcomes = new Outcome[batch.size()];
        R all = appends.rows(true, batch.size());
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = bound(all, batch.get(i), i);
        }
        if (all.size() > 0) {
            Transactions.run(connection, () -> apply(connection, batch, all, outcomes));
        }
        return Arrays.asList(outcomes);
    }

    private Outcome bound(R rows, Change<Object[]> change, int position) {
        if (change instanceof Change.Delete<Object[]>) {
            return Outcome.rejected(new IllegalArgumentException(
                    "a table that rows are appended to takes no deletes; give the sink a table with a key"));
        }
        try {
            rows.add(change, position);
            return Outcome.delivered();
        } catch (IllegalArgumentException e) {
            return Outcome.rejected(e);
        }
    }

    private void apply(Connection connection, Batch<Object[]> batch, R all, Outcome[] outcomes) throws SQLException {
        R fresh = all;
        if (ledger != null) {
            enter(ledger, connection, batch, outcomes);
            fresh = fresh(batch, all, outcomes);
        }
        if (fresh.size() > 0) {
            appends.apply(connection, fresh, RowOrder.AS_ARRIVED, outcomes);
        }
    }

    private void enter(RowStatements<L> into, Connection connection, Batch<Object[]> batch, Outcome[] outcomes)
            throws SQLException {
        L entries = into.rows(true, batch.size());
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] == Outcome.delivered()) {
                String id = batch.get(i).key().id(JdbcAppendTable.LEDGER_ID_BYTES);
                entries.add(new Change.Upsert<>(ChangeKey.of(sink, id), null, NOTHING), i);
            }
        }
        into.apply(connection, entries, RowOrder.BY_KEY, outcomes);
    }

    private R fresh(Batch<Object[]> batch, R all, Outcome[] outcomes) {
        boolean known = Arrays.asList(outcomes).contains(Outcome.stale());
        if (!known) {
            return all;
        }
        R fresh = appends.rows(true, batch.size());
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] == Outcome.delivered()) {
                fresh.add(batch.get(i), i);
            }
        }
        return fresh;
    }
}
