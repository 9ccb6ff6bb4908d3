package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements for one table: a whole batch in one, columns as arrays, rows sorted by key so that two batches lock
 * in the same order.
 *
 * <p>Only a batch with a row that the guard refused pays for finding out which: the count of written rows shows that
 * there is one, and {@code newer} looks for it. What was inserted only shows at once or never, so there the upsert itself
 * answers the positions (from 1) that were refused, as deletes do; NOT IN is always a hashed lookup, so that costs O(n)
 * whatever the planner estimates.
 *
 * @param upsert parameters: keys, values, version if any, and with tombstones a flag for deletes
 * @param upsertAnswers whether {@code upsert} answers the positions that were refused
 * @param newer positions (from 1) of the rows whose key has a newer version; parameters as of a delete; null unless
 *     the newest wins
 * @param delete parameters: keys, version if any; null with tombstones
 */
record PostgresStatements(String upsert, boolean upsertAnswers, @Nullable String newer, @Nullable String delete) {

    private static final String DELETED = "gone";

    static PostgresStatements of(TargetTable<PostgresColumn> table, WriteMode mode) {
        boolean answers = mode == WriteMode.INSERT_ONLY;
        PostgresColumn version = table.version();
        return new PostgresStatements(
                answers ? answeringUpsert(table, mode) : upsert(table, mode),
                answers,
                answers || version == null ? null : newer(table, version),
                table.tombstones() ? null : delete(table));
    }

    /** {@code name} as a quoted identifier. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String upsert(TargetTable<PostgresColumn> table, WriteMode mode) {
        return insert(table, mode, "(" + rows(table.sent(true), table.tombstones(), false) + ") AS input");
    }

    private static String answeringUpsert(TargetTable<PostgresColumn> table, WriteMode mode) {
        return input(table.sent(true), table.tombstones()) + ",\nwritten AS (" + insert(table, mode, "input")
                + "\nRETURNING " + targetNames(table) + ")\nSELECT n FROM input WHERE (" + positions(table, "")
                + ") NOT IN (SELECT * FROM written)";
    }

    private static String insert(TargetTable<PostgresColumn> table, WriteMode mode, String from) {
        List<PostgresColumn> sent = table.sent(true);
        List<String> targets = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            boolean value = i >= table.keys().size() && !sent.get(i).equals(table.version());
            targets.add(quoted(sent.get(i).name()));
            sources.add(value && table.tombstones() ? unlessDeleted(sent.get(i), "c" + i) : "c" + i);
        }
        PostgresColumn deletedAt = table.deletedAt();
        if (deletedAt != null) {
            targets.add(quoted(deletedAt.name()));
            String now = deletedAt.baseType().equals("timestamp") ? "now() AT TIME ZONE 'UTC'" : "now()";
            sources.add("CASE WHEN " + DELETED + " THEN " + now + " END");
        }
        return "INSERT INTO " + table.identifier() + " AS target (" + String.join(", ", targets) + ")\nSELECT "
                + String.join(", ", sources) + " FROM " + from + " ORDER BY " + positions(table, "")
                + "\nON CONFLICT (" + names(table.keys()) + ") " + onConflict(table, mode, targets);
    }

    private static String onConflict(TargetTable<PostgresColumn> table, WriteMode mode, List<String> targets) {
        List<String> changed = targets.subList(table.keys().size(), targets.size());
        boolean insertOnly = mode == WriteMode.INSERT_ONLY;
        if (changed.isEmpty() || (insertOnly && !table.tombstones())) {
            return "DO NOTHING";
        }
        List<String> conditions = new ArrayList<>();
        PostgresColumn deletedAt = table.deletedAt();
        if (insertOnly && deletedAt != null) {
            conditions.add("EXCLUDED." + quoted(deletedAt.name()) + " IS NOT NULL");
        }
        if (table.version() != null) {
            conditions.add(notNewer(
                    table.version(), "EXCLUDED." + quoted(table.version().name())));
        }
        String set = String.join(
                ", ", changed.stream().map(name -> name + " = EXCLUDED." + name).toList());
        return "DO UPDATE SET " + set + (conditions.isEmpty() ? "" : "\nWHERE " + String.join(" AND ", conditions));
    }

    /** Rows that were there before versions were kept have none: anything is newer. */
    private static String notNewer(PostgresColumn version, String than) {
        String column = "target." + quoted(version.name());
        String guard = column + " <= " + than;
        return version.notNull() ? guard : "(" + column + " IS NULL OR " + guard + ")";
    }

