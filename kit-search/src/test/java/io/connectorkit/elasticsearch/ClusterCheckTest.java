package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.WriteMode;
import io.connectorkit.elasticsearch.ScriptedServer.Answer;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.SinkTuning;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterCheckTest {

    @ParameterizedTest
    @ValueSource(ints = {200, 404, 403, 429, 503})
    void passesWhenTheClusterAnswersWhateverTheIndexIs(int status) {
        try (ScriptedServer server = ScriptedServer.start(Answer.json(status, "{}"))) {
            assertThatCode(() -> open(ElasticsearchOptions.of(server.url(), "orders")))
                    .doesNotThrowAnyException();
            assertThat(server.onlyRequest().method()).isEqualTo("HEAD");
            assertThat(server.onlyRequest().path()).isEqualTo("/orders");
        }
    }

    @Test
    void namesTheHostsThatDoNotAnswer() {
        String closed;
        try (ScriptedServer server = ScriptedServer.start(Answer.json(200, "{}"))) {
            closed = "http://127.0.0.1:" + server.port();
        }
        assertThatThrownBy(() -> open(ElasticsearchOptions.of(closed, "orders")))
                .isInstanceOf(IOException.class)
                .hasMessage("hosts must name an Elasticsearch node that answers, got [" + closed
                        + "]: ConnectException: Connection refused; check host and port, and whether it must be http or"
                        + " https");
        assertThatThrownBy(() -> open(ElasticsearchOptions.of("http://no-such-host.invalid:9200", "orders")))
                .hasMessageStartingWith("hosts must name an Elasticsearch node that answers, got"
                        + " [http://no-such-host.invalid:9200]: UnknownHostException");
    }

    @Test
    void namesTheHostThatIsSilent() {
        try (ScriptedServer server = ScriptedServer.start(Answer.silence())) {
            assertThatThrownBy(() -> open(ElasticsearchOptions.of(server.url(), "orders")
                            .withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(200))))
                    .hasMessageStartingWith("hosts must name an Elasticsearch node that answers, got [" + server.url()
                            + "]: SocketTimeoutException");
        }
    }

    @Test
    void passesWhenOneOfSeveralHostsAnswers() {
        String closed;
        try (ScriptedServer server = ScriptedServer.start(Answer.json(200, "{}"))) {
            closed = server.url();
        }
        try (ScriptedServer server = ScriptedServer.start(Answer.json(200, "{}"))) {
            ElasticsearchOptions options = ElasticsearchOptions.of(List.of(closed, server.url()), "orders");
            for (int i = 0; i < 10; i++) {
                assertThatCode(() -> open(options)).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void namesTheOptionWhenCredentialsAreRefused() {
        Answer refused = Answer.json(401, "{\"error\":{\"type\":\"security_exception\",\"reason\":\"unable to\"}}");
        try (ScriptedServer server = ScriptedServer.start(refused)) {
            ElasticsearchOptions options = ElasticsearchOptions.of(server.url(), "orders");
            assertThatThrownBy(() -> open(options))
                    .hasMessageStartingWith(
                            "username and password, api-key or bearer-token must be set, got 401 from [");
            assertThatThrownBy(() -> open(options.withApiKey("aWQ6a2V5")))
                    .hasMessageStartingWith("api-key must be accepted by Elasticsearch, got 401 from [")
                    .hasMessageNotContaining("aWQ6a2V5");
            assertThatThrownBy(() -> open(options.withBasicAuthentication("kit", "s3cr3t")))
                    .hasMessageStartingWith("username and password must be accepted by Elasticsearch, got 401")
                    .hasMessageNotContaining("s3cr3t");
        }
    }

    @Test
    void namesThePrivilegesThatAreMissing() {
        try (ScriptedServer server =
                ScriptedServer.start(request -> request.method().equals("HEAD")
                        ? Answer.json(403, "{}")
                        : Answer.json(
                                200,
                                "{\"username\":\"kit\",\"has_all_requested\":false,"
                                        + "\"index\":{\"orders\":{\"index\":true,\"delete\":false}}}"))) {
            assertThatThrownBy(() -> open(
                            ElasticsearchOptions.of(server.url(), "orders").withBasicAuthentication("kit", "s3cr3t")))
                    .hasMessage(
                            "username and password must have the index privileges index and delete on index 'orders',"
                                    + " lacks delete; grant them or the privilege write");
            ScriptedServer.Request asked = server.requests().get(1);
            assertThat(asked.path()).isEqualTo("/_security/user/_has_privileges");
            assertThat(asked.body())
                    .isEqualTo("{\"index\":[{\"names\":[\"orders\"],\"privileges\":[\"index\",\"delete\"]}]}");
        }
    }

    @Test
    void refusesAnIndexNameThatTheClusterRefuses() {
        try (ScriptedServer server = ScriptedServer.start(Answer.json(400, "{}"))) {
            assertThatThrownBy(() -> open(ElasticsearchOptions.of(server.url(), "orders")))
                    .hasMessageStartingWith("index must be a name that Elasticsearch accepts, got 'orders': 400");
        }
    }

    @Test
    void trustsWhatItIsToldToTrustAndNothingElse(@TempDir Path folder) throws Exception {
        Certificates keys = Certificates.selfSigned(folder);
        byte[] certificate = keys.encoded();
        Path pem = keys.pem();
        String fingerprint =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));

        try (ScriptedServer server = ScriptedServer.startTls(keys.tls(), request -> Answer.json(200, "{}"))) {
            ElasticsearchOptions options = ElasticsearchOptions.of(server.url(), "orders");
            assertThatCode(() -> open(options.withCaCertificate(pem.toString())))
                    .doesNotThrowAnyException();
            assertThatCode(() -> open(options.withCaFingerprint(fingerprint))).doesNotThrowAnyException();
            assertThatThrownBy(() -> open(options.withCaFingerprint("ab".repeat(32))))
                    .hasMessageStartingWith("hosts must name an Elasticsearch node that answers")
                    .hasMessageEndingWith("set ssl.ca-certificate or ssl.ca-fingerprint");
            assertThatThrownBy(() -> open(options))
                    .hasMessageContaining("SSLHandshakeException")
                    .hasMessageEndingWith("set ssl.ca-certificate or ssl.ca-fingerprint");
            assertThatThrownBy(() -> open(options.withCaCertificate("/no/such/file")))
                    .hasMessageStartingWith("ssl.ca-certificate must be a readable PEM file on every task manager, got"
                            + " '/no/such/file'");
        }
    }

    private static void open(ElasticsearchOptions options) throws Exception {
        new ElasticsearchDestinationFactory(options, WritePlan.of(WriteMode.NEWEST_WINS))
                .open(new DestinationContext(0, SinkTuning.defaults(), new UnregisteredMetricsGroup()))
                .close();
    }
}
