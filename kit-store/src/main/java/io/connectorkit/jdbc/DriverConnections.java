package io.connectorkit.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A driver as a {@link DataSource}: found through the job's class loader, since DriverManager may have been initialised
 * under another one, and given its secrets as properties only, so that no pool or driver can print them.
 */
final class DriverConnections implements DataSource {

    private final Driver driver;
    private final String url;
    private final Properties properties;
    private final Duration loginTimeout;
    private final int networkTimeoutMillis;

    private DriverConnections(
            Driver driver, String url, Properties properties, Duration loginTimeout, int networkTimeoutMillis) {
        this.driver = driver;
        this.url = url;
        this.properties = properties;
        this.loginTimeout = loginTimeout;
        this.networkTimeoutMillis = networkTimeoutMillis;
    }

    /** Connections whose reads give up after {@code networkTimeout}, so that a hung server cannot hold a thread. */
    static DriverConnections of(JdbcConnectionOptions options, Duration networkTimeout) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(Dialects.driverProperties(options));
        properties.putAll(options.properties());
        if (options.user() != null) {
            properties.setProperty("user", options.user());
        }
        if (options.password() != null) {
            properties.setProperty("password", options.password());
        }
        String url = JdbcUrl.moveSecrets(options.url(), properties);
        int millis = (int) Math.min(networkTimeout.toMillis(), Integer.MAX_VALUE);
        return new DriverConnections(driver(options), url, properties, options.connectTimeout(), millis);
    }

    private static Driver driver(JdbcConnectionOptions options) throws SQLException {
        return options.driver() == null ? found(options) : named(options, options.driver());
    }

    private static Driver named(JdbcConnectionOptions options, String name) throws SQLException {
        try {
            Driver driver = Class.forName(name, true, Thread.currentThread().getContextClassLoader())
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
            if (driver.acceptsURL(options.url())) {
                return driver;
            }
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new SQLException(
                    "driver must be the class name of a JDBC driver on the classpath, got '" + name
                            + "'; leave it out to have it found by the url",
                    e);
        }
        throw new SQLException("driver must take the url '" + options.maskedUrl() + "', got '" + name
                + "', which does not; leave it out to have it found by the url");
    }

    private static Driver found(JdbcConnectionOptions options) throws SQLException {
        ServiceLoader<Driver> loader =
                ServiceLoader.load(Driver.class, Thread.currentThread().getContextClassLoader());
        for (var drivers = loader.iterator(); ; ) {
            try {
                if (!drivers.hasNext()) {
                    break;
                }
                Driver driver = drivers.next();
                if (driver.acceptsURL(options.url())) {
                    return driver;
                }
            } catch (ServiceConfigurationError e) {
                // Somebody else's broken driver: ours may still follow.
                continue;
            }
        }
        for (var drivers = DriverManager.getDrivers(); drivers.hasMoreElements(); ) {
            Driver driver = drivers.nextElement();
            if (driver.acceptsURL(options.url())) {
                return driver;
            }
        }
        throw new SQLException("url must belong to a JDBC driver on the classpath, got '" + options.maskedUrl()
                + "'; add the driver's jar, such as org.postgresql:postgresql, to the job or to Flink's lib folder");
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = driver.connect(url, (Properties) properties.clone());
        if (connection == null) {
            throw new SQLException("the driver " + driver.getClass().getName() + " refused the url", "08001");
        }
        try {
            connection.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
        } catch (SQLFeatureNotSupportedException e) {
            // Such a driver is in process: there is no network to wait for.
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the login is part of the options");
    }

    @Override
    public int getLoginTimeout() {
        return (int) Math.max(1, loginTimeout.toSeconds());
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // HikariCP offers its own connection timeout here, which is the same option.
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("not a wrapper for " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
