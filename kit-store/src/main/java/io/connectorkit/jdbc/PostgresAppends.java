package io.connectorkit.jdbc;

import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Appends rows to a PostgreSQL table in one statement, columns as arrays. */
final class PostgresAppends implements RowStatements<PostgresRows> {

    private final TargetTable<PostgresColumn> table;
    private final String sql;
    private final int queryTimeoutSeconds;

    PostgresAppends(TargetTable<PostgresColumn> table, int queryTimeoutSeconds) {
        this.table = table;
        this.queryTimeoutSeconds = queryTimeoutSeconds;
        List<String> names = new ArrayList<>();
        List<String> casts = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        for (PostgresColumn column : table.values()) {
            String parameter = "c" + sent.size();
            names.add(PostgresStatements.quoted(column.name()));
            casts.add(parameter + "::" + column.cast());
            arrays.add("?::" + column.wire().arrayType);
            sent.add(parameter);
        }
        this.sql = "INSERT INTO " + table.identifier() + " (" + String.join(", ", names) + ")\nSELECT "
                + String.join(", ", casts) + " FROM unnest(" + String.join(", ", arrays) + ") AS sent("
                + String.join(", ", sent) + ")";
    }

    /** Has the server check statement, types and permissions without touching a row. */
    void check(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("EXPLAIN " + sql)) {
            rows(true, 0).bind(statement);
            statement.execute();
        }
    }

    @Override
    public boolean hardDeletes() {
        return true;
    }

    @Override
    public boolean needTransaction() {
        return false;
    }

    @Override
    public PostgresRows rows(boolean upserts, int capacity) {
        return new PostgresRows(table, true, capacity);
    }

    @Override
    public void apply(Connection connection, PostgresRows rows, RowOrder order, Outcome[] outcomes)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            rows.bind(statement);
            statement.executeUpdate();
        }
    }
}
