package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

class RoleSessionTest {

    private static final String ROLE = "arn:aws:iam::123456789012:role/writer";
    private static final String ANSWER = "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
            + "<AssumeRoleResult><Credentials><AccessKeyId>ASIATEMP</AccessKeyId><SecretAccessKey>temp</SecretAccessKey>"
            + "<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
            + "</AssumeRoleResult></AssumeRoleResponse>";

    @Test
    void asksTheTokenServiceForTheRoleWithTheBaseKeys() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer sts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sts.createContext("/", exchange -> {
            try (exchange) {
                asked.add(URLDecoder.decode(
                                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                                StandardCharsets.UTF_8)
                        + " signed by " + exchange.getRequestHeaders().getFirst("Authorization"));
                byte[] answer = ANSWER.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        sts.start();
        AwsOptions options = AwsOptions.of("eu-west-1")
                .withCredentials(AwsCredentials.assumeRole(ROLE)
                        .withExternalId("customer-7")
                        .withSessionName("flink")
                        .withBase(AwsCredentials.keys("AKIABASE", "secret"))
                        .withStsEndpoint(URI.create(
                                "http://127.0.0.1:" + sts.getAddress().getPort())));
        try (RenewableCredentials credentials = RenewableCredentials.of(InstantiationUtil.clone(options))) {
            assertThat(credentials.resolveCredentials())
                    .isInstanceOfSatisfying(AwsSessionCredentials.class, session -> {
                        assertThat(session.accessKeyId()).isEqualTo("ASIATEMP");
                        assertThat(session.sessionToken()).isEqualTo("token");
                    });
        } finally {
            sts.stop(0);
        }
        assertThat(asked)
                .singleElement()
                .asString()
                .contains("Action=AssumeRole", "RoleArn=" + ROLE, "ExternalId=customer-7", "RoleSessionName=flink")
                .contains("Credential=AKIABASE/")
                .contains("/eu-west-1/sts/");
    }

    @Test
    void refusesWhatTheTokenServiceWould() {
        assertThatThrownBy(() -> AwsCredentials.assumeRole("writer"))
                .hasMessage(
                        "aws.credentials.role.arn must look like arn:aws:iam::123456789012:role/NAME, got 'writer'");
        assertThatThrownBy(() -> AwsCredentials.assumeRole(ROLE).withSessionName("x"))
                .hasMessage("aws.credentials.role.sessionName must be 2 to 64 letters, digits or +=,.@_- (STS"
                        + " AssumeRole), got 'x'");
    }

    @Test
    void masksWhatIsSecret() {
        assertThat(AwsCredentials.assumeRole(ROLE)
                        .withExternalId("customer-7")
                        .withBase(AwsCredentials.keys("AKIABASE", "s3cr3t"))
                        .toString())
                .contains(ROLE, "AKIABASE")
                .doesNotContain("customer-7")
                .doesNotContain("s3cr3t");
    }
}
