package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Standard SQL for any database: an {@code IN} list for a key of one column, else an {@code OR} of comparisons. The
 * number of keys is padded to a power of two by repeating the last one, so that few statements exist.
 *
 * @param select up to and without WHERE
 * @param keys quoted key columns
 * @param types of the key columns, of {@link Types}
 * @param alive further condition, empty for none
 */
record InListLookupQuery(
        String select, List<String> keys, List<Integer> types, String alive, JdbcTable table, JdbcCondition condition)
        implements JdbcLookupQuery {

    /** Has the database check table, columns and permissions, and reads the types of the key columns. */
    static InListLookupQuery of(Connection connection, JdbcTable table, JdbcCondition condition, Dialect dialect)
            throws SQLException {
        List<String> keys = table.keyColumns().stream().map(dialect::quoted).toList();
        List<String> read = new ArrayList<>(keys);
        table.valueColumns().forEach(name -> read.add(dialect.quoted(name)));
        String schema = table.schema() == null ? "" : dialect.quoted(table.schema()) + ".";
        String select = "SELECT " + String.join(", ", read) + " FROM " + schema + dialect.quoted(table.name());
        String alive =
                (table.deletedAtColumn() == null ? "" : " AND " + dialect.quoted(table.deletedAtColumn()) + " IS NULL")
                        + (condition.sql().isEmpty() ? "" : " AND (" + condition.sql() + ")");
        List<Integer> types = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(select + " WHERE 1 = 0" + alive);
                ResultSet none = executed(statement, condition)) {
            ResultSetMetaData columns = none.getMetaData();
            for (int i = 1; i <= keys.size(); i++) {
                types.add(columns.getColumnType(i));
            }
        }
        return new InListLookupQuery(select, keys, List.copyOf(types), alive, table, condition);
    }

    private static ResultSet executed(PreparedStatement statement, JdbcCondition condition) throws SQLException {
        condition.bind(statement, 1);
        return statement.executeQuery();
    }

    String sql(int keyCount) {
        String each;
        String condition;
        if (keys.size() == 1) {
            each = "?";
            condition = keys.get(0) + " IN (" + String.join(", ", Collections.nCopies(keyCount, each)) + ")";
        } else {
            each = "("
                    + String.join(
                            " AND ", keys.stream().map(key -> key + " = ?").toList()) + ")";
            condition = "(" + String.join(" OR ", Collections.nCopies(keyCount, each)) + ")";
        }
        return select + " WHERE " + condition + alive;
    }

    static int padded(int keyCount) {
        return keyCount <= 1 ? 1 : Integer.highestOneBit(keyCount - 1) << 1;
    }

    @Override
    public PreparedStatement prepare(Connection connection, List<ChangeKey> asked) throws SQLException {
        int count = padded(asked.size());
        PreparedStatement statement = connection.prepareStatement(sql(count));
        try {
            int parameter = 1;
            for (int i = 0; i < count; i++) {
                ChangeKey key = asked.get(Math.min(i, asked.size() - 1));
                for (int part = 0; part < keys.size(); part++) {
                    Object value = key.part(part);
                    statement.setObject(
                            parameter++, value instanceof Instant time ? time.atOffset(ZoneOffset.UTC) : value);
                }
            }
            condition.bind(statement, parameter);
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
        return statement;
    }

    @Override
    public ChangeKey keyOf(ResultSet row, List<ChangeKey> asked) throws SQLException {
        ChangeKey key = key(row);
        if (!asked.contains(key)) {
            throw new IllegalArgumentException("a row must come back under a key that was asked for, got key=" + key
                    + "; give key parts the types of the columns " + table.keyColumns()
                    + ", and the text as it is stored (case and spaces count)");
        }
        return key;
    }

    /** The key of the current row. */
    ChangeKey key(ResultSet row) throws SQLException {
        Object first = present(part(row, 0), 0);
        Object[] more = new Object[keys.size() - 1];
        for (int i = 0; i < more.length; i++) {
            more[i] = present(part(row, i + 1), i + 1);
        }
        return ChangeKey.of(first, more);
    }

    /** Every row that is not behind a tombstone. */
    String all() {
        return select + " WHERE 1 = 1" + alive;
    }

    private Object present(@Nullable Object part, int index) {
        if (part == null) {
            throw new IllegalArgumentException("column '" + table.keyColumns().get(index) + "' must not be null");
        }
        return part;
    }

    private @Nullable Object part(ResultSet row, int index) throws SQLException {
        int column = index + 1;
        return switch (types.get(index)) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL ->
                row.getBigDecimal(column);
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> row.getDouble(column);
            case Types.BOOLEAN, Types.BIT -> row.getBoolean(column);
            // H2 reports its UUIDs as binary.
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY ->
                row.getObject(column) instanceof UUID uuid ? uuid : row.getBytes(column);
            case Types.DATE -> row.getObject(column, LocalDate.class);
            case Types.TIME -> row.getObject(column, LocalTime.class);
            case Types.TIMESTAMP -> row.getObject(column, LocalDateTime.class);
            case Types.TIMESTAMP_WITH_TIMEZONE -> instant(row.getObject(column, OffsetDateTime.class));
            // Padded with spaces by the database.
            case Types.CHAR, Types.NCHAR -> stripped(row.getString(column));
            default -> row.getObject(column) instanceof UUID uuid ? uuid : row.getString(column);
        };
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static @Nullable String stripped(@Nullable String text) {
        return text == null ? null : text.stripTrailing();
    }
}
