package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** One statement that reads the rows of many keys. */
interface JdbcLookupQuery {

    /**
     * The statement with {@code keys} bound.
     *
     * @throws IllegalArgumentException when a key cannot be in the table; the message names the column, not the value
     */
    PreparedStatement prepare(Connection connection, List<ChangeKey> keys) throws SQLException;

    /** Which of {@code keys} the current row answers. */
    ChangeKey keyOf(ResultSet row, List<ChangeKey> keys) throws SQLException;
}
