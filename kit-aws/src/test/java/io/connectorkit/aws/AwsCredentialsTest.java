package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.firehose.FirehoseEntry;
import io.connectorkit.aws.firehose.FirehoseSink;
import io.connectorkit.aws.firehose.FirehoseSinkOptions;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Each kind of credentials as it reaches a service, and what becomes of a sink whose keys end. */
class AwsCredentialsTest {

    private static final String ROLE = "arn:aws:iam::123456789012:role/writer";

    private final TokenService sts = TokenService.start();
    private final FirehoseEndpoint firehose = FirehoseEndpoint.start();
    private final Map<String, String> properties = new HashMap<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        sts.close();
        firehose.close();
        properties.forEach((name, before) -> {
            if (before == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, before);
            }
        });
    }

    private void property(String name, String value) {
        properties.put(name, System.setProperty(name, value));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private SinkHarness<String> open(AwsCredentials credentials) throws Exception {
        firehose.create("log");
        // As it reaches the task manager.
        AwsOptions aws = InstantiationUtil.clone(firehose.options().withCredentials(credentials));
        SinkOptions fast = SinkOptions.defaults()
                .withTuning(SinkTuning.forFirehose())
                .withRetry(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(2)));
        return SinkHarness.open(FirehoseSink.of(
                Changes.<String, FirehoseEntry>of(ChangeKey::of, FirehoseEntry::of),
                FirehoseSinkOptions.of("log", aws),
                fast));
    }

    /** Who signed one record. */
    private List<String> signersOf(AwsCredentials credentials) throws Exception {
        try (SinkHarness<String> sink = open(credentials)) {
            sink.write("a");
            sink.flush();
        }
        return firehose.signers();
    }

    // ------------------------------------------------------------------ each kind

    private record Own() implements Supplier<AwsCredentialsProvider>, Serializable {
        @Override
        public AwsCredentialsProvider get() {
            return StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAOWN", "secret"));
        }
    }

    @Test
    void fixedKeysAndProvidersOfTheUserSign() throws Exception {
        assertThat(signersOf(AwsCredentials.keys("AKIAFIXED", "secret"))).containsExactly("AKIAFIXED");
        assertThat(signersOf(AwsCredentials.provider(new Own()))).containsExactly("AKIAFIXED", "AKIAOWN");
    }

    @Test
    void theDefaultChainReadsTheMachine() throws Exception {
        property("aws.accessKeyId", "AKIAMACHINE");
        property("aws.secretAccessKey", "secret");
        assertThat(signersOf(AwsCredentials.defaultChain())).containsExactly("AKIAMACHINE");
    }

    @Test
    void aProfileMayBeInAFileOfItsOwn() throws Exception {
        Path file = file("profiles", "[team]\naws_access_key_id = AKIATEAM\naws_secret_access_key = secret\n");
        assertThat(signersOf(AwsCredentials.profile("team", file.toString()))).containsExactly("AKIATEAM");
        assertThatThrownBy(() -> open(AwsCredentials.profile("nobody", file.toString())))
                .hasMessageContaining("Firehose stream 'log' could not be opened: ")
                .hasMessageContaining("nobody");
    }

    @Test
    void anAssumedRoleIsAskedForWithTheBaseKeys() throws Exception {
        assertThat(signersOf(AwsCredentials.assumeRole(ROLE)
                        .withExternalId("customer-7")
                        .withSessionName("flink")
                        .withBase(AwsCredentials.keys("AKIABASE", "secret"))
                        .withStsEndpoint(sts.endpoint())))
                .containsExactly("ASIATEMP1");
        assertThat(sts.asked())
                .singleElement()
                .asString()
                .contains("Action=AssumeRole&", "RoleArn=" + ROLE, "ExternalId=customer-7", "RoleSessionName=flink")
                .contains("Credential=AKIABASE/")
                .contains("/us-east-1/sts/");
    }

    @Test
    void aRoleMayBeAssumedWithTheKeysOfARole() throws Exception {
        AwsCredentials first = AwsCredentials.assumeRole(ROLE)
                .withBase(AwsCredentials.keys("AKIABASE", "secret"))
                .withStsEndpoint(sts.endpoint());
        assertThat(signersOf(
                        AwsCredentials.assumeRole(ROLE + "2").withBase(first).withStsEndpoint(sts.endpoint())))
                .containsExactly("ASIATEMP2");
        assertThat(sts.asked().get(1)).contains("RoleArn=" + ROLE + "2").contains("Credential=ASIATEMP1/");
    }

    @Test
    void aWebIdentityShowsItsTokenAndSignsNothing() throws Exception {
        Path token = file("token", "the.identity.token");
        assertThat(signersOf(AwsCredentials.webIdentity(ROLE, token.toString())
                        .withSessionName("flink")
                        .withStsEndpoint(sts.endpoint())))
                .containsExactly("ASIATEMP1");
        assertThat(sts.asked())
                .singleElement()
                .asString()
                .contains("Action=AssumeRoleWithWebIdentity", "RoleArn=" + ROLE, "RoleSessionName=flink")
                .contains("WebIdentityToken=the.identity.token")
                .endsWith("signed by nobody");
    }

    @Test
    void theMachineMayTellTheWebIdentity() throws Exception {
        property("aws.roleArn", ROLE);
        property("aws.webIdentityTokenFile", file("token", "of.the.pod").toString());
        assertThat(signersOf(AwsCredentials.webIdentity().withStsEndpoint(sts.endpoint())))
                .containsExactly("ASIATEMP1");
        assertThat(sts.asked())
                .singleElement()
                .asString()
                .contains("RoleArn=" + ROLE)
                .contains("WebIdentityToken=of.the.pod");
    }

    @Test
    void whatIsMissingIsToldAtTheStart() {
        assertThatThrownBy(() ->
                        open(AwsCredentials.webIdentity(ROLE, "/no/such/token").withStsEndpoint(sts.endpoint())))
                .hasMessageContaining("Firehose stream 'log' could not be opened: ")
                .hasMessageContaining("/no/such/token");
    }

    @ParameterizedTest
    @CsvSource({"400 InvalidIdentityToken", "403 AccessDenied", "400 ExpiredTokenException", "400 PackedPolicyTooLarge"
    })
    void aRefusalOfTheTokenServiceIsToldInItsWordsAtTheStart(String refusal) throws Exception {
        sts.refuse(refusal);
        Path token = file("token", "the.identity.token");
        assertThatThrownBy(() ->
                        open(AwsCredentials.webIdentity(ROLE, token.toString()).withStsEndpoint(sts.endpoint())))
                .hasMessageContaining("must answer and be open to these credentials, got " + refusal.substring(4)
                        + ": as the test wants it; check aws.credentials");
    }

    // ------------------------------------------------------------------ keys that end

    /** Refuses the next {@code times} puts. */
    private void refusePuts(int times) {
        firehose.script(new FirehoseEndpoint.Script() {
            @Override
            public String refusal(int request) {
                return request <= times ? "400 ExpiredTokenException" : null;
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"role", "web identity"})
    void anExpiredTokenIsAskedForAnewOnceAndThenEndsTheJobInTheServicesWords(String kind) throws Exception {
        AwsCredentials credentials = kind.equals("role")
                ? AwsCredentials.assumeRole(ROLE)
                        .withBase(AwsCredentials.keys("AKIABASE", "secret"))
                        .withStsEndpoint(sts.endpoint())
                : AwsCredentials.webIdentity(
                                ROLE, file("token", "the.identity.token").toString())
                        .withStsEndpoint(sts.endpoint());
        try (SinkHarness<String> sink = open(credentials)) {
            refusePuts(1);
            sink.write("a");
            sink.flush();
            assertThat(firehose.signers()).containsExactly("ASIATEMP1", "ASIATEMP2");
            assertThat(sts.asked()).hasSize(2);

            refusePuts(100);
            sink.write("b");
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining(
                            "Firehose stream 'log' cannot be written to: ExpiredTokenException: as the test"
                                    + " wants it (region us-east-1 at ")
                    .hasMessageEndingWith("; check aws.credentials");
            assertThat(firehose.signers()).containsExactly("ASIATEMP2", "ASIATEMP3");
        }
        assertThat(firehose.records("log")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"400 InvalidIdentityToken", "403 AccessDenied", "400 MalformedPolicyDocument"})
    void aRefusalOfTheTokenServiceLaterOnEndsTheJobAndRejectsNoRecord(String refusal) throws Exception {
        AwsCredentials credentials = AwsCredentials.webIdentity(
                        ROLE, file("token", "the.identity.token").toString())
                .withStsEndpoint(sts.endpoint());
        try (SinkHarness<String> sink = open(credentials)) {
            sts.refuse(refusal);
            refusePuts(1);
            sink.write("a");
            sink.write("b");
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining("Firehose stream 'log' cannot be written to: " + refusal.substring(4)
                            + ": as the test wants it")
                    .hasMessageEndingWith("; check aws.credentials");
            assertThat(sink.metric("numRecordsSend")).isZero();
        }
    }
}
