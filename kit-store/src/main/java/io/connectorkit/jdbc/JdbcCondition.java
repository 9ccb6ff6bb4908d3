package io.connectorkit.jdbc;

import java.io.Serializable;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/**
 * A condition on the rows of a query.
 *
 * @param sql with {@code ?} for {@code parameters}; empty for none
 */
record JdbcCondition(String sql, List<Serializable> parameters) implements Serializable {

    private static final long serialVersionUID = 1L;

    static final JdbcCondition NONE = new JdbcCondition("", List.of());

    /** Binds the parameters from {@code first} on; the number of the next one. */
    int bind(PreparedStatement statement, int first) throws SQLException {
        int parameter = first;
        for (Serializable value : parameters) {
            statement.setObject(parameter++, value instanceof Instant time ? time.atOffset(ZoneOffset.UTC) : value);
        }
        return parameter;
    }
}
