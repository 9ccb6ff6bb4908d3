package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statements for many rows of a MySQL or MariaDB table.
 *
 * @param head up to VALUES
 * @param row parameters of one row
 * @param onDuplicate what happens to a key that is there
 */
record MySqlStatements(
        MySqlDialect dialect, TargetTable<SqlColumn> table, String head, String row, String onDuplicate) {

    static MySqlStatements of(MySqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode) {
        List<SqlColumn> columns = SqlRows.columns(table, true);
        return new MySqlStatements(
                dialect,
                table,
                "INSERT INTO " + table.identifier() + " (" + String.join(", ", SqlStatements.names(dialect, columns))
                        + ") VALUES ",
                "(?" + ", ?".repeat(columns.size() - 1) + ")",
                " ON DUPLICATE KEY UPDATE " + assignments(dialect, table, mode));
    }

    /** Assignments see those before them, so the version that all of them compare with comes last. */
    private static String assignments(MySqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode) {
        List<SqlColumn> changed = new ArrayList<>(SqlStatements.changed(table, mode));
        if (changed.isEmpty()) {
            String key = dialect.quoted(table.keys().get(0).name());
            return key + " = " + key;
        }
        SqlColumn version = table.version();
        if (version != null) {
            changed.remove(version);
            changed.add(version);
        }
        String condition = condition(dialect, table, mode);
        List<String> assignments = new ArrayList<>();
        for (SqlColumn column : changed) {
            String name = dialect.quoted(column.name());
            String sent = "VALUES(" + name + ")";
            assignments.add(
                    name + " = " + (condition == null ? sent : "IF(" + condition + ", " + sent + ", " + name + ")"));
        }
        return String.join(", ", assignments);
    }

    private static @Nullable String condition(MySqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode) {
        List<String> conditions = new ArrayList<>();
        if (mode == WriteMode.INSERT_ONLY && table.deletedAt() != null) {
            conditions.add("VALUES(" + dialect.quoted(table.deletedAt().name()) + ") IS NOT NULL");
        }
        SqlColumn version = table.version();
        if (version != null) {
            String name = dialect.quoted(version.name());
            conditions.add(SqlStatements.notNewer(version, name, "VALUES(" + name + ")"));
        }
        return conditions.isEmpty() ? null : String.join(" AND ", conditions);
    }

    /** Upserts {@code rows} rows. */
    String insert(int rows) {
        return repeated(head, row, ", ", rows) + onDuplicate;
    }

    /** Answers, for each of {@code rows} rows in their order, the version that is there afterwards. */
    String insertReturning(int rows) {
        SqlColumn version = table.version();
        return insert(rows) + " RETURNING " + (version == null ? "1" : dialect.quoted(version.name()));
    }

    /** Deletes up to {@code rows} rows. */
    String delete(int rows) {
        SqlColumn version = table.version();
        String match = SqlStatements.match(dialect, table);
        String each = "(" + match
                + (version == null
                        ? ""
                        : " AND " + SqlStatements.notNewer(version, dialect.quoted(version.name()), "?"))
                + ")";
        return repeated("DELETE FROM " + table.identifier() + " WHERE ", each, " OR ", rows);
    }

    /** Sums the versions of {@code rows} keys: what was sent, unless one of them is newer. */
    String versionSum(int rows) {
        SqlColumn version = table.version();
        String sum = version == null ? "0" : "SUM(" + dialect.quoted(version.name()) + ")";
        return repeated(
                "SELECT " + sum + " FROM " + table.identifier() + " WHERE ",
                "(" + SqlStatements.match(dialect, table) + ")",
                " OR ",
                rows);
    }

    /** What follows {@code SELECT x} to find a row that is newer than what was sent. */
    String newer() {
        SqlColumn version = table.version();
        return SqlStatements.present(dialect, table)
                + (version == null ? "" : " AND " + dialect.quoted(version.name()) + " > ?");
    }

    private static String repeated(String head, String each, String separator, int times) {
        StringBuilder text = new StringBuilder(head.length() + times * (each.length() + separator.length()));
        text.append(head).append(each);
        for (int i = 1; i < times; i++) {
            text.append(separator).append(each);
        }
        return text.toString();
    }
}
