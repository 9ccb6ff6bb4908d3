package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import java.lang.reflect.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One statement for any number of keys: key columns as arrays, joined by the database, which answers with the position of
 * the key that each row belongs to. So the column's own equality counts (collation, citext, padding).
 *
 * @param keys columns compared
 */
record PostgresLookupQuery(String sql, List<PostgresColumn> keys, JdbcCondition condition) implements JdbcLookupQuery {

    private static final String POSITION = "kit_position";

    /** Reads the table's description and has the server check statement and permissions. */
    static PostgresLookupQuery of(Connection connection, JdbcTable table, JdbcCondition condition) throws SQLException {
        TargetTable.Description<PostgresColumn> found = PostgresCatalog.describe(connection, table);
        Map<String, PostgresColumn> columns = new LinkedHashMap<>();
        found.columns().forEach(column -> columns.put(column.name(), column));
        List<String> problems = new ArrayList<>();
        for (String name : table.columns()) {
            if (!columns.containsKey(name)) {
                problems.add("column '" + name + "' must exist in table '" + table.displayName() + "', found "
                        + columns.keySet() + "; names are exact, case counts");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        List<PostgresColumn> keys =
                table.keyColumns().stream().map(columns::get).toList();
        PostgresLookupQuery query =
                new PostgresLookupQuery(sql(table, found.identifier(), keys, condition), keys, condition);
        query.check(connection);
        return query;
    }

    private static String sql(JdbcTable table, String identifier, List<PostgresColumn> keys, JdbcCondition condition) {
        List<String> casts = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            PostgresColumn key = keys.get(i);
            casts.add("kit_c" + i + "::" + key.cast() + " AS kit_c" + i);
            arrays.add("?::" + key.wire().arrayType);
            names.add("kit_c" + i);
            conditions.add("found." + PostgresStatements.quoted(key.name()) + " = asked.kit_c" + i);
        }
        if (table.deletedAtColumn() != null) {
            conditions.add("found." + PostgresStatements.quoted(table.deletedAtColumn()) + " IS NULL");
        }
        if (!condition.sql().isEmpty()) {
            conditions.add("(" + condition.sql() + ")");
        }
        List<String> read = new ArrayList<>();
        table.keyColumns().forEach(name -> read.add("found." + PostgresStatements.quoted(name)));
        table.valueColumns().forEach(name -> read.add("found." + PostgresStatements.quoted(name)));
        return "SELECT " + String.join(", ", read) + ", asked.kit_n AS " + POSITION + "\nFROM (SELECT "
                + String.join(", ", casts) + ", kit_n FROM unnest(" + String.join(", ", arrays)
                + ") WITH ORDINALITY AS sent(" + String.join(", ", names) + ", kit_n)) AS asked\nJOIN " + identifier
                + " AS found ON " + String.join(" AND ", conditions);
    }

    private void check(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("EXPLAIN " + sql)) {
            bind(statement, List.of());
            statement.execute();
        }
    }

    @Override
    public PreparedStatement prepare(Connection connection, List<ChangeKey> asked) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            bind(statement, asked);
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
        return statement;
    }

    private void bind(PreparedStatement statement, List<ChangeKey> asked) throws SQLException {
        for (int i = 0; i < keys.size(); i++) {
            PostgresColumn column = keys.get(i);
            Object[] parts = (Object[]) Array.newInstance(column.wire().element, asked.size());
            for (int row = 0; row < parts.length; row++) {
                parts[row] = column.convert(asked.get(row).part(i));
            }
            statement.setObject(i + 1, parts);
        }
        condition.bind(statement, keys.size() + 1);
    }

    @Override
    public ChangeKey keyOf(ResultSet row, List<ChangeKey> asked) throws SQLException {
        return asked.get(row.getInt(POSITION) - 1);
    }
}
