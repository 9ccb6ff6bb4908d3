package io.connectorkit.jdbc;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table that only grows: rows are appended, each batch in one transaction. Names are exact.
 *
 * <p>Without a ledger a replay after a restart appends its rows again. With one, every record's key is kept beside the
 * rows, in the same transaction, and a record whose key is there is not appended again: exactly once, as long as a record
 * has the same key when it is replayed (its id, or partition and offset).
 *
 * @param schema schema of the table and of its ledger; null for the connection's own search path
 * @param name of the table
 * @param columns payload element i goes to column i
 * @param ledger table with the text columns {@code sink} and {@code id}, which are its primary key; null for none
 */
public record JdbcAppendTable(@Nullable String schema, String name, List<String> columns, @Nullable String ledger)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** What the ledger's column {@code id} must hold, in bytes; longer keys are hashed. */
    public static final int LEDGER_ID_BYTES = 200;

    public JdbcAppendTable {
        Objects.requireNonNull(name, "name");
        columns = List.copyOf(columns);
        List<String> problems = new ArrayList<>();
        if (name.isBlank()) {
            problems.add("table name must not be blank, got '" + name + "'");
        }
        if (columns.isEmpty()) {
            problems.add("columns of table '" + name + "' must be at least 1, got none");
        }
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (column.isBlank() || column.indexOf('\0') >= 0) {
                problems.add("column of table '" + name + "' must not be blank or have NUL characters, got '"
                        + column.replace('\0', '?') + "'");
            } else if (!seen.add(column)) {
                problems.add("column '" + column + "' of table '" + name + "' must have one role, got it twice");
            }
        }
        if (ledger != null && (ledger.isBlank() || ledger.equals(name))) {
            problems.add("sink.exactly-once-ledger must be a table of its own, got '" + ledger + "'");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** Table {@code name}; at least once, without a ledger. */
    public static JdbcAppendTable of(String name, String... columns) {
        return new JdbcAppendTable(null, name, List.of(columns), null);
    }

    public JdbcAppendTable withSchema(String schema) {
        return new JdbcAppendTable(Objects.requireNonNull(schema, "schema"), name, columns, ledger);
    }

    /**
     * Keeps the keys of what was appended in {@code ledger}: {@code create table .. (sink varchar(200), id varchar(200),
     * primary key (sink, id))}. Old rows of it may go once no replay can reach behind them.
     */
    public JdbcAppendTable withLedger(String ledger) {
        return new JdbcAppendTable(schema, name, columns, Objects.requireNonNull(ledger, "ledger"));
    }

    @Nullable
    JdbcTable ledgerTable() {
        if (ledger == null) {
            return null;
        }
        JdbcTable table = JdbcTable.of(ledger, "sink", "id");
        return schema == null ? table : table.withSchema(schema);
    }

    /** Where the table is looked for; its columns have no roles. */
    JdbcTable place() {
        JdbcTable table = JdbcTable.of(name, columns.get(0));
        return schema == null ? table : table.withSchema(schema);
    }

    /** As written in messages. */
    String displayName() {
        return schema == null ? name : schema + "." + name;
    }
}
