package io.connectorkit.jdbc;

import io.connectorkit.change.DeleteMode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table to write to and what its columns mean. Names are exact, as the database stores them: case counts, nothing
 * needs quoting.
 *
 * @param schema schema of the table; null for the connection's own search path
 * @param name of the table
 * @param keyColumns columns of the primary key, or of a unique constraint; key part i goes to column i
 * @param valueColumns the other columns written; payload element i goes to column i
 * @param versionColumn holds the version of the row that is there; null without a guard
 * @param deleteMode what a delete leaves behind
 * @param deletedAtColumn null while the row lives, else when it was deleted; only for {@link DeleteMode#TOMBSTONE}
 */
public record JdbcTable(
        @Nullable String schema,
        String name,
        List<String> keyColumns,
        List<String> valueColumns,
        @Nullable String versionColumn,
        DeleteMode deleteMode,
        @Nullable String deletedAtColumn)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    public JdbcTable {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(deleteMode, "deleteMode");
        keyColumns = List.copyOf(keyColumns);
        valueColumns = List.copyOf(valueColumns);
        List<String> problems = new ArrayList<>();
        if (name.indexOf('\0') >= 0 || (schema != null && schema.indexOf('\0') >= 0)) {
            problems.add("table name must not contain NUL characters (no database has them), got one");
        }
        if (name.isBlank()) {
            problems.add("table name must not be blank, got '" + name + "'");
        }
        if (keyColumns.isEmpty()) {
            problems.add("key columns of table '" + name + "' must be at least 1, got none");
        }
        if ((deleteMode == DeleteMode.TOMBSTONE) != (deletedAtColumn != null)) {
            problems.add("deleted-at column of table '" + name + "' must be set for TOMBSTONE and only then, got "
                    + deletedAtColumn + " with " + deleteMode);
        }
        Set<String> seen = new HashSet<>();
        for (String column : columns(keyColumns, valueColumns, versionColumn, deletedAtColumn)) {
            if (column.isBlank()) {
                problems.add("column of table '" + name + "' must not be blank, got '" + column + "'");
            } else if (column.indexOf('\0') >= 0) {
                problems.add("column of table '" + name
                        + "' must not contain NUL characters (no database has them), got" + " one");
            } else if (!seen.add(column)) {
                problems.add("column '" + column + "' of table '" + name + "' must have one role, got it twice");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static List<String> columns(
            List<String> keys, List<String> values, @Nullable String version, @Nullable String deletedAt) {
        List<String> columns = new ArrayList<>(keys);
        columns.addAll(values);
        if (version != null) {
            columns.add(version);
        }
        if (deletedAt != null) {
            columns.add(deletedAt);
        }
        return columns;
    }

    /** Table {@code name} whose primary key is {@code keyColumns}; hard deletes, no other columns yet. */
    public static JdbcTable of(String name, String... keyColumns) {
        return new JdbcTable(null, name, List.of(keyColumns), List.of(), null, DeleteMode.HARD, null);
    }

    public JdbcTable withSchema(String schema) {
        return new JdbcTable(
                Objects.requireNonNull(schema, "schema"),
                name,
                keyColumns,
                valueColumns,
                versionColumn,
                deleteMode,
                deletedAtColumn);
    }

    /** The columns that the payload's elements go to, in their order. */
    public JdbcTable withValues(String... valueColumns) {
        return new JdbcTable(
                schema, name, keyColumns, List.of(valueColumns), versionColumn, deleteMode, deletedAtColumn);
    }

    /** Guards every write: an integer, numeric(60) or text column. */
    public JdbcTable withVersion(String versionColumn) {
        return new JdbcTable(
                schema,
                name,
                keyColumns,
                valueColumns,
                Objects.requireNonNull(versionColumn, "versionColumn"),
                deleteMode,
                deletedAtColumn);
    }

    /**
     * Deletes leave a row with key, version and the time in {@code deletedAtColumn}, and without values, so that a
     * replay that is older than the delete cannot bring the row back. Readers add {@code WHERE deletedAtColumn IS
     * NULL}; old fences may be removed once no replay can reach behind them.
     */
    public JdbcTable withTombstones(String deletedAtColumn) {
        return new JdbcTable(
                schema,
                name,
                keyColumns,
                valueColumns,
                versionColumn,
                DeleteMode.TOMBSTONE,
                Objects.requireNonNull(deletedAtColumn, "deletedAtColumn"));
    }

    /** All columns written, in the order key, values, version, deleted-at. */
    List<String> columns() {
        return columns(keyColumns, valueColumns, versionColumn, deletedAtColumn);
    }

    /** As written in messages. */
    String displayName() {
        return schema == null ? name : schema + "." + name;
    }
}
