package io.connectorkit.jdbc;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import java.lang.reflect.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one statement: an array for each column, and where in the batch each row comes from. */
final class PostgresRows implements RowStatements.Rows {

    private final TargetTable<PostgresColumn> table;
    private final List<PostgresColumn> sent;
    private final boolean withValues;
    private final @Nullable Object[][] columns;
    private final Boolean @Nullable [] deleted;
    private final int[] positions;
    private int size;

    private PostgresRows(PostgresRows upserts) {
        this.table = upserts.table;
        this.withValues = false;
        this.sent = table.sent(false);
        this.columns = new Object[sent.size()][];
        int keys = table.keys().size();
        System.arraycopy(upserts.columns, 0, columns, 0, keys);
        System.arraycopy(upserts.columns, keys + table.values().size(), columns, keys, columns.length - keys);
        this.deleted = null;
        this.positions = upserts.positions;
        this.size = upserts.size;
    }

    /** @param withValues false for rows that are to be deleted */
    PostgresRows(TargetTable<PostgresColumn> table, boolean withValues, int capacity) {
        this.table = table;
        this.withValues = withValues;
        this.sent = table.sent(withValues);
        this.columns = new Object[sent.size()][];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = (Object[]) Array.newInstance(sent.get(i).wire().element, capacity);
        }
        this.deleted = withValues && table.tombstones() ? new Boolean[capacity] : null;
        this.positions = new int[capacity];
    }

    @Override
    public int size() {
        return size;
    }

    boolean upserts() {
        return withValues;
    }

    /** Keys and versions of the same rows. */
    PostgresRows withoutValues() {
        return new PostgresRows(this);
    }

    /** Position in the batch of row {@code row}. */
    int position(int row) {
        return positions[row];
    }

    @Override
    public void add(Change<Object[]> change, int position) {
        int keys = table.keys().size();
        // A table that rows are appended to has none.
        if (keys > 0 && change.key().size() != keys) {
            throw new IllegalArgumentException("key must have " + keys + " parts (key columns of " + table.identifier()
                    + "), got " + change.key().size());
        }
        for (int i = 0; i < keys; i++) {
            columns[i][size] = sent.get(i).convert(change.key().part(i));
        }
        if (withValues) {
            addValues(change, keys);
        }
        PostgresColumn version = table.version();
        if (version != null) {
            columns[columns.length - 1][size] = version(version, change.version());
        }
        if (deleted != null) {
            deleted[size] = change instanceof Change.Delete<Object[]>;
        }
        positions[size++] = position;
    }

    private void addValues(Change<Object[]> change, int first) {
        int count = table.values().size();
        if (!(change instanceof Change.Upsert<Object[]> upsert)) {
            for (int i = 0; i < count; i++) {
                columns[first + i][size] = null;
            }
            return;
        }
        Object[] payload = upsert.payload();
        if (payload.length != count) {
            throw new IllegalArgumentException("payload must have " + count + " elements (value columns of "
                    + table.identifier() + "), got " + payload.length);
        }
        for (int i = 0; i < count; i++) {
            columns[first + i][size] = sent.get(first + i).convert(payload[i]);
        }
    }

    /** Text columns get the fixed-width form, whose text order is the version order. */
    private static @Nullable Object version(PostgresColumn column, @Nullable ChangeVersion version) {
        if (version == null) {
            throw new IllegalArgumentException("version must be given: " + column.label() + " guards the table");
        }
        return switch (column.baseType()) {
            case "int4", "int8" -> {
                if (!version.isLong()) {
                    throw new IllegalArgumentException("version must fit " + column.label() + ", got " + version
                            + "; make it a numeric(60) column");
                }
                yield column.convert(version.longValue());
            }
            case "numeric" -> version.toString();
            default -> version.fixedWidth();
        };
    }

    void bind(PreparedStatement statement) throws SQLException {
        int parameter = 1;
        for (Object[] column : columns) {
            statement.setObject(parameter++, size == column.length ? column : Arrays.copyOf(column, size));
        }
        if (deleted != null) {
            statement.setObject(parameter, size == deleted.length ? deleted : Arrays.copyOf(deleted, size));
        }
    }
}
