package io.connectorkit.table;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.sink.Extractor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Reads some columns of a row as a {@link ChangeKey}, each part typed as its column. */
public final class RowKey implements Extractor<RowData, ChangeKey> {

    private static final long serialVersionUID = 1L;

    private final String[] names;
    private final ColumnValue[] columns;

    private RowKey(String[] names, ColumnValue[] columns) {
        this.names = names;
        this.columns = columns;
    }

    /** Columns at {@code indexes} of rows of {@code type}; {@code whose} names the clause that asks for them. */
    public static RowKey of(RowType type, int[] indexes, String whose) {
        List<String> problems = new ArrayList<>();
        String[] names = new String[indexes.length];
        ColumnValue[] columns = new ColumnValue[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            names[i] = type.getFieldNames().get(indexes[i]);
            LogicalType columnType = type.getTypeAt(indexes[i]);
            ColumnValue column = ColumnValue.reader(columnType, indexes[i]);
            if (column == null) {
                problems.add(whose + " column '" + names[i]
                        + "' must be a string, number, boolean, bytes, date, time or timestamp, got "
                        + columnType.asSummaryString());
            } else {
                columns[i] = column;
            }
        }
        if (indexes.length == 0) {
            problems.add(whose + " must have at least one column");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return new RowKey(names, columns);
    }

    /** The key of {@code row}; refused with the column's name when a part is NULL. */
    @Override
    public ChangeKey extract(RowData row) {
        ChangeKey key = orNull(row);
        if (key == null) {
            for (int i = 0; i < columns.length; i++) {
                if (columns[i].of(row) == null) {
                    throw new IllegalArgumentException("key column '" + names[i] + "' must not be NULL");
                }
            }
        }
        return Objects.requireNonNull(key);
    }

    /** The key of {@code row}, or null when a part is NULL: such a row finds nothing in a lookup. */
    public @Nullable ChangeKey orNull(RowData row) {
        Object first = columns[0].of(row);
        if (first == null) {
            return null;
        }
        if (columns.length == 1) {
            return ChangeKey.of(first);
        }
        Object[] rest = new Object[columns.length - 1];
        for (int i = 0; i < rest.length; i++) {
            Object part = columns[i + 1].of(row);
            if (part == null) {
                return null;
            }
            rest[i] = part;
        }
        return ChangeKey.of(first, rest);
    }
}
