package io.connectorkit.jdbc;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows of one statement as their parameters: keys, values, version, and with tombstones when the row was deleted. */
final class SqlRows implements RowStatements.Rows {

    /** A row that fits the table. */
    static final class Row {

        private final int position;
        private final ChangeKey key;
        private final @Nullable Object[] parameters;

        private Row(int position, ChangeKey key, @Nullable Object[] parameters) {
            this.position = position;
            this.key = key;
            this.parameters = parameters;
        }

        /** In the batch. */
        int position() {
            return position;
        }
    }

    private static final Comparator<Row> BY_KEY = (one, other) -> compare(one.key, other.key);

    private final SqlDialect dialect;
    private final TargetTable<SqlColumn> table;
    private final boolean upserts;
    private final Clock clock;
    private final List<SqlColumn> columns;
    private final List<Row> rows;

    SqlRows(SqlDialect dialect, TargetTable<SqlColumn> table, boolean upserts, int capacity, Clock clock) {
        this.dialect = dialect;
        this.table = table;
        this.upserts = upserts;
        this.clock = clock;
        this.columns = columns(table, upserts);
        this.rows = new ArrayList<>(capacity);
    }

    /** The columns of the parameters. */
    static List<SqlColumn> columns(TargetTable<SqlColumn> table, boolean upserts) {
        List<SqlColumn> columns = new ArrayList<>(table.sent(upserts));
        if (upserts && table.deletedAt() != null) {
            columns.add(table.deletedAt());
        }
        return columns;
    }

    boolean upserts() {
        return upserts;
    }

    @Override
    public int size() {
        return rows.size();
    }

    List<Row> inOrder(RowStatements.RowOrder order) {
        if (order == RowStatements.RowOrder.AS_ARRIVED) {
            return rows;
        }
        List<Row> sorted = new ArrayList<>(rows);
        sorted.sort(BY_KEY);
        return sorted;
    }

    /** Any total order will do, as long as all batches have it. */
    private static int compare(ChangeKey one, ChangeKey other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            Object left = one.part(i);
            Object right = other.part(i);
            int compared;
            if (left instanceof Long number && right instanceof Long than) {
                compared = number.compareTo(than);
            } else if (left instanceof String text && right instanceof String than) {
                compared = text.compareTo(than);
            } else {
                return one.text().compareTo(other.text());
            }
            if (compared != 0) {
                return compared;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    @Override
    public void add(Change<Object[]> change, int position) {
        int keys = table.keys().size();
        // A table that rows are appended to has none.
        if (keys > 0 && change.key().size() != keys) {
            throw new IllegalArgumentException("key must have " + keys + " parts (key columns of " + table.identifier()
                    + "), got " + change.key().size());
        }
        @Nullable Object[] parameters = new Object[columns.size()];
        for (int i = 0; i < keys; i++) {
            parameters[i] = converted(change.key().part(i), columns.get(i));
        }
        if (upserts && change instanceof Change.Upsert<Object[]> upsert) {
            addValues(upsert.payload(), parameters, keys);
        }
        SqlColumn version = table.version();
        int next = versionIndex();
        if (version != null) {
            parameters[next++] = driverVersion(version, change.version());
        }
        if (upserts && table.deletedAt() != null && change instanceof Change.Delete<Object[]>) {
            parameters[next] = converted(LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC), table.deletedAt());
        }
        rows.add(new Row(position, change.key(), parameters));
    }

    private void addValues(Object[] payload, @Nullable Object[] parameters, int first) {
        int count = table.values().size();
        if (payload.length != count) {
            throw new IllegalArgumentException("payload must have " + count + " elements (value columns of "
                    + table.identifier() + "), got " + payload.length);
        }
        for (int i = 0; i < count; i++) {
            parameters[first + i] = converted(payload[i], columns.get(first + i));
        }
    }

    private @Nullable Object converted(@Nullable Object value, SqlColumn column) {
        Object converted = column.convert(value);
        return converted == null ? null : dialect.driverValue(converted, column);
    }

    /** Text columns get the fixed-width form, whose text order is the version order. */
    private Object driverVersion(SqlColumn column, @Nullable ChangeVersion version) {
        if (version == null) {
            throw new IllegalArgumentException("version must be given: " + column.label() + " guards the table");
        }
        return switch (column.kind()) {
            case WHOLE -> {
                if (!version.isLong()) {
                    throw new IllegalArgumentException("version must fit " + column.label() + ", got " + version
                            + "; make it a text column of 60 characters, or a decimal column");
                }
                yield version.longValue();
            }
            case DECIMAL -> Objects.requireNonNull(converted(version.toString(), column));
            default -> version.fixedWidth();
        };
    }

    /** Binds {@code row} to the parameters from {@code first} on; the number of the next one. */
    int bind(PreparedStatement statement, int first, Row row) throws SQLException {
        int parameter = first;
        for (int i = 0; i < row.parameters.length; i++) {
            bind(statement, parameter++, row.parameters[i], columns.get(i));
        }
        return parameter;
    }

    /** Binds the parameters of {@code row} in the order {@code indexes}. */
    void bind(PreparedStatement statement, Row row, List<Integer> indexes) throws SQLException {
        int parameter = 1;
        for (int index : indexes) {
            bind(statement, parameter++, row.parameters[index], columns.get(index));
        }
    }

    /** Whether the version that {@code there} holds in its first column is newer than that of {@code row}. */
    boolean isNewer(ResultSet there, Row row) throws SQLException {
        Object sent = row.parameters[versionIndex()];
        if (sent instanceof Long number) {
            return there.getLong(1) > number;
        } else if (sent instanceof BigDecimal number) {
            BigDecimal found = there.getBigDecimal(1);
            return found != null && found.compareTo(number) > 0;
        }
        String found = there.getString(1);
        return found != null && found.compareTo(String.valueOf(sent)) > 0;
    }

    /** The sum of the versions of {@code rows}; null when they are texts. */
    @Nullable
    BigDecimal versionSum(List<Row> rows) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Row row : rows) {
            Object version = row.parameters[versionIndex()];
            if (version instanceof Long number) {
                sum = sum.add(BigDecimal.valueOf(number));
            } else if (version instanceof BigDecimal number) {
                sum = sum.add(number);
            } else {
                return null;
            }
        }
        return sum.stripTrailingZeros();
    }

    private int versionIndex() {
        return table.keys().size() + (upserts ? table.values().size() : 0);
    }

    /** Binds the key of {@code row}, and its version if {@code versioned}. */
    int bindKey(PreparedStatement statement, int first, Row row, boolean versioned) throws SQLException {
        int parameter = first;
        int keys = table.keys().size();
        for (int i = 0; i < keys; i++) {
            bind(statement, parameter++, row.parameters[i], columns.get(i));
        }
        if (versioned && table.version() != null) {
            int version = versionIndex();
            bind(statement, parameter++, row.parameters[version], columns.get(version));
        }
        return parameter;
    }

    static void bind(PreparedStatement statement, int parameter, @Nullable Object value, SqlColumn column)
            throws SQLException {
        if (value == null) {
            statement.setNull(parameter, column.jdbcType());
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(parameter, bytes);
        } else {
            statement.setObject(parameter, value);
        }
    }
}
