package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How a database spells {@code MERGE} for one row.
 *
 * @param target what follows the table's name
 * @param using the source of one row, from its columns
 * @param conditionAfterSet whether the guard follows the assignments (Oracle) instead of {@code WHEN MATCHED}
 * @param end what ends the statement
 */
record MergeText(String target, Function<Source, String> using, boolean conditionAfterSet, String end) {

    /** The row that is sent: for each column its name in the table, quoted, and a type to cast to. */
    record Source(List<String> names, List<String> casts) {

        /** {@code CAST(? AS type) AS "name", ..} */
        String selected(boolean cast) {
            List<String> selected = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                selected.add((cast ? "CAST(? AS " + casts.get(i) + ")" : "?") + " AS " + names.get(i));
            }
            return String.join(", ", selected);
        }

        /** {@code VALUES (..)) AS source (..)} without the parentheses around. */
        String values(boolean cast) {
            List<String> values = new ArrayList<>();
            for (String type : casts) {
                values.add(cast ? "CAST(? AS " + type + ")" : "?");
            }
            return "(VALUES (" + String.join(", ", values) + ")) AS source (" + String.join(", ", names) + ")";
        }
    }

    String upsert(SqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode) {
        List<SqlColumn> columns = SqlRows.columns(table, true);
        List<String> names = SqlStatements.names(dialect, columns);
        Source source = new Source(names, columns.stream().map(SqlColumn::cast).toList());
        List<String> match = SqlStatements.names(dialect, table.keys()).stream()
                .map(name -> "target." + name + " = source." + name)
                .toList();
        List<String> sources = names.stream().map(name -> "source." + name).toList();
        return "MERGE INTO " + table.identifier() + " " + target + "\nUSING " + using.apply(source) + "\nON ("
                + String.join(" AND ", match) + ")" + whenMatched(dialect, table, mode)
                + "\nWHEN NOT MATCHED THEN INSERT (" + String.join(", ", names) + ") VALUES ("
                + String.join(", ", sources) + ")" + end;
    }

    /** Nothing when there is nothing to change: an UPDATE without assignments is no SQL. */
    private String whenMatched(SqlDialect dialect, TargetTable<SqlColumn> table, WriteMode mode) {
        List<String> set = SqlStatements.names(dialect, SqlStatements.changed(table, mode)).stream()
                .map(name -> "target." + name + " = source." + name)
                .toList();
        if (set.isEmpty()) {
            return "";
        }
        List<String> conditions = SqlStatements.conditions(dialect, table, mode, "target.", "source.");
        String condition = String.join(" AND ", conditions);
        String guard = conditions.isEmpty() || conditionAfterSet ? "" : " AND " + condition;
        String after = conditions.isEmpty() || !conditionAfterSet ? "" : " WHERE " + condition;
        return "\nWHEN MATCHED" + guard + " THEN UPDATE SET " + String.join(", ", set) + after;
    }
}
