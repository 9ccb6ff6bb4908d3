package io.connectorkit.jdbc;

import io.connectorkit.change.WriteMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What differs between databases: driver properties, the table's description and the guarded statements.
 *
 * <p>A further database is one more implementation in {@link #ALL}; pool, destination and failures stay as they are.
 */
interface Dialect {

    /** All databases that the kit can write to. */
    List<Dialect> ALL = List.of(new PostgresDialect());

    /** How a URL of this database starts. */
    String urlPrefix();

    /** Properties the driver needs for the kit's time and secrecy bounds; the user's own win over them. */
    Map<String, String> driverProperties(Duration connectTimeout);

    /**
     * Reads the table's description and prepares to write to it.
     *
     * @throws IllegalArgumentException naming all of the table's options that do not fit what is there
     */
    TableWriter writer(Connection connection, JdbcTable table, WriteMode mode, Duration requestTimeout)
            throws SQLException;

    /** The properties of the dialect that fits {@code options}, none when no dialect does. */
    static Map<String, String> driverProperties(JdbcConnectionOptions options) {
        for (Dialect dialect : ALL) {
            if (options.url().startsWith(dialect.urlPrefix())) {
                return dialect.driverProperties(options.connectTimeout());
            }
        }
        return Map.of();
    }

    /** The dialect to write with. */
    static Dialect of(JdbcConnectionOptions options) {
        for (Dialect dialect : ALL) {
            if (options.url().startsWith(dialect.urlPrefix())) {
                return dialect;
            }
        }
        throw new IllegalArgumentException("url must start with one of "
                + ALL.stream().map(Dialect::urlPrefix).toList() + " (databases that JdbcSink can guard), got '"
                + options.maskedUrl() + "'");
    }
}
