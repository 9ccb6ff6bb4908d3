package io.connectorkit.jdbc;

import io.connectorkit.table.RowFilter;
import java.io.Serializable;
import java.util.List;

/** Conditions of a query as SQL of a database, where it evaluates them as Flink would. */
final class JdbcFilter {

    private JdbcFilter() {}

    /** Whether the database says the same of every row: not where its own collation or representation has a say. */
    static boolean isExact(RowFilter filter, Dialect dialect) {
        if (filter instanceof RowFilter.Compare compare) {
            boolean equality = compare.operator() == RowFilter.Operator.EQUAL
                    || compare.operator() == RowFilter.Operator.NOT_EQUAL;
            return switch (compare.type().getTypeRoot()) {
                case TINYINT, SMALLINT, INTEGER, BIGINT -> true;
                case DECIMAL, DATE, TIMESTAMP_WITHOUT_TIME_ZONE -> dialect.hasTypes();
                case VARCHAR -> equality && dialect.comparesTextExactly();
                default -> false;
            };
        } else if (filter instanceof RowFilter.And and) {
            return and.parts().stream().allMatch(part -> isExact(part, dialect));
        } else if (filter instanceof RowFilter.Or or) {
            return or.parts().stream().allMatch(part -> isExact(part, dialect));
        } else if (filter instanceof RowFilter.Not not) {
            return isExact(not.part(), dialect);
        }
        return true;
    }

    /** {@code filter} as SQL; its values are added to {@code parameters}. */
    static String sql(RowFilter filter, Dialect dialect, List<Serializable> parameters) {
        if (filter instanceof RowFilter.Compare compare) {
            parameters.add((Serializable) compare.value());
            return dialect.quoted(compare.column()) + " " + compare.operator().sql() + " ?";
        } else if (filter instanceof RowFilter.IsNull isNull) {
            return dialect.quoted(isNull.column()) + " IS NULL";
        } else if (filter instanceof RowFilter.IsNotNull isNotNull) {
            return dialect.quoted(isNotNull.column()) + " IS NOT NULL";
        } else if (filter instanceof RowFilter.Not not) {
            return "NOT (" + sql(not.part(), dialect, parameters) + ")";
        } else if (filter instanceof RowFilter.And and) {
            return joined(and.parts(), " AND ", dialect, parameters);
        }
        return joined(((RowFilter.Or) filter).parts(), " OR ", dialect, parameters);
    }

    private static String joined(
            List<RowFilter> parts, String operator, Dialect dialect, List<Serializable> parameters) {
        return "("
                + String.join(
                        operator,
                        parts.stream()
                                .map(part -> sql(part, dialect, parameters))
                                .toList())
                + ")";
    }
}
