package io.connectorkit.jdbc;

import java.math.BigDecimal;
import org.apache.flink.api.connector.source.SourceSplit;
import org.jspecify.annotations.Nullable;

/**
 * A part of a table and how far it was read.
 *
 * @param number from 0
 * @param rows which rows
 * @param from least value of the partition column; null for no bound
 * @param to first value beyond; null for no bound
 * @param last value of the partition column in the last row that was emitted; null before the first
 * @param skip rows to leave out, as they were emitted: of value {@code last}, or of the whole split where there is none
 */
record JdbcSplit(
        int number, Rows rows, @Nullable BigDecimal from, @Nullable BigDecimal to, @Nullable BigDecimal last, long skip)
        implements SourceSplit {

    /** Which rows a split has. */
    enum Rows {
        ALL,
        RANGE,
        WITHOUT_VALUE
    }

    static JdbcSplit all() {
        return new JdbcSplit(0, Rows.ALL, null, null, null, 0);
    }

    @Override
    public String splitId() {
        return Integer.toString(number);
    }

    /** After one more row, whose partition column holds {@code value}. */
    JdbcSplit after(@Nullable BigDecimal value) {
        boolean same = value == null || (last != null && value.compareTo(last) == 0);
        return new JdbcSplit(number, rows, from, to, value, same ? skip + 1 : 1);
    }
}
