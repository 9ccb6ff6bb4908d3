package io.connectorkit.jdbc;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database to test on. Servers start once for each JVM, on loopback, and stop with it.
 *
 * <p>{@code -Dkit.jdbc.url=.. -Dkit.jdbc.user=.. -Dkit.jdbc.password=..} name one of your own; its driver must be on the
 * test class path.
 */
final class TestDatabase {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final JdbcConnectionOptions options;
    private final Map<String, String> session;

    private TestDatabase(JdbcConnectionOptions options, Map<String, String> session) {
        this.options = options;
        this.session = session;
    }

    /** The one named by system properties; H2 otherwise. */
    static TestDatabase configured() throws SQLException {
        String url = System.getProperty("kit.jdbc.url");
        if (url == null) {
            return h2();
        }
        JdbcConnectionOptions options = JdbcConnectionOptions.of(url);
        String user = System.getProperty("kit.jdbc.user");
        String password = System.getProperty("kit.jdbc.password");
        options = user == null ? options : options.withUser(user);
        return new TestDatabase(password == null ? options : options.withPassword(password), Map.of());
    }

    /** A fresh one in memory. */
    static TestDatabase h2() throws SQLException {
        String url = "jdbc:h2:mem:kit" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
        return new TestDatabase(JdbcConnectionOptions.of(url), Map.of());
    }

    /** A fresh file. */
    static TestDatabase sqlite() throws Exception {
        Path file = Files.createTempFile("kit", ".sqlite");
        file.toFile().deleteOnExit();
        return new TestDatabase(JdbcConnectionOptions.of("jdbc:sqlite:" + file), Map.of("busy_timeout", "10000"));
    }

    static TestDatabase postgres() throws Exception {
        return new TestDatabase(PostgresServer.shared().options(), Map.of());
    }

    /** MariaDB through its own driver. */
    static TestDatabase mariaDb() throws Exception {
        return new TestDatabase(MariaDbServer.shared().options("mariadb"), Map.of());
    }

    /** MariaDB through MySQL's driver, with the statements for MySQL. */
    static TestDatabase mySql() throws Exception {
        return new TestDatabase(MariaDbServer.shared().options("mysql"), Map.of());
    }

    JdbcConnectionOptions options() {
        return options;
    }

    Dialect dialect() {
        return Dialects.of(options);
    }

    String quoted(String name) {
        return dialect().quoted(name);
    }

    /** A type for exact texts of up to 400 characters that can be keys: no two texts are equal. */
    String exactText() throws SQLException {
        if (!(dialect() instanceof MySqlDialect)) {
            return dialect() instanceof SqlServerDialect
                    ? "nvarchar(400) COLLATE Latin1_General_BIN2"
                    : dialect() instanceof OracleDialect ? "varchar2(400 char)" : "varchar(400)";
        }
        boolean maria = rows("SELECT version()").get(0).contains("MariaDB");
        return "varchar(400) CHARACTER SET utf8mb4 COLLATE " + (maria ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin");
    }

    String timestamp() {
        return dialect() instanceof SqlServerDialect
                ? "datetime2"
                : dialect() instanceof MySqlDialect ? "datetime(6) NULL" : "timestamp";
    }

    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.putAll(session);
        if (options.user() != null) {
            properties.setProperty("user", options.user());
        }
        if (options.password() != null) {
            properties.setProperty("password", options.password());
        }
        return DriverManager.getConnection(options.url(), properties);
    }

    /** Drops {@code table}, if it is there, and creates it with {@code columns}. */
    void create(String table, String columns) throws SQLException {
        drop(table);
        execute("CREATE TABLE " + quoted(table) + " (" + columns + ")");
    }

    void drop(String table) throws SQLException {
        try {
            execute("DROP TABLE " + quoted(table));
        } catch (SQLException missing) {
            // Not every database has DROP IF EXISTS.
            return;
        }
    }

    /** Runs {@code statements} one by one. */
    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The rows of {@code query}, each as its columns' texts joined by a bar. */
    List<String> rows(String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    row.append(i == 1 ? "" : "|").append(result.getString(i));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    @Override
    public String toString() {
        return options.url().split(":")[1];
    }
}
