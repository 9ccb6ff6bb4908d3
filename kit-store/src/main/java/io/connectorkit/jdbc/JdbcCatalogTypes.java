package io.connectorkit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/** Columns of a table as columns of SQL. */
final class JdbcCatalogTypes {

    private static final int MAX_PRECISION = 38;

    private JdbcCatalogTypes() {}

    static Schema schema(Connection connection, JdbcTable table, Dialect dialect) throws SQLException {
        TargetTable.Description<? extends TargetColumn> found = dialect.describe(connection, table);
        Set<String> notNull = new HashSet<>();
        found.columns().forEach(column -> {
            if (column.notNull()) {
                notNull.add(column.name());
            }
        });
        Schema.Builder schema = Schema.newBuilder();
        Set<String> known = new HashSet<>();
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT * FROM " + found.identifier() + " WHERE 1 = 0");
                ResultSet none = statement.executeQuery()) {
            ResultSetMetaData columns = none.getMetaData();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                DataType type = type(columns, i, dialect instanceof MySqlDialect);
                if (type != null) {
                    String name = columns.getColumnName(i);
                    known.add(name);
                    schema.column(name, notNull.contains(name) ? type.notNull() : type);
                }
            }
        }
        List<String> key = key(found, notNull);
        if (!key.isEmpty() && known.containsAll(key)) {
            schema.primaryKey(key);
        }
        return schema.build();
    }

    /** The first unique key without nulls: drivers and the kit name the primary key first. */
    private static List<String> key(TargetTable.Description<?> found, Set<String> notNull) {
        return found.uniqueKeys().stream()
                .filter(notNull::containsAll)
                .findFirst()
                .<List<String>>map(List::copyOf)
                .orElse(List.of());
    }

    private static @Nullable DataType type(ResultSetMetaData columns, int i, boolean mySql) throws SQLException {
        String name = columns.getColumnTypeName(i).toLowerCase(Locale.ROOT);
        int jdbcType = columns.getColumnType(i);
        int precision = columns.getPrecision(i);
        if (jdbcType == Types.ARRAY) {
            DataType element = element(name.startsWith("_") ? name.substring(1) : name);
            return element == null ? null : DataTypes.ARRAY(element);
        }
        boolean unsigned = name.contains("unsigned");
        return switch (jdbcType) {
            case Types.BOOLEAN -> DataTypes.BOOLEAN();
            case Types.BIT -> precision > 1 ? null : DataTypes.BOOLEAN();
            case Types.TINYINT -> unsigned ? DataTypes.SMALLINT() : DataTypes.TINYINT();
            case Types.SMALLINT -> unsigned ? DataTypes.INT() : DataTypes.SMALLINT();
            case Types.INTEGER -> unsigned ? DataTypes.BIGINT() : DataTypes.INT();
            case Types.BIGINT -> unsigned ? DataTypes.DECIMAL(20, 0) : DataTypes.BIGINT();
            case Types.REAL -> DataTypes.FLOAT();
            case Types.FLOAT, Types.DOUBLE -> DataTypes.DOUBLE();
            case Types.NUMERIC, Types.DECIMAL -> decimal(precision, columns.getScale(i));
            case Types.DATE -> name.equals("year") ? DataTypes.INT() : DataTypes.DATE();
            case Types.TIME, Types.TIME_WITH_TIMEZONE -> DataTypes.TIME(0);
            case Types.TIMESTAMP ->
                // MySQL's timestamp is an instant, its datetime a local time; PostgreSQL's timestamp is local.
                name.equals("timestamptz") || (mySql && name.equals("timestamp"))
                        ? DataTypes.TIMESTAMP_LTZ(6)
                        : DataTypes.TIMESTAMP(6);
            case Types.TIMESTAMP_WITH_TIMEZONE -> DataTypes.TIMESTAMP_LTZ(6);
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> DataTypes.BYTES();
            default -> DataTypes.STRING();
        };
    }

    /** PostgreSQL's numeric without a precision has none; more digits than SQL holds travel as text. */
    private static DataType decimal(int precision, int scale) {
        if (precision <= 0) {
            return DataTypes.DECIMAL(MAX_PRECISION, 18);
        }
        return precision > MAX_PRECISION ? DataTypes.STRING() : DataTypes.DECIMAL(precision, Math.max(0, scale));
    }

    private static @Nullable DataType element(String name) {
        return switch (name) {
            case "bool" -> DataTypes.BOOLEAN();
            case "int2" -> DataTypes.SMALLINT();
            case "int4" -> DataTypes.INT();
            case "int8" -> DataTypes.BIGINT();
            case "float4" -> DataTypes.FLOAT();
            case "float8" -> DataTypes.DOUBLE();
            case "numeric" -> DataTypes.DECIMAL(MAX_PRECISION, 18);
            case "text", "varchar", "bpchar", "uuid" -> DataTypes.STRING();
            case "date" -> DataTypes.DATE();
            case "timestamp" -> DataTypes.TIMESTAMP(6);
            default -> null;
        };
    }
}
