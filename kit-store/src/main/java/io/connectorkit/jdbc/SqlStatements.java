package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements for one row of a table.
 *
 * @param upsert parameters: keys, values, version if any, the tombstone's time if any
 * @param delete parameters: keys, version if any; not used with tombstones
 * @param present what follows {@code SELECT x} to find the row of a key
 * @param refuses whether an upsert or delete that touches no row is a change that was refused
 */
record SqlStatements(String upsert, String delete, String present, boolean refuses) {

    static SqlStatements of(SqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode) {
        return new SqlStatements(
                dialect.upsert(table, mode),
                delete(dialect, table),
                present(dialect, table),
                // OVERWRITE refuses nothing: a table of keys only has nothing to update.
                mode != WriteMode.OVERWRITE);
    }

    static String present(SqlDialect dialect, TargetTable<SqlColumn> table) {
        return " FROM " + table.identifier() + " WHERE " + match(dialect, table);
    }

    /** The key columns, each compared with a parameter. */
    static String match(SqlDialect dialect, TargetTable<SqlColumn> table) {
        return String.join(
                " AND ",
                table.keys().stream()
                        .map(key -> dialect.quoted(key.name()) + " = ?")
                        .toList());
    }

    static String delete(SqlDialect dialect, TargetTable<SqlColumn> table) {
        SqlColumn version = table.version();
        return "DELETE FROM " + table.identifier() + " WHERE " + match(dialect, table)
                + (version == null ? "" : " AND " + notNewer(version, dialect.quoted(version.name()), "?"));
    }

    /** Rows that were there before versions were kept have none: anything is newer. */
    static String notNewer(SqlColumn version, String column, String than) {
        String guard = column + " <= " + than;
        return version.notNull() ? guard : "(" + column + " IS NULL OR " + guard + ")";
    }

    /** Which columns an upsert changes when the key is there; none when it must leave the row as it is. */
    static List<SqlColumn> changed(TargetTable<SqlColumn> table, WriteMode mode) {
        List<SqlColumn> columns = SqlRows.columns(table, true);
        return mode == WriteMode.INSERT_ONLY && !table.tombstones()
                ? List.of()
                : columns.subList(table.keys().size(), columns.size());
    }

    /**
     * When a row that is there may be changed.
     *
     * @param there prefix of the columns of the row
     * @param sent prefix of the columns that were sent
     */
    static List<String> conditions(
            SqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode, String there, String sent) {
        List<String> conditions = new ArrayList<>();
        SqlColumn deletedAt = table.deletedAt();
        if (mode == WriteMode.INSERT_ONLY && deletedAt != null) {
            conditions.add(sent + dialect.quoted(deletedAt.name()) + " IS NOT NULL");
        }
        SqlColumn version = table.version();
        if (version != null) {
            String name = dialect.quoted(version.name());
            conditions.add(notNewer(version, there + name, sent + name));
        }
        return conditions;
    }

    static List<String> names(SqlDialect dialect, List<SqlColumn> columns) {
        return columns.stream().map(column -> dialect.quoted(column.name())).toList();
    }

    /** {@code INSERT .. ON CONFLICT}, of SQLite. */
    static String onConflict(SqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode) {
        List<SqlColumn> columns = SqlRows.columns(table, true);
        List<String> set = names(dialect, changed(table, mode)).stream()
                .map(name -> name + " = excluded." + name)
                .toList();
        List<String> conditions = conditions(dialect, table, mode, "target.", "excluded.");
        return "INSERT INTO " + table.identifier() + " AS target ("
                + String.join(", ", names(dialect, columns)) + ")\nVALUES (" + "?" + ", ?".repeat(columns.size() - 1)
                + ")\nON CONFLICT (" + String.join(", ", names(dialect, table.keys())) + ") "
                + (set.isEmpty() ? "DO NOTHING" : "DO UPDATE SET " + String.join(", ", set))
                + (set.isEmpty() || conditions.isEmpty() ? "" : "\nWHERE " + String.join(" AND ", conditions));
    }
}
