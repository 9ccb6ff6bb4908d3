package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Ordering;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;

/** What a sink writes to: a table by key, a table that only grows, or whatever the user's own statements write. */
sealed interface WriteTarget extends Serializable {

    /** As written in messages. */
    String displayName();

    Ordering ordering();

    /** Whether what is sent twice is the same as what is sent once. */
    boolean guarded();

    /** Has the database check what will be written. */
    TableWriter open(Connection connection, Dialect dialect, int queryTimeoutSeconds) throws SQLException;

    /** A table by key. */
    record Keyed(JdbcTable table, WriteMode mode) implements WriteTarget {

        private static final long serialVersionUID = 1L;

        @Override
        public String displayName() {
            return "JDBC table '" + table.displayName() + "'";
        }

        @Override
        public Ordering ordering() {
            return Ordering.COALESCE;
        }

        @Override
        public boolean guarded() {
            return mode != WriteMode.OVERWRITE;
        }

        @Override
        public TableWriter open(Connection connection, Dialect dialect, int queryTimeoutSeconds) throws SQLException {
            return new GuardedWriter<>(dialect.statements(connection, table, mode, queryTimeoutSeconds));
        }
    }

    /** A table that only grows. */
    record Appended(JdbcAppendTable table) implements WriteTarget {

        private static final long serialVersionUID = 1L;

        @Override
        public String displayName() {
            return "JDBC table '" + table.displayName() + "'";
        }

        /** With a ledger equal keys are one record: the second of them is not sent beside the first. */
        @Override
        public Ordering ordering() {
            return table.ledger() == null ? Ordering.NONE : Ordering.COALESCE;
        }

        @Override
        public boolean guarded() {
            return table.ledger() != null;
        }

        @Override
        public TableWriter open(Connection connection, Dialect dialect, int queryTimeoutSeconds) throws SQLException {
            RowStatements<?> appends = dialect.appends(connection, table, queryTimeoutSeconds);
            JdbcTable ledger = table.ledgerTable();
            return ledger == null
                    ? AppendWriter.of(appends, table.displayName())
                    : AppendWriter.of(
                            appends,
                            dialect.statements(connection, ledger, WriteMode.INSERT_ONLY, queryTimeoutSeconds),
                            table.displayName());
        }
    }

    /** The user's own statements. */
    record Stated(JdbcStatements statements) implements WriteTarget {

        private static final long serialVersionUID = 1L;

        @Override
        public String displayName() {
            return "JDBC statements";
        }

        @Override
        public Ordering ordering() {
            return Ordering.COALESCE;
        }

        @Override
        public boolean guarded() {
            return statements.guarded();
        }

        @Override
        public TableWriter open(Connection connection, Dialect dialect, int queryTimeoutSeconds) throws SQLException {
            return new GuardedWriter<>(StatedWriter.of(connection, statements, queryTimeoutSeconds));
        }
    }
}
