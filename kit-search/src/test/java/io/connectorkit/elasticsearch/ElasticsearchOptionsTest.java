package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElasticsearchOptionsTest {

    private static final ElasticsearchOptions VALID = ElasticsearchOptions.of("https://es:9200", "orders");

    @Test
    void collectsAllProblemsInOneException() {
        assertThatThrownBy(() -> new ElasticsearchOptions(
                        List.of("es:9200"),
                        "Orders",
                        new ElasticsearchOptions.Authentication.Basic("", ""),
                        "search",
                        null,
                        "abc",
                        Duration.ZERO,
                        Duration.ofDays(100),
                        Duration.ZERO,
                        Map.of("Authorization", "s3cr3t"),
                        false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        """
                        hosts must be http://host:port or https://host:port, got 'es:9200'
                        index must be lower case (Elasticsearch), got 'Orders'
                        username must not be empty nor contain a colon (RFC 7617), got ''
                        password must not be empty
                        connection.path-prefix must be a path like /search, got 'search'
                        ssl.ca-fingerprint must be a SHA-256 in hex (64 digits, colons allowed), got 'abc'
                        hosts must be https when ssl.ca-certificate or ssl.ca-fingerprint is set
                        connection.timeout must be between 1 ms and 2147483647 ms, got PT0S
                        socket.timeout must be between 1 ms and 2147483647 ms, got PT2400H
                        connection.request-timeout must be between 1 ms and 2147483647 ms, got PT0S
                        connection.headers must not hold Authorization, which the sink sets itself; set username and\
                         password, api-key or bearer-token""");
    }

    @Test
    void neverShowsSecrets() {
        assertThat(VALID.withBasicAuthentication("kit", "s3cr3t").toString())
                .contains("username=kit")
                .contains("password=***")
                .doesNotContain("s3cr3t");
        assertThat(VALID.withApiKey("czNjcjN0").toString())
                .contains("ApiKey[***]")
                .doesNotContain("czNjcjN0");
        assertThat(VALID.withBearerToken("s3cr3t").toString())
                .contains("Bearer[***]")
                .doesNotContain("s3cr3t");
        assertThat(VALID.withHeaders(Map.of("X-Key", "s3cr3t")).toString())
                .contains("headers=[X-Key]")
                .doesNotContain("s3cr3t");
        assertThatThrownBy(() -> VALID.withBearerToken("two s3cr3t words"))
                .hasMessage("bearer-token must be a token without spaces or line breaks (RFC 6750)");
        assertThatThrownBy(() -> VALID.withHeaders(Map.of("X-Key", "s3cr3t\r\nX-Other: 1")))
                .hasMessage(
                        "connection.headers must have values without control characters (RFC 9110), got one in X-Key");
        assertThatThrownBy(() -> VALID.withApiKey("not encoded: s3cr3t"))
                .hasMessageStartingWith("api-key must be the encoded key")
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void refusesCredentialsInAHostWithoutRepeatingThem() {
        assertThatThrownBy(() -> ElasticsearchOptions.of("https://kit:s3cr3t@es:9200", "orders"))
                .hasMessage("hosts must be http://host:port or https://host:port without credentials;"
                        + " set username and password instead")
                .hasMessageNotContaining("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "es",
                "http://es",
                "ftp://es:9200",
                "http://es:9200/path",
                "http://es:0",
                "http://:9200",
                "http://e s:1"
            })
    void refusesHostsThatItWouldHaveToGuess(String host) {
        assertThatThrownBy(() -> ElasticsearchOptions.of(host, "orders"))
                .hasMessage("hosts must be http://host:port or https://host:port, got '" + host + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://es:9200", "https://es:9200/", "http://[::1]:9200", "https://10.0.0.1:443"})
    void takesHostsWithSchemeAndPort(String host) {
        assertThat(ElasticsearchOptions.of(host, "orders").hosts()).containsExactly(host);
    }

    @Test
    void refusesNoHostAtAll() {
        assertThatThrownBy(() -> ElasticsearchOptions.of(List.of(), "orders"))
                .hasMessage("hosts must name at least one node, got none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a b", "a,b", "a*", "_a", "-a", "+a", ".", "..", "a/b", "<a-{now}>", "a#b", "a:b"})
    void refusesIndexNamesThatElasticsearchRefuses(String index) {
        assertThatThrownBy(() -> ElasticsearchOptions.of("http://es:9200", index))
                .hasMessageStartingWith("index must ");
    }

    @Test
    void refusesAnIndexNameOfMoreThan255Bytes() {
        assertThat(ElasticsearchOptions.of("http://es:9200", "a".repeat(255)).index())
                .hasSize(255);
        assertThatThrownBy(() -> ElasticsearchOptions.of("http://es:9200", "é".repeat(128)))
                .hasMessage("index must be at most 255 bytes (Elasticsearch), got 256");
    }

    @Test
    void keepsOneWayToTrust() {
        String fingerprint = "ab".repeat(32);
        assertThat(VALID.withCaCertificate("/ca.pem")
                        .withCaFingerprint(fingerprint)
                        .caCertificate())
                .isNull();
        assertThatThrownBy(() -> new ElasticsearchOptions(
                        VALID.hosts(),
                        "orders",
                        VALID.authentication(),
                        null,
                        "/ca.pem",
                        fingerprint,
                        VALID.connectTimeout(),
                        VALID.socketTimeout(),
                        VALID.connectionRequestTimeout(),
                        Map.of(),
                        false))
                .hasMessage("ssl.ca-certificate and ssl.ca-fingerprint must not both be set; keep one");
    }

    @Test
    void changesOneThingAtATime() {
        ElasticsearchOptions options = VALID.withPathPrefix("/search")
                .withCompression()
                .withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(2))
                .withConnectionRequestTimeout(Duration.ofSeconds(3))
                .withHeaders(Map.of("X-Team", "kit"))
                .withApiKey("aWQ6a2V5");
        assertThat(options)
                .isEqualTo(new ElasticsearchOptions(
                        List.of("https://es:9200"),
                        "orders",
                        new ElasticsearchOptions.Authentication.ApiKey("aWQ6a2V5"),
                        "/search",
                        null,
                        null,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Map.of("X-Team", "kit"),
                        true));
    }
}
