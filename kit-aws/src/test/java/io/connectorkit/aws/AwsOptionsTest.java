package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.Protocol;

class AwsOptionsTest {

    private static final URI LOCAL = URI.create("http://127.0.0.1:8000");

    @Test
    void refusesAnEndpointWithoutARegion() {
        assertThatThrownBy(() -> AwsOptions.defaults().withEndpoint(LOCAL, null))
                .hasMessage(
                        "aws.region must be set when aws.endpoint is (http://127.0.0.1:8000), got none; the region is"
                                + " part of what every request is signed with, and a private endpoint does not tell it");
    }

    @Test
    void refusesWhatIsNoRegion() {
        assertThatThrownBy(() -> AwsOptions.of("Ireland"))
                .hasMessage("aws.region must be the id of a region like eu-west-1, got 'Ireland'");
        assertThat(AwsOptions.of("us-gov-west-1").region()).isEqualTo("us-gov-west-1");
    }

    @Test
    void tellsAllProblemsAtOnce() {
        assertThatThrownBy(() -> new AwsOptions(
                        "x",
                        URI.create("ftp://host"),
                        AwsCredentials.defaultChain(),
                        0,
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        false,
                        Protocol.HTTP1_1))
                .hasMessage("aws.region must be the id of a region like eu-west-1, got 'x'\n"
                        + "aws.endpoint must be an http or https address with a host, got 'ftp://host'\n"
                        + "aws.http.max-connections must be at least 1, got 0\n"
                        + "aws.http.connect-timeout must be at least 1 ms, got PT0S");
    }

    @Test
    void neverRepeatsAPasswordOfAnEndpoint() {
        assertThatThrownBy(() -> AwsOptions.of("eu-west-1").withEndpoint(URI.create("http://me:secret@h"), "eu-west-1"))
                .hasMessage("aws.endpoint must not hold a user or a password; set aws.credentials");
    }

    @Test
    void masksSecrets() {
        AwsOptions options = AwsOptions.of("eu-west-1")
                .withCredentials(AwsCredentials.keys("AKIAEXAMPLE", "verysecret", "alsosecret"));
        assertThat(options.toString())
                .contains("AKIAEXAMPLE")
                .doesNotContain("verysecret")
                .doesNotContain("alsosecret");
    }

    @Test
    void travelsWithTheJob() throws Exception {
        AwsOptions options =
                AwsOptions.defaults().withEndpoint(LOCAL, "us-east-1").withCredentials(AwsCredentials.profile("team"));
        assertThat(InstantiationUtil.clone(options)).isEqualTo(options);
    }
}
