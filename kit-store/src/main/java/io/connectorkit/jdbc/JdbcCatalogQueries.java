package io.connectorkit.jdbc;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a catalog asks a server for.
 *
 * @param databases lists databases
 * @param tables lists tables and views of the connection's database
 * @param schemas whether tables are in schemas
 */
record JdbcCatalogQueries(String databases, String tables, boolean schemas) {

    private static final Pattern URL = Pattern.compile("(jdbc:[a-z]+://[^/?]+)(?:/[^?]*)?(\\?.*)?");

    private static final JdbcCatalogQueries POSTGRES = new JdbcCatalogQueries(
            "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1",
            "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema NOT IN"
                    + " ('pg_catalog', 'information_schema') ORDER BY 1",
            true);

    private static final JdbcCatalogQueries MYSQL = new JdbcCatalogQueries(
            "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('information_schema',"
                    + " 'mysql', 'performance_schema', 'sys') ORDER BY 1",
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1",
            false);

    static JdbcCatalogQueries of(JdbcConnectionOptions options) {
        Dialect dialect = Dialects.of(options);
        if (!URL.matcher(options.url()).matches()) {
            throw new IllegalArgumentException(
                    "url must be that of a server, such as jdbc:postgresql://host:5432, got '" + options.maskedUrl()
                            + "'");
        } else if (dialect instanceof PostgresDialect) {
            return POSTGRES;
        } else if (dialect instanceof MySqlDialect) {
            return MYSQL;
        }
        throw new IllegalArgumentException(
                "url must start with one of [jdbc:postgresql:, jdbc:mysql:, jdbc:mariadb:] (databases that have a"
                        + " catalog), got '" + options.maskedUrl() + "'");
    }

    JdbcConnectionOptions connectTo(JdbcConnectionOptions options, String database) {
        Matcher url = URL.matcher(options.url());
        if (!url.matches()) {
            throw new IllegalStateException("checked when the catalog was made");
        }
        String parameters = url.group(2) == null ? "" : url.group(2);
        return new JdbcConnectionOptions(
                url.group(1) + "/" + database + parameters,
                options.user(),
                options.password(),
                options.properties(),
                options.connectTimeout(),
                options.driver());
    }

    /** As {@link #tables} lists it. */
    String listed(String table) {
        return schemas && table.indexOf('.') < 0 ? "public." + table : table;
    }

    JdbcTable table(String table) {
        int dot = listed(table).indexOf('.');
        return schemas
                ? JdbcTable.of(listed(table).substring(dot + 1), "?")
                        .withSchema(listed(table).substring(0, dot))
                : JdbcTable.of(table, "?");
    }

    /** The table in SQL, with the login that the catalog has. */
    Map<String, String> tableOptions(JdbcConnectionOptions database, JdbcTable table) {
        Map<String, String> options = new HashMap<>();
        options.put("connector", JdbcTableFactory.IDENTIFIER);
        options.put(JdbcTableKeys.URL.key(), database.url());
        options.put(JdbcTableKeys.TABLE.key(), table.name());
        // Of MySQL too, so that dots in names are no separators.
        String name = database.url().replaceAll("\\?.*", "");
        String schema = table.schema() == null ? name.substring(name.lastIndexOf('/') + 1) : table.schema();
        options.put(JdbcTableKeys.SCHEMA.key(), schema);
        if (database.user() != null) {
            options.put(JdbcTableKeys.USER.key(), database.user());
        }
        if (database.password() != null) {
            options.put(JdbcTableKeys.PASSWORD.key(), database.password());
        }
        database.properties().forEach((key, value) -> options.put(JdbcTableKeys.PROPERTIES + key, value));
        return options;
    }
}
