package io.connectorkit.jdbc;

import io.connectorkit.jdbc.JdbcSplit.Rows;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The queries of one scan: what divides it, and the rows of each part. */
final class JdbcScanQuery {

    /** The first row of a sorted result may take its time; a server that is gone should not take for ever. */
    private static final Duration LONGEST_READ = Duration.ofMinutes(10);

    private final JdbcConnectionOptions options;
    private final JdbcScan scan;
    private final Dialect dialect;
    private final String table;

    JdbcScanQuery(JdbcConnectionOptions options, JdbcScan scan) {
        this.options = options;
        this.scan = scan;
        this.dialect = Dialects.of(options);
        this.table = (scan.schema() == null ? "" : dialect.quoted(scan.schema()) + ".") + dialect.quoted(scan.table());
    }

    JdbcScan scan() {
        return scan;
    }

    Dialect dialect() {
        return dialect;
    }

    Connection connect() throws SQLException {
        // Texts find uuid and enum columns too.
        JdbcConnectionOptions untyped =
                dialect instanceof PostgresDialect && !options.properties().containsKey("stringtype")
                        ? options.withProperty("stringtype", "unspecified")
                        : options;
        return DriverConnections.of(untyped, LONGEST_READ).getConnection();
    }

    /** The parts of the table; asks the database for bounds that were not given. */
    List<JdbcSplit> splits() throws SQLException {
        JdbcScan.Partition partition = scan.partition();
        if (partition == null || scan.limit() != null) {
            return List.of(JdbcSplit.all());
        }
        BigDecimal[] bounds = partition.lower() != null && partition.upper() != null
                ? new BigDecimal[] {BigDecimal.valueOf(partition.lower()), BigDecimal.valueOf(partition.upper())}
                : bounds(partition.column());
        List<@Nullable BigDecimal> cuts = new ArrayList<>();
        cuts.add(null);
        if (bounds != null) {
            cuts.addAll(JdbcScan.Partition.cuts(bounds[0], bounds[1], partition.ranges()));
        }
        cuts.add(null);
        List<JdbcSplit> splits = new ArrayList<>();
        for (int i = 0; i + 1 < cuts.size(); i++) {
            splits.add(new JdbcSplit(i, Rows.RANGE, cuts.get(i), cuts.get(i + 1), null, 0));
        }
        splits.add(new JdbcSplit(splits.size(), Rows.WITHOUT_VALUE, null, null, null, 0));
        return splits;
    }

    /** Least and greatest value; null when there is none. */
    private BigDecimal @Nullable [] bounds(String column) throws SQLException {
        String name = dialect.quoted(column);
        String sql = "SELECT MIN(" + name + "), MAX(" + name + ") FROM " + table + where(List.of());
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            bindCondition(statement);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                BigDecimal least = row.getBigDecimal(1);
                BigDecimal greatest = row.getBigDecimal(2);
                return least == null || greatest == null
                        ? null
                        : new BigDecimal[] {
                            least.setScale(0, java.math.RoundingMode.FLOOR),
                            greatest.setScale(0, java.math.RoundingMode.CEILING)
                        };
            }
        } catch (SQLException e) {
            SQLException safe = JdbcFailures.safe(e, dialect);
            throw new SQLException(
                    "scan.partition.column must be a numeric column of table '" + scan.displayName() + "', got '"
                            + column + "': " + safe.getMessage(),
                    e.getSQLState(),
                    safe);
        }
    }

    private String where(List<String> more) {
        List<String> all = new ArrayList<>();
        if (scan.condition() != null) {
            all.add("(" + scan.condition() + ")");
        }
        all.addAll(more);
        return all.isEmpty() ? "" : " WHERE " + String.join(" AND ", all);
    }

    private int bindCondition(PreparedStatement statement) throws SQLException {
        return new JdbcCondition("", scan.parameters()).bind(statement, 1);
    }

    /** The columns that rows are sorted by after the partition column: the primary key, if the table has one. */
    List<String> tieBreakers(Connection connection) throws SQLException {
        JdbcTable place = JdbcTable.of(scan.table(), scan.columns().get(0));
        List<Set<String>> keys = dialect.describe(
                        connection, scan.schema() == null ? place : place.withSchema(scan.schema()))
                .uniqueKeys();
        return keys.isEmpty() ? List.of() : List.copyOf(keys.get(0));
    }

    /** The rows of {@code split} that were not emitted, and perhaps {@link JdbcSplit#skip} that were. */
    PreparedStatement prepare(Connection connection, JdbcSplit split, List<String> tieBreakers) throws SQLException {
        List<BigDecimal> values = new ArrayList<>();
        PreparedStatement statement = connection.prepareStatement(
                sql(split, tieBreakers, values), ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        try {
            int parameter = bindCondition(statement);
            for (BigDecimal value : values) {
                statement.setBigDecimal(parameter++, value);
            }
            statement.setFetchSize(dialect.streamingFetchSize(scan.fetchSize()));
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
        return statement;
    }

    private String sql(JdbcSplit split, List<String> tieBreakers, List<BigDecimal> values) {
        List<String> read =
                new ArrayList<>(scan.columns().stream().map(dialect::quoted).toList());
        Set<String> order = new LinkedHashSet<>();
        List<String> more = new ArrayList<>();
        JdbcScan.Partition partition = scan.partition();
        if (partition != null && split.rows() != Rows.ALL) {
            String column = dialect.quoted(partition.column());
            read.add(column + " AS kit_partition");
            if (split.rows() == Rows.WITHOUT_VALUE) {
                more.add(column + " IS NULL");
            } else {
                range(split, column, more, values);
                order.add(column);
            }
        }
        tieBreakers.forEach(name -> order.add(dialect.quoted(name)));
        return "SELECT " + String.join(", ", read) + " FROM " + table + where(more)
                + (order.isEmpty() ? "" : " ORDER BY " + String.join(", ", order))
                + (scan.limit() == null ? "" : dialect.limit(scan.limit(), !order.isEmpty()));
    }

    /** IS NOT NULL is said where no bound implies it. */
    private static void range(JdbcSplit split, String column, List<String> more, List<BigDecimal> values) {
        BigDecimal from = split.last() != null ? split.last() : split.from();
        if (from != null) {
            more.add(column + " >= ?");
            values.add(from);
        }
        if (split.to() != null) {
            more.add(column + " < ?");
            values.add(split.to());
        }
        if (from == null && split.to() == null) {
            more.add(column + " IS NOT NULL");
        }
    }
}
