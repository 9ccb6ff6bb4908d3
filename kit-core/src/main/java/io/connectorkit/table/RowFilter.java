package io.connectorkit.table;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the columns of a row that a store may evaluate itself, with SQL's three-valued logic: a comparison with
 * NULL is neither true nor false, and a row passes when the whole is true.
 */
public sealed interface RowFilter extends Serializable {

    /** {@code column operator value}; the value is never null and in the form that a key part of its type has. */
    record Compare(String column, Operator operator, Object value, LogicalType type) implements RowFilter {}

    /** {@code column IS NULL}. */
    record IsNull(String column) implements RowFilter {}

    /** {@code column IS NOT NULL}. */
    record IsNotNull(String column) implements RowFilter {}

    /** All of them; at least two. */
    record And(List<RowFilter> parts) implements RowFilter {}

    /** Any of them; at least two. */
    record Or(List<RowFilter> parts) implements RowFilter {}

    /** {@code NOT part}: true where the part is false, not where it is unknown. */
    record Not(RowFilter part) implements RowFilter {}

    /** A comparison. */
    enum Operator {
        EQUAL("="),
        NOT_EQUAL("<>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        private final String sql;

        Operator(String sql) {
            this.sql = sql;
        }

        /** As SQL writes it. */
        public String sql() {
            return sql;
        }

        private Operator mirrored() {
            return switch (this) {
                case LESS -> GREATER;
                case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
                case GREATER -> LESS;
                case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
                case EQUAL, NOT_EQUAL -> this;
            };
        }
    }

    /** What {@code expression} asks; empty where it is more than columns, literals and logic. */
    static Optional<RowFilter> of(ResolvedExpression expression) {
        return Optional.ofNullable(Translation.filter(expression));
    }

    /** Reads Flink's expressions. */
    final class Translation {

        private static final Map<FunctionDefinition, Operator> OPERATORS = Map.of(
                BuiltInFunctionDefinitions.EQUALS, Operator.EQUAL,
                BuiltInFunctionDefinitions.NOT_EQUALS, Operator.NOT_EQUAL,
                BuiltInFunctionDefinitions.LESS_THAN, Operator.LESS,
                BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL, Operator.LESS_OR_EQUAL,
                BuiltInFunctionDefinitions.GREATER_THAN, Operator.GREATER,
                BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL, Operator.GREATER_OR_EQUAL);

        private Translation() {}

        private static @Nullable RowFilter filter(ResolvedExpression expression) {
            if (!(expression instanceof CallExpression call)) {
                return null;
            }
            FunctionDefinition function = call.getFunctionDefinition();
            List<ResolvedExpression> operands = call.getResolvedChildren();
            Operator operator = OPERATORS.get(function);
            if (operator != null) {
                return comparison(operator, operands.get(0), operands.get(1));
            } else if (function == BuiltInFunctionDefinitions.IS_NULL) {
                return operands.get(0) instanceof FieldReferenceExpression field ? new IsNull(field.getName()) : null;
            } else if (function == BuiltInFunctionDefinitions.IS_NOT_NULL) {
                return operands.get(0) instanceof FieldReferenceExpression field
                        ? new IsNotNull(field.getName())
                        : null;
            } else if (function == BuiltInFunctionDefinitions.NOT) {
                RowFilter part = filter(operands.get(0));
                return part == null ? null : new Not(part);
            } else if (function == BuiltInFunctionDefinitions.AND) {
                List<RowFilter> parts = all(operands);
                return parts == null ? null : new And(parts);
            } else if (function == BuiltInFunctionDefinitions.OR) {
                List<RowFilter> parts = all(operands);
                return parts == null ? null : new Or(parts);
            }
            return null;
        }

        private static @Nullable List<RowFilter> all(List<ResolvedExpression> operands) {
            List<RowFilter> parts = new ArrayList<>();
            for (ResolvedExpression operand : operands) {
                RowFilter part = filter(operand);
                if (part == null) {
                    return null;
                }
                parts.add(part);
            }
            return List.copyOf(parts);
        }

        private static @Nullable RowFilter comparison(
                Operator operator, ResolvedExpression left, ResolvedExpression right) {
            if (left instanceof FieldReferenceExpression field && right instanceof ValueLiteralExpression literal) {
                return comparison(field, operator, literal);
            } else if (left instanceof ValueLiteralExpression literal
                    && right instanceof FieldReferenceExpression field) {
                return comparison(field, operator.mirrored(), literal);
            }
            return null;
        }

        private static @Nullable RowFilter comparison(
                FieldReferenceExpression field, Operator operator, ValueLiteralExpression literal) {
            LogicalType type = field.getOutputDataType().getLogicalType();
            Object value = literal.isNull() ? null : value(type, literal);
            return value == null ? null : new Compare(field.getName(), operator, value, type);
        }

        private static @Nullable Object value(LogicalType type, ValueLiteralExpression literal) {
            return switch (type.getTypeRoot()) {
                case CHAR, VARCHAR -> literal.getValueAs(String.class).orElse(null);
                case BOOLEAN -> literal.getValueAs(Boolean.class).orElse(null);
                case TINYINT, SMALLINT, INTEGER, BIGINT ->
                    literal.getValueAs(BigDecimal.class)
                            .filter(number -> number.stripTrailingZeros().scale() <= 0)
                            .filter(number -> number.toBigInteger().bitLength() < Long.SIZE)
                            .<Object>map(BigDecimal::longValueExact)
                            .orElse(null);
                case DECIMAL, FLOAT, DOUBLE ->
                    literal.getValueAs(BigDecimal.class).orElse(null);
                case DATE -> literal.getValueAs(LocalDate.class).orElse(null);
                case TIME_WITHOUT_TIME_ZONE ->
                    literal.getValueAs(LocalTime.class).orElse(null);
                case TIMESTAMP_WITHOUT_TIME_ZONE ->
                    literal.getValueAs(LocalDateTime.class).orElse(null);
                case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                    literal.getValueAs(Instant.class).orElse(null);
                default -> null;
            };
        }
    }
}
