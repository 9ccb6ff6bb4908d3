package io.connectorkit.jdbc;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The databases that the kit knows, by their URLs. */
final class Dialects {

    /** All databases that the kit can write to. */
    private static final List<Dialect> ALL = List.of(
            new PostgresDialect(),
            MySqlDialect.MYSQL,
            MySqlDialect.MARIADB,
            new H2Dialect(),
            new SqliteDialect(),
            new OracleDialect(),
            new SqlServerDialect(),
            new Db2Dialect());

    private Dialects() {}

    /** The properties of the dialect that fits {@code options}, none when no dialect does. */
    static Map<String, String> driverProperties(JdbcConnectionOptions options) {
        Dialect dialect = find(options);
        return dialect == null ? Map.of() : dialect.driverProperties(options.connectTimeout());
    }

    /** The dialect of {@code options}; null for a database that the kit does not know. */
    static @Nullable Dialect find(JdbcConnectionOptions options) {
        for (Dialect dialect : ALL) {
            if (options.url().startsWith(dialect.urlPrefix())) {
                return dialect;
            }
        }
        return null;
    }

    /** The dialect of {@code options}. */
    static Dialect of(JdbcConnectionOptions options) {
        Dialect dialect = find(options);
        if (dialect != null) {
            return dialect;
        }
        throw new IllegalArgumentException("url must start with one of "
                + ALL.stream().map(Dialect::urlPrefix).toList() + " (databases that the kit knows), got '"
                + options.maskedUrl() + "'");
    }
}
