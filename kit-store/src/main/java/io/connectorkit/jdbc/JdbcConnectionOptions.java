package io.connectorkit.jdbc;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and how to log in. Secrets never appear in {@link #toString()}.
 *
 * @param url JDBC URL; its driver must be on the classpath
 * @param user database user; null when the URL or the driver's own configuration names one
 * @param password its password; null for none
 * @param properties further properties for the driver
 * @param connectTimeout longest that opening one connection may take, login included
 * @param driver class name of the driver; null for the one that takes the URL
 */
public record JdbcConnectionOptions(
        String url,
        @Nullable String user,
        @Nullable String password,
        Map<String, String> properties,
        Duration connectTimeout,
        @Nullable String driver)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** HikariCP's own lower bound. */
    private static final Duration MIN_CONNECT_TIMEOUT = Duration.ofMillis(250);

    private static final Duration MAX_CONNECT_TIMEOUT = Duration.ofMinutes(10);

    public JdbcConnectionOptions {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(properties, "properties");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        properties = Map.copyOf(properties);
        List<String> problems = new ArrayList<>();
        if (!url.startsWith("jdbc:")) {
            problems.add("url must start with 'jdbc:', such as jdbc:postgresql://host:5432/database, got '"
                    + JdbcUrl.masked(url) + "'");
        }
        givenOnce(problems, "user", user, url, properties);
        givenOnce(problems, "password", password, url, properties);
        if (connectTimeout.compareTo(MIN_CONNECT_TIMEOUT) < 0 || connectTimeout.compareTo(MAX_CONNECT_TIMEOUT) > 0) {
            problems.add("connect-timeout must be between 250 ms (HikariCP) and 10 min, got " + connectTimeout);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void givenOnce(
            List<String> problems, String option, @Nullable String value, String url, Map<String, String> properties) {
        List<String> places = new ArrayList<>();
        if (value != null) {
            places.add("the option '" + option + "'");
        }
        if (JdbcUrl.hasParameter(url, option)) {
            places.add("the url");
        }
        if (properties.containsKey(option)) {
            places.add("the driver properties");
        }
        if (places.size() > 1) {
            problems.add(option + " must be given in one place, got " + String.join(" and ", places));
        }
    }

    /** A connection to {@code url}, no user, no password, at most 5 s for each connection attempt. */
    public static JdbcConnectionOptions of(String url) {
        return new JdbcConnectionOptions(url, null, null, Map.of(), Duration.ofSeconds(5), null);
    }

    public JdbcConnectionOptions withUser(String user) {
        return new JdbcConnectionOptions(
                url, Objects.requireNonNull(user, "user"), password, properties, connectTimeout, driver);
    }

    public JdbcConnectionOptions withPassword(String password) {
        return new JdbcConnectionOptions(
                url, user, Objects.requireNonNull(password, "password"), properties, connectTimeout, driver);
    }

    /** Adds a property for the driver, such as {@code sslmode=verify-full}. */
    public JdbcConnectionOptions withProperty(String name, String value) {
        Map<String, String> more = new TreeMap<>(properties);
        more.put(name, value);
        return new JdbcConnectionOptions(url, user, password, more, connectTimeout, driver);
    }

    public JdbcConnectionOptions withConnectTimeout(Duration connectTimeout) {
        return new JdbcConnectionOptions(url, user, password, properties, connectTimeout, driver);
    }

    /** Names the driver, where several take the URL. */
    public JdbcConnectionOptions withDriver(String className) {
        return new JdbcConnectionOptions(
                url, user, password, properties, connectTimeout, Objects.requireNonNull(className, "className"));
    }

    /** The URL without its secrets, for messages. */
    String maskedUrl() {
        return JdbcUrl.masked(url);
    }

    @Override
    public String toString() {
        Map<String, String> shown = new TreeMap<>(properties);
        shown.replaceAll((name, value) -> JdbcUrl.isSecret(name) ? JdbcUrl.MASK : value);
        return "JdbcConnectionOptions[url=" + maskedUrl() + ", user=" + user + ", password="
                + (password == null ? "null" : JdbcUrl.MASK) + ", properties=" + shown + ", connectTimeout="
                + connectTimeout + (driver == null ? "" : ", driver=" + driver) + "]";
    }
}
