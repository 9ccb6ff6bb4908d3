package io.connectorkit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what PostgreSQL (12 and newer) knows of a table from its system catalog. */
final class PostgresCatalog {

    private static final String TABLE =
            """
            SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = to_regclass(?)""";

    private static final String SIMILAR =
            """
            SELECT n.nspname || '.' || c.relname
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'f')
            AND (lower(c.relname) = lower(?) OR lower(n.nspname || '.' || c.relname) = lower(?))
            ORDER BY 1 LIMIT 5""";

    /** A domain is resolved to its base type, so that its length is checked on assignment and not cut by a cast. */
    private static final String COLUMNS =
            """
            SELECT a.attname,
              format_type(t.oid, CASE WHEN t.oid = a.atttypid
                AND t.typname IN ('numeric', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval')
                THEN a.atttypmod ELSE -1 END),
              t.typname, t.typcategory = 'A', a.attnotnull,
              CASE WHEN a.attidentity = 'd' THEN 'identity'
                WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
              a.attgenerated <> '' OR a.attidentity = 'a'
            FROM pg_catalog.pg_attribute a
            CROSS JOIN LATERAL (
              WITH RECURSIVE base(oid, depth) AS (
                SELECT a.atttypid, 0
                UNION ALL
                SELECT b.typbasetype, base.depth + 1 FROM base
                JOIN pg_catalog.pg_type b ON b.oid = base.oid AND b.typtype = 'd')
              SELECT oid FROM base ORDER BY depth DESC LIMIT 1) resolved
            JOIN pg_catalog.pg_type t ON t.oid = resolved.oid
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""";

    /** Indexes that ON CONFLICT can infer: unique, whole, plain columns, checked at once. */
    private static final String UNIQUE_KEYS =
            """
            SELECT i.indexrelid, a.attname
            FROM pg_catalog.pg_index i
            CROSS JOIN LATERAL generate_series(0, i.indnkeyatts - 1) position
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[position]
            WHERE i.indrelid = ? AND i.indisunique AND i.indisvalid AND i.indimmediate
            AND i.indpred IS NULL AND i.indexprs IS NULL
            ORDER BY i.indisprimary DESC, i.indexrelid, position""";

    private PostgresCatalog() {}

    static TargetTable.Description<PostgresColumn> describe(Connection connection, JdbcTable table)
            throws SQLException {
        String name = PostgresStatements.quoted(table.name());
        String path = table.schema() == null ? name : PostgresStatements.quoted(table.schema()) + "." + name;
        try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
            statement.setString(1, path);
            ResultSet found = statement.executeQuery();
            if (!found.next()) {
                throw new IllegalArgumentException("table must exist, got '" + table.displayName()
                        + "', which the database does not have; " + similar(connection, table));
            }
            long oid = found.getLong(1);
            return new TargetTable.Description<>(
                    found.getString(2), columns(connection, oid), uniqueKeys(connection, oid));
        }
    }

    private static String similar(Connection connection, JdbcTable table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(SIMILAR)) {
            statement.setString(1, table.name());
            statement.setString(2, table.name());
            ResultSet found = statement.executeQuery();
            while (found.next()) {
                names.add(found.getString(1));
            }
        }
        return names.isEmpty()
                ? "create it first, or name its schema with withSchema"
                : "found " + names + " (schema.name); names are exact, case counts";
    }

    private static List<PostgresColumn> columns(Connection connection, long table) throws SQLException {
        List<PostgresColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, table);
            ResultSet found = statement.executeQuery();
            while (found.next()) {
                columns.add(new PostgresColumn(
                        found.getString(1),
                        found.getString(2),
                        found.getString(3),
                        found.getBoolean(4),
                        found.getBoolean(5),
                        found.getString(6),
                        found.getBoolean(7)));
            }
        }
        return columns;
    }

    private static List<Set<String>> uniqueKeys(Connection connection, long table) throws SQLException {
        Map<Long, Set<String>> keys = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_KEYS)) {
            statement.setLong(1, table);
            ResultSet found = statement.executeQuery();
            while (found.next()) {
                keys.computeIfAbsent(found.getLong(1), index -> new LinkedHashSet<>())
                        .add(found.getString(2));
            }
        }
        return List.copyOf(keys.values());
    }
}
