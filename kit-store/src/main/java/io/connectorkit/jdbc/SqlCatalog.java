package io.connectorkit.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what JDBC's metadata say of a table. */
final class SqlCatalog {

    private SqlCatalog() {}

    /** Where metadata look for a table: schemas are catalogs in MySQL. */
    private record Place(@Nullable String catalog, @Nullable String schema, String table) {

        static Place of(Connection connection, JdbcTable table, SqlDialect dialect) throws SQLException {
            if (dialect.schemaIsCatalog()) {
                return new Place(table.schema() == null ? connection.getCatalog() : table.schema(), null, table.name());
            }
            return new Place(null, table.schema() == null ? schema(connection) : table.schema(), table.name());
        }

        private static @Nullable String schema(Connection connection) throws SQLException {
            String schema = connection.getSchema();
            return schema == null || schema.isEmpty() ? null : schema;
        }

        boolean isAt(ResultSet row) throws SQLException {
            String foundSchema = row.getString("TABLE_SCHEM");
            return row.getString("TABLE_NAME").equals(table)
                    && (schema == null || foundSchema == null || foundSchema.equals(schema));
        }
    }

    static TargetTable.Description<SqlColumn> describe(Connection connection, JdbcTable table, SqlDialect dialect)
            throws SQLException {
        DatabaseMetaData metadata = connection.getMetaData();
        Place place = Place.of(connection, table, dialect);
        List<SqlColumn> columns = columns(metadata, place, dialect);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("table must exist, got '" + table.displayName()
                    + "', which the database does not have; " + similar(metadata, place));
        }
        String name = dialect.quoted(table.name());
        return new TargetTable.Description<>(
                table.schema() == null ? name : dialect.quoted(table.schema()) + "." + name,
                columns,
                uniqueKeys(metadata, place));
    }

    /** Metadata take patterns: {@code _} and {@code %} in a name are none. */
    private static String pattern(DatabaseMetaData metadata, String name) throws SQLException {
        String escape = metadata.getSearchStringEscape();
        return escape == null || escape.isEmpty()
                ? name
                : name.replace(escape, escape + escape)
                        .replace("_", escape + "_")
                        .replace("%", escape + "%");
    }

    private static List<SqlColumn> columns(DatabaseMetaData metadata, Place place, SqlDialect dialect)
            throws SQLException {
        List<SqlColumn> columns = new ArrayList<>();
        String schema = place.schema();
        try (ResultSet found = metadata.getColumns(
                place.catalog(),
                schema == null ? null : pattern(metadata, schema),
                pattern(metadata, place.table()),
                null)) {
            while (found.next()) {
                if (place.isAt(found)) {
                    columns.add(column(found, dialect));
                }
            }
        }
        return columns;
    }

    private static SqlColumn column(ResultSet found, SqlDialect dialect) throws SQLException {
        int jdbcType = found.getInt("DATA_TYPE");
        String type = String.valueOf(found.getString("TYPE_NAME"));
        String byDefault = found.getString("COLUMN_DEF");
        return new SqlColumn(
                found.getString("COLUMN_NAME"),
                type,
                dialect.castType(type, found.getInt("COLUMN_SIZE"), found.getInt("DECIMAL_DIGITS")),
                jdbcType,
                dialect.columnKind(jdbcType, type),
                found.getInt("NULLABLE") == DatabaseMetaData.columnNoNulls,
                byDefault != null || "YES".equals(found.getString("IS_AUTOINCREMENT")),
                "YES".equals(found.getString("IS_GENERATEDCOLUMN")));
    }

    private static List<Set<String>> uniqueKeys(DatabaseMetaData metadata, Place place) throws SQLException {
        Set<Set<String>> keys = new LinkedHashSet<>();
        Set<String> primary = new LinkedHashSet<>();
        try (ResultSet found = metadata.getPrimaryKeys(place.catalog(), place.schema(), place.table())) {
            while (found.next()) {
                primary.add(found.getString("COLUMN_NAME"));
            }
        }
        if (!primary.isEmpty()) {
            keys.add(primary);
        }
        Map<String, Set<String>> indexes = new LinkedHashMap<>();
        try (ResultSet found = metadata.getIndexInfo(place.catalog(), place.schema(), place.table(), true, true)) {
            while (found.next()) {
                String column = found.getString("COLUMN_NAME");
                String index = found.getString("INDEX_NAME");
                // Some drivers list all indexes, whatever is asked for.
                if (column != null && index != null && !found.getBoolean("NON_UNIQUE")) {
                    indexes.computeIfAbsent(index, name -> new LinkedHashSet<>())
                            .add(column);
                }
            }
        }
        keys.addAll(indexes.values());
        return List.copyOf(keys);
    }

    private static String similar(DatabaseMetaData metadata, Place place) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet found = metadata.getTables(place.catalog(), null, "%", null)) {
            while (found.next() && names.size() < 5) {
                if (found.getString("TABLE_NAME").equalsIgnoreCase(place.table())) {
                    String schema = found.getString("TABLE_SCHEM");
                    names.add((schema == null ? "" : schema + ".") + found.getString("TABLE_NAME"));
                }
            }
        }
        return names.isEmpty()
                ? "create it first, or name its schema with withSchema"
                : "found " + names + " (schema.name); names are exact, case counts";
    }
}
