package io.connectorkit.jdbc;

import io.connectorkit.jdbc.SqlRows.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Asks for which rows of a batch a condition holds in the table: many in one query, without reading a key back. */
final class SqlProbe {

    private static final int ROWS = 100;

    private SqlProbe() {}

    /**
     * The rows of {@code asked} for which {@code from} has an answer.
     *
     * @param from FROM and WHERE for one row's key, and its version if {@code versioned}
     */
    static List<Row> rows(
            Connection connection,
            String from,
            SqlRows rows,
            List<Row> asked,
            boolean versioned,
            int queryTimeoutSeconds)
            throws SQLException {
        List<Row> found = new ArrayList<>();
        for (int start = 0; start < asked.size(); start += ROWS) {
            List<Row> chunk = asked.subList(start, Math.min(asked.size(), start + ROWS));
            try (PreparedStatement statement = connection.prepareStatement(sql(from, chunk.size()))) {
                statement.setQueryTimeout(queryTimeoutSeconds);
                int parameter = 1;
                for (Row row : chunk) {
                    parameter = rows.bindKey(statement, parameter, row, versioned);
                }
                try (ResultSet answers = statement.executeQuery()) {
                    while (answers.next()) {
                        found.add(chunk.get(answers.getInt(1)));
                    }
                }
            }
        }
        return found;
    }

    private static String sql(String from, int rows) {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            sql.append(i == 0 ? "SELECT " : " UNION ALL SELECT ").append(i).append(from);
        }
        return sql.toString();
    }
}
