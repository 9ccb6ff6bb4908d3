package io.connectorkit.jdbc;

import io.connectorkit.change.Change;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The statements of one table and how rows are bound to them; thread-safe.
 *
 * @param <R> rows waiting to be bound
 */
interface RowStatements<R extends RowStatements.Rows> {

    /** Rows of one kind that are applied together. */
    interface Rows {

        /** Adds {@code change} or, when it does not fit the table, throws an exception that says why. */
        void add(Change<Object[]> change, int position);

        int size();
    }

    /** Order in which the rows of one call are written. */
    enum RowOrder {
        /** Two batches lock in the same order. */
        BY_KEY,
        /** As the changes arrived: rows that refer to each other follow the ones they refer to. */
        AS_ARRIVED
    }

    /** Whether deletes remove rows; with tombstones, deletes are rows to upsert. */
    boolean hardDeletes();

    /** Whether one call may apply some rows and fail for others, unless a transaction is around it. */
    boolean needTransaction();

    R rows(boolean upserts, int capacity);

    /** Applies {@code rows}, none of them when it throws inside a transaction; marks those that a guard refused. */
    void apply(Connection connection, R rows, RowOrder order, Outcome[] outcomes) throws SQLException;
}
