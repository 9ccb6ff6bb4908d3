package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A database that is described by JDBC's metadata and takes rows one by one, in JDBC batches. */
interface SqlDialect extends Dialect {

    /** One row's upsert: parameters are key, values, version if any, and the tombstone's time if any. */
    String upsert(TargetTable<SqlColumn> table, WriteMode mode);

    /** How values of a column travel. */
    default SqlColumn.Kind columnKind(int jdbcType, String typeName) {
        return switch (jdbcType) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> SqlColumn.Kind.WHOLE;
            case Types.NUMERIC, Types.DECIMAL -> SqlColumn.Kind.DECIMAL;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> SqlColumn.Kind.FLOATING;
            case Types.BIT, Types.BOOLEAN -> SqlColumn.Kind.BOOL;
            case Types.CHAR,
                    Types.VARCHAR,
                    Types.LONGVARCHAR,
                    Types.NCHAR,
                    Types.NVARCHAR,
                    Types.LONGNVARCHAR,
                    Types.CLOB,
                    Types.NCLOB,
                    Types.SQLXML -> SqlColumn.Kind.TEXT;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
                typeName.equalsIgnoreCase("uuid") ? SqlColumn.Kind.OTHER : SqlColumn.Kind.BYTES;
            case Types.DATE -> SqlColumn.Kind.DATE;
            case Types.TIME, Types.TIME_WITH_TIMEZONE -> SqlColumn.Kind.TIME;
            case Types.TIMESTAMP -> SqlColumn.Kind.TIMESTAMP;
            case Types.TIMESTAMP_WITH_TIMEZONE -> SqlColumn.Kind.INSTANT;
            default ->
                typeName.toLowerCase(Locale.ROOT).startsWith("json") ? SqlColumn.Kind.JSON : SqlColumn.Kind.OTHER;
        };
    }

    /** Type to cast a parameter to, without a length that would cut text silently. */
    default String castType(String typeName, int size, int digits) {
        return typeName;
    }

    /** {@code value}, converted for its column, as this driver takes it. */
    default Object driverValue(Object value, SqlColumn column) {
        return value;
    }

    @Override
    default RowStatements<?> statements(Connection connection, JdbcTable table, WriteMode mode, int queryTimeoutSeconds)
            throws SQLException {
        TargetTable<SqlColumn> target = TargetTable.of(table, describe(connection, table));
        return new SqlWriter(this, target, mode, queryTimeoutSeconds);
    }

    /** Whether the driver would send the rows of a JDBC batch one by one. */
    default boolean insertsManyRows() {
        return false;
    }

    @Override
    default RowStatements<?> appends(Connection connection, JdbcAppendTable table, int queryTimeoutSeconds)
            throws SQLException {
        TargetTable<SqlColumn> target = TargetTable.of(table, describe(connection, table.place()));
        return new AppendStatements(this, target, insertsManyRows(), queryTimeoutSeconds);
    }

    @Override
    default TargetTable.Description<SqlColumn> describe(Connection connection, JdbcTable table) throws SQLException {
        return SqlCatalog.describe(connection, table, this);
    }

    @Override
    default @Nullable String safeMessage(String sqlState, int vendorCode, String firstLine) {
        return null;
    }
}
