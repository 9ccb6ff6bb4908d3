package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What differs between databases: names, driver properties, the table's description, the guarded statements and the
 * meaning of vendor codes.
 *
 * <p>A further database is one more value in {@link Dialects}; pool, destination, lookup and source stay as they are.
 */
interface Dialect {

    /** How a URL of this database starts. */
    String urlPrefix();

    /** Properties the driver needs for the kit's time and secrecy bounds; the user's own win over them. */
    Map<String, String> driverProperties(Duration connectTimeout);

    /**
     * Reads the table's description and prepares to write to it.
     *
     * @throws IllegalArgumentException naming all of the table's options that do not fit what is there
     */
    RowStatements<?> statements(Connection connection, JdbcTable table, WriteMode mode, int queryTimeoutSeconds)
            throws SQLException;

    /** Reads the table's description and prepares to append to it. */
    RowStatements<?> appends(Connection connection, JdbcAppendTable table, int queryTimeoutSeconds) throws SQLException;

    /** The table's columns and unique keys. */
    TargetTable.Description<? extends TargetColumn> describe(Connection connection, JdbcTable table)
            throws SQLException;

    /** Has the database check that the table can be read, and prepares to read it by key. */
    default JdbcLookupQuery lookup(Connection connection, JdbcTable table, JdbcCondition condition)
            throws SQLException {
        return InListLookupQuery.of(connection, table, condition, this);
    }

    /** {@code name} as a quoted identifier. */
    default String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** What ends a query, {@code ordered} or not, that needs at most {@code rows} rows. */
    default String limit(long rows, boolean ordered) {
        return " LIMIT " + rows;
    }

    /** Whether a schema of {@link JdbcTable} is what JDBC calls a catalog. */
    default boolean schemaIsCatalog() {
        return false;
    }

    /** How many connections can write at a time when {@code inFlight} requests may. */
    default int connections(int inFlight) {
        return inFlight;
    }

    /** Whether two texts are equal only when they are the same, whatever the collation. */
    default boolean comparesTextExactly() {
        return true;
    }

    /** Whether decimals and times are stored as such, and not as floating-point numbers and texts. */
    default boolean hasTypes() {
        return true;
    }

    /** Name of the isolation level that the writes need, of {@link Connection}; null for the database's own. */
    default @Nullable String isolation() {
        return null;
    }

    /** Fetch size with which the driver streams a large result instead of loading all of it. */
    default int streamingFetchSize(int rows) {
        return rows;
    }

    /** Whether the driver streams within a transaction only. */
    default boolean streamsInTransactions() {
        return false;
    }

    /** What a vendor's own code says; null when its SQLSTATE says enough. */
    default @Nullable FailureKind kind(int vendorCode) {
        return null;
    }

    /** The first line of a server's message without the values of the row that it may quote; null to withhold it. */
    @Nullable
    String safeMessage(String sqlState, int vendorCode, String firstLine);
}
