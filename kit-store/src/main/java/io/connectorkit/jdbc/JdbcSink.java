package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.DeadLetters;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import java.util.Objects;

/**
 * A sink that keeps the newest change of each key in a table of a JDBC database.
 *
 * <p>The payload is an {@code Object[]} aligned to the table's value columns; null elements are SQL nulls. Table,
 * columns, key, types and permissions are checked when the job starts. A change that the table cannot hold (a value of
 * the wrong type, a violated constraint) is rejected alone.
 *
 * <p>Equal versions are applied again. After a {@link io.connectorkit.change.DeleteMode#HARD} delete nothing is left to
 * compare with: an older upsert that arrives later brings the row back. Where replays can reach behind a delete, use
 * {@link JdbcTable#withTombstones}.
 *
 * <p>PostgreSQL, MySQL, MariaDB, H2, SQLite, Oracle, SQL Server and Db2. One connection for each request in flight and subtask, opened as they are needed.
 */
public final class JdbcSink {

    private JdbcSink() {}

    /** The sink with {@link SinkTuning#forJdbc} and default retries. */
    public static <T> BatchSink<T> of(Changes<T, Object[]> changes, JdbcConnectionOptions connection, JdbcTable table) {
        return of(changes, connection, table, SinkOptions.defaults().withTuning(SinkTuning.forJdbc()));
    }

    /** The sink; its requests, connecting excluded, take at most {@link SinkOptions#requestTimeout()}. */
    public static <T> BatchSink<T> of(
            Changes<T, Object[]> changes, JdbcConnectionOptions connection, JdbcTable table, SinkOptions options) {
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(table, "table");
        WriteMode mode = changes.writeMode();
        if (mode == WriteMode.NEWEST_WINS && table.versionColumn() == null) {
            throw new IllegalArgumentException("version column of table '" + table.displayName()
                    + "' must be set when the changes have a version, got none; add it with withVersion");
        }
        if (mode == WriteMode.OVERWRITE && table.versionColumn() != null) {
            throw new IllegalArgumentException("version column of table '" + table.displayName()
                    + "' must not be set when the changes have no version, got '" + table.versionColumn()
                    + "'; give the changes one with Changes.withVersion");
        }
        return sink(changes, connection, new WriteTarget.Keyed(table, mode), options);
    }

    /** A sink that appends {@code records}; with a ledger their keys tell which were appended before. */
    public static <T> BatchSink<T> append(
            Changes<T, Object[]> records,
            JdbcConnectionOptions connection,
            JdbcAppendTable table,
            SinkOptions options) {
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(table, "table");
        return sink(records, connection, new WriteTarget.Appended(table), options);
    }

    /** A sink that writes with the user's own {@code statements}. */
    public static <T> BatchSink<T> of(
            Changes<T, Object[]> changes,
            JdbcConnectionOptions connection,
            JdbcStatements statements,
            SinkOptions options) {
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(statements, "statements");
        return sink(changes, connection, new WriteTarget.Stated(statements), options);
    }

    private static <T> BatchSink<T> sink(
            Changes<T, Object[]> changes, JdbcConnectionOptions connection, WriteTarget target, SinkOptions options) {
        Dialects.of(connection);
        return BatchSink.of(changes, new JdbcDestinationFactory(connection, target, options.requestTimeout()), options);
    }

    /** Dead letters of a JDBC sink as the changes they were, for a sink of the same table and mode. */
    public static Changes<DeadLetter, Object[]> replay(WriteMode mode) {
        return DeadLetters.replay(new JdbcRowCodec(), mode);
    }
}
