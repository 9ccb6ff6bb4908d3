package io.connectorkit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** All or nothing, on a connection that is in auto-commit mode before and after. */
final class Transactions {

    private Transactions() {}

    /** Statements of one transaction. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    /** Commits what {@code work} does, or leaves nothing of it and throws what it threw. */
    static void run(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run();
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            undo(connection, e);
            throw e;
        }
        connection.setAutoCommit(true);
    }

    private static void undo(Connection connection, Throwable cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException lost) {
            // The connection is gone, and with it the transaction. The pool drops it.
            cause.addSuppressed(JdbcFailures.safe(lost));
        }
    }
}