    private static String unlessDeleted(PostgresColumn column, String value) {
        String otherwise = column.notNull() && column.defaultExpression() != null
                ? "(" + column.defaultExpression() + ")"
                : "NULL";
        return "CASE WHEN " + DELETED + " THEN " + otherwise + " ELSE " + value + " END";
    }

    private static String delete(TargetTable<PostgresColumn> table) {
        List<PostgresColumn> sent = table.sent(false);
        PostgresColumn version = table.version();
        String match = match(table);
        return input(sent, false)
                + ",\nlocked AS MATERIALIZED (SELECT input.* FROM input JOIN " + table.identifier() + " AS target ON "
                + match + "\nORDER BY " + positions(table, "input.")
                + " FOR UPDATE OF target),\ndeleted AS (DELETE FROM "
                + table.identifier() + " AS target USING locked AS input WHERE " + match
                + (version == null ? "" : "\nAND " + notNewer(version, "input.c" + (sent.size() - 1)))
                + "\nRETURNING input.n)\nSELECT n FROM locked WHERE n NOT IN (SELECT n FROM deleted)";
    }

    private static String newer(TargetTable<PostgresColumn> table, PostgresColumn version) {
        List<PostgresColumn> sent = table.sent(false);
        return input(sent, false) + "\nSELECT input.n FROM input JOIN " + table.identifier() + " AS target ON "
                + match(table) + "\nWHERE target." + quoted(version.name()) + " > input.c" + (sent.size() - 1);
    }

    private static String match(TargetTable<PostgresColumn> table) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < table.keys().size(); i++) {
            pairs.add("target." + quoted(table.keys().get(i).name()) + " = input.c" + i);
        }
        return String.join(" AND ", pairs);
    }

    private static String input(List<PostgresColumn> sent, boolean withFlag) {
        return "WITH input AS (" + rows(sent, withFlag, true) + ")";
    }

    private static String rows(List<PostgresColumn> sent, boolean withFlag, boolean numbered) {
        List<String> casts = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            casts.add("c" + i + "::" + sent.get(i).cast() + " AS c" + i);
            arrays.add("?::" + sent.get(i).wire().arrayType);
            names.add("c" + i);
        }
        if (withFlag) {
            casts.add(DELETED);
            arrays.add("?::" + PostgresColumn.Wire.BOOL.arrayType);
            names.add(DELETED);
        }
        if (numbered) {
            casts.add("n");
            names.add("n");
        }
        return "SELECT " + String.join(", ", casts) + "\nFROM unnest(" + String.join(", ", arrays) + ")"
                + (numbered ? " WITH ORDINALITY" : "") + " AS sent(" + String.join(", ", names) + ")";
    }

    private static String names(List<PostgresColumn> columns) {
        return String.join(
                ", ", columns.stream().map(column -> quoted(column.name())).toList());
    }

    private static String targetNames(TargetTable<PostgresColumn> table) {
        return String.join(
                ", ",
                table.keys().stream()
                        .map(column -> "target." + quoted(column.name()))
                        .toList());
    }

    private static String positions(TargetTable<PostgresColumn> table, String prefix) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < table.keys().size(); i++) {
            names.add(prefix + "c" + i);
        }
        return String.join(", ", names);
    }
}
