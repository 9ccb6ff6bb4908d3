package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcConnectionOptionsTest {

    @Test
    void printsWhereItLeadsToButNoSecret() {
        JdbcConnectionOptions options = JdbcConnectionOptions.of("jdbc:postgresql://h:1/d?sslpassword=s3cret&ssl=true")
                .withUser("kit")
                .withPassword("s3cret")
                .withProperty("accessToken", "s3cret")
                .withProperty("sslmode", "require");

        assertThat(options)
                .hasToString("JdbcConnectionOptions[url=jdbc:postgresql://h:1/d?sslpassword=***&ssl=true, user=kit,"
                        + " password=***, properties={accessToken=***, sslmode=require}, connectTimeout=PT5S]");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://h/d?a=b&password=s3, jdbc:postgresql://h/d?a=b&password=***",
        "jdbc:sqlserver://h:1;databaseName=d;password=s3;x=y, jdbc:sqlserver://h:1;databaseName=d;password=***;x=y",
        "jdbc:oracle:thin:scott/s3@//h:1/d, jdbc:oracle:thin:scott/***@//h:1/d",
        "jdbc:mysql://u:s3@h/d, jdbc:mysql://u:***@h/d",
        "jdbc:h2:mem:x;PASSWORD=s3, jdbc:h2:mem:x;PASSWORD=***",
        "jdbc:postgresql://h/d?x=$1, jdbc:postgresql://h/d?x=$1"
    })
    void masksSecretsInUrlsOfAllDatabases(String url, String masked) {
        assertThat(JdbcUrl.masked(url)).isEqualTo(masked);
    }

    @Test
    void givesSecretsOfTheUrlToTheDriverAsProperties() {
        Properties properties = new Properties();

        String url = JdbcUrl.moveSecrets("jdbc:postgresql://h/d?password=a%26b&ssl=true&sslpassword=c", properties);

        assertThat(url).isEqualTo("jdbc:postgresql://h/d?ssl=true");
        assertThat(properties).isEqualTo(Map.of("password", "a&b", "sslpassword", "c"));
    }

    @Test
    void reportsAllProblemsAtOnceAndWithoutSecrets() {
        assertThatThrownBy(() -> new JdbcConnectionOptions(
                        "postgresql://h/d?user=a&password=s3cret",
                        "kit",
                        "s3cret",
                        Map.of("password", "s3cret"),
                        Duration.ofMillis(10),
                        null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        """
                        url must start with 'jdbc:', such as jdbc:postgresql://host:5432/database, got \
                        'postgresql://h/d?user=a&password=***'
                        user must be given in one place, got the option 'user' and the url
                        password must be given in one place, got the option 'password' and the url and the driver \
                        properties
                        connect-timeout must be between 250 ms (HikariCP) and 10 min, got PT0.01S""");
    }

    @ParameterizedTest
    @ValueSource(longs = {249, 600_001, -1})
    void refusesConnectTimeoutsOutOfBounds(long millis) {
        assertThatThrownBy(() -> JdbcConnectionOptions.of("jdbc:x").withConnectTimeout(Duration.ofMillis(millis)))
                .hasMessage("connect-timeout must be between 250 ms (HikariCP) and 10 min, got "
                        + Duration.ofMillis(millis));
    }

    @Test
    void theDriverThatIsNamedIsTheOneThatConnects() throws Exception {
        JdbcConnectionOptions options = JdbcConnectionOptions.of("jdbc:h2:mem:named");

        try (Connection connection = DriverConnections.of(options.withDriver("org.h2.Driver"), Duration.ofSeconds(1))
                .getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
        }
        assertThatThrownBy(
                        () -> DriverConnections.of(options.withDriver("org.postgresql.Driver"), Duration.ofSeconds(1)))
                .hasMessage("driver must take the url 'jdbc:h2:mem:named', got 'org.postgresql.Driver', which does not;"
                        + " leave it out to have it found by the url");
        for (String none : List.of("no.such.Driver", "java.lang.String")) {
            assertThatThrownBy(() -> DriverConnections.of(options.withDriver(none), Duration.ofSeconds(1)))
                    .hasMessage("driver must be the class name of a JDBC driver on the classpath, got '" + none
                            + "'; leave it out to have it found by the url");
        }
        assertThat(options.withDriver("org.h2.Driver").withUser("u").withConnectTimeout(Duration.ofSeconds(1)))
                .hasToString("JdbcConnectionOptions[url=jdbc:h2:mem:named, user=u, password=null, properties={},"
                        + " connectTimeout=PT1S, driver=org.h2.Driver]");
    }

    @Test
    void travelsToTaskManagers() throws Exception {
        JdbcConnectionOptions options =
                JdbcConnectionOptions.of("jdbc:x").withUser("u").withProperty("a", "b");

        assertThat(InstantiationUtil.clone(options)).isEqualTo(options);
    }
}
