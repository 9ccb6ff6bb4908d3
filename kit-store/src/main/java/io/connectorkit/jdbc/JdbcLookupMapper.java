package io.connectorkit.jdbc;

import java.io.Serializable;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Makes a value of the row a lookup found; the value is cached and shared, so it should be immutable. */
@FunctionalInterface
public interface JdbcLookupMapper<V> extends Serializable {

    /**
     * Reads the current row: the key columns, then the value columns, by name or by position from 1. Must not move the
     * cursor, keep {@code row}, or return null.
     */
    V map(ResultSet row) throws SQLException;
}
