package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RoleSessionTest {

    private static final String ROLE = "arn:aws:iam::123456789012:role/writer";

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
