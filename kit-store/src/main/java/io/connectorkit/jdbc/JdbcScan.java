package io.connectorkit.jdbc;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a source reads of a table or view. Names are exact, as the database stores them.
 *
 * @param schema schema of the table; null for the connection's own search path
 * @param table its name
 * @param columns columns read, in this order
 * @param partition how the rows are divided among parallel readers; null reads them in one piece
 * @param condition SQL that rows must satisfy, with {@code ?} for {@code parameters}; null for all rows
 * @param parameters values of the condition
 * @param limit most rows; null for all. A scan with a limit is read in one piece
 * @param fetchSize rows asked for at a time
 */
public record JdbcScan(
        @Nullable String schema,
        String table,
        List<String> columns,
        @Nullable Partition partition,
        @Nullable String condition,
        List<Serializable> parameters,
        @Nullable Long limit,
        int fetchSize)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /**
     * Ranges of one numeric column. Rows below the lower and above the upper bound belong to the first and the last
     * range, rows without a value to a range of their own: the bounds divide, they do not filter.
     *
     * @param column best one with an index; rows are read in its order, and reading resumes at its values
     * @param ranges how many
     * @param lower where the second range is counted from; null asks the database for the least value
     * @param upper as {@code lower}, for the greatest
     */
    public record Partition(String column, int ranges, @Nullable Long lower, @Nullable Long upper)
            implements Serializable {

        private static final long serialVersionUID = 1L;

        public Partition {
            Objects.requireNonNull(column, "column");
            List<String> problems = new ArrayList<>();
            if (ranges < 1) {
                problems.add("scan.partition.num must be at least 1, got " + ranges);
            }
            if ((lower == null) != (upper == null)) {
                problems.add(
                        "scan.partition.lower-bound and scan.partition.upper-bound must be set both or neither, got "
                                + lower + " and " + upper);
            } else if (lower != null && upper != null && lower > upper) {
                problems.add("scan.partition.lower-bound must be at most scan.partition.upper-bound (" + upper
                        + "), got " + lower);
            }
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("\n", problems));
            }
        }

        /** The first values of the second and later ranges, each greater than the one before. */
        static List<BigDecimal> cuts(BigDecimal lower, BigDecimal upper, int ranges) {
            List<BigDecimal> cuts = new ArrayList<>();
            BigDecimal span = upper.subtract(lower).add(BigDecimal.ONE);
            for (int i = 1; i < ranges; i++) {
                BigDecimal cut = lower.add(span.multiply(BigDecimal.valueOf(i))
                        .divide(BigDecimal.valueOf(ranges), 0, java.math.RoundingMode.CEILING));
                if (cut.compareTo(upper) <= 0 && (cuts.isEmpty() || cut.compareTo(cuts.get(cuts.size() - 1)) > 0)) {
                    cuts.add(cut);
                }
            }
            return cuts;
        }
    }

    public JdbcScan {
        Objects.requireNonNull(table, "table");
        columns = List.copyOf(columns);
        parameters = List.copyOf(parameters);
        List<String> problems = new ArrayList<>();
        if (table.isBlank()) {
            problems.add("table name must not be blank, got '" + table + "'");
        }
        if (columns.isEmpty()) {
            problems.add("columns of a scan must be at least 1, got none");
        }
        if (limit != null && limit < 0) {
            problems.add("limit must be at least 0, got " + limit);
        }
        if (fetchSize < 1) {
            problems.add("scan.fetch-size must be at least 1, got " + fetchSize);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** All rows of {@code table} in one piece, 1,000 at a time. */
    public static JdbcScan of(String table, String... columns) {
        return new JdbcScan(null, table, List.of(columns), null, null, List.of(), null, 1_000);
    }

    public JdbcScan withSchema(String schema) {
        return new JdbcScan(schema, table, columns, partition, condition, parameters, limit, fetchSize);
    }

    /** Divides the rows into {@code ranges} of {@code column}, between the values that the database has. */
    public JdbcScan withPartitions(String column, int ranges) {
        return withPartition(new Partition(column, ranges, null, null));
    }

    public JdbcScan withPartition(@Nullable Partition partition) {
        return new JdbcScan(schema, table, columns, partition, condition, parameters, limit, fetchSize);
    }

    /** Leaves rows out in the database: {@code withCondition("status = ? AND amount > ?", "open", 10)}. */
    public JdbcScan withCondition(String condition, Serializable... parameters) {
        return new JdbcScan(schema, table, columns, partition, condition, List.of(parameters), limit, fetchSize);
    }

    public JdbcScan withLimit(long limit) {
        return new JdbcScan(schema, table, columns, partition, condition, parameters, limit, fetchSize);
    }

    public JdbcScan withFetchSize(int fetchSize) {
        return new JdbcScan(schema, table, columns, partition, condition, parameters, limit, fetchSize);
    }

    /** As written in messages. */
    String displayName() {
        return schema == null ? table : schema + "." + table;
    }
}
