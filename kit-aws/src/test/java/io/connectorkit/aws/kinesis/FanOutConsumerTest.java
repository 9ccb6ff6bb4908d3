package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.shard.ShardSourceException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FanOutConsumerTest {

    private static final String STREAM = KinesisContractTest.OPTIONS.streamArn();

    private final AnsweringKinesis client = new AnsweringKinesis();

    private FanOutShardApi api(FanOutOptions options) {
        return new FanOutShardApi(
                KinesisContractTest.OPTIONS.withFanOut(options), client, millis -> client.calls.add("pause"), () -> 0);
    }

    private List<String> run(FanOutOptions options, String... states) throws Exception {
        client.consumer.addAll(List.of(states));
        FanOutShardApi api = api(options);
        assertThat(api.resolveStream(null)).isEqualTo(STREAM);
        api.close();
        client.calls.remove("summary");
        return client.calls;
    }

    @Test
    void registersWaitsUntilItIsActiveAndRemovesItAtTheEnd() throws Exception {
        assertThat(run(FanOutOptions.of("c"), "", "CREATING", "ACTIVE"))
                .containsExactly(
                        "describe ",
                        "register c",
                        "pause",
                        "describe CREATING",
                        "pause",
                        "describe ACTIVE",
                        "deregister " + STREAM + "/consumer/c",
                        "close");
    }

    @Test
    void takesOverAConsumerThatWasLeftBehindAndRemovesIt() throws Exception {
        assertThat(run(FanOutOptions.of("c"), "ACTIVE"))
                .containsExactly("describe ACTIVE", "deregister " + STREAM + "/consumer/c", "close");
    }

    @Test
    void waitsForAConsumerThatIsBeingRemovedAndRegistersItAnew() throws Exception {
        assertThat(run(FanOutOptions.of("c"), "DELETING", "", "ACTIVE"))
                .containsExactly(
                        "describe DELETING",
                        "pause",
                        "describe ",
                        "register c",
                        "pause",
                        "describe ACTIVE",
                        "deregister " + STREAM + "/consumer/c",
                        "close");
    }

    @Test
    void aConsumerThatSomebodyElseRegistersMeanwhileIsTakenOver() throws Exception {
        client.registrationFailure = "ResourceInUseException";
        assertThat(run(FanOutOptions.of("c"), "", "ACTIVE"))
                .contains("register c")
                .endsWith("close");
    }

    @Test
    void anExternalConsumerStays() throws Exception {
        assertThat(run(FanOutOptions.of("c").withLifecycle(FanOutLifecycle.SELF_MANAGED), "ACTIVE"))
                .containsExactly("describe ACTIVE", "close");
    }

    @Test
    void anExternalConsumerMustBeThere() {
        FanOutShardApi api = api(FanOutOptions.of("c").withLifecycle(FanOutLifecycle.SELF_MANAGED));
        assertThatThrownBy(() -> api.resolveStream(null))
                .isInstanceOf(ShardSourceException.class)
                .hasMessage("source.efo.consumer.name must name a registered consumer of stream '" + STREAM
                        + "', got 'c'; register it, or let the job do so with source.efo.lifecycle JOB_MANAGED");
    }

    @Test
    void tooManyConsumersAreOneClearError() {
        client.registrationFailure = "LimitExceededException";
        assertThatThrownBy(() -> api(FanOutOptions.of("c")).resolveStream(null))
                .isInstanceOf(ShardSourceException.class)
                .hasMessage("consumer 'c' cannot be registered: stream '" + STREAM + "' has as many as it may (20);"
                        + " remove one, or poll instead: LimitExceededException: scripted");
    }

    @Test
    void aMissingPermissionIsOneClearError() {
        client.registrationFailure = "AccessDeniedException";
        assertThatThrownBy(() -> api(FanOutOptions.of("c")).resolveStream(null))
                .isInstanceOf(ShardSourceException.class)
                .hasMessage("consumer 'c' cannot be read: AccessDeniedException: scripted");
    }

    @Test
    void aConsumerThatIsNeverReadyIsToldAfterTheTimeout() {
        client.consumer.add("CREATING");
        assertThatThrownBy(() -> api(FanOutOptions.of("c").withRegistrationTimeout(Duration.ofSeconds(5)))
                        .resolveStream(null))
                .hasMessage("consumer 'c' of stream '" + STREAM + "' was not ready within"
                        + " source.efo.subscription.timeout (PT5S), last status: CREATING");
        assertThat(client.calls).filteredOn("pause"::equals).hasSize(10);
    }

    @Test
    void aConsumerThatCannotBeRemovedIsNoFailureOfTheJob() throws Exception {
        client.deregistrationFailure = "InternalFailure";
        assertThat(run(FanOutOptions.of("c"), "ACTIVE")).endsWith("close");
    }

    @Test
    void readersRemoveNothing() {
        client.consumer.add("ACTIVE");
        api(FanOutOptions.of("c")).close();
        assertThat(client.calls).containsExactly("close");
    }

    @Test
    void tellsAllProblemsOfItsOptionsAtOnce() {
        assertThatThrownBy(() -> new FanOutOptions("c c", FanOutLifecycle.JOB_MANAGED, Duration.ZERO))
                .hasMessage("source.efo.consumer.name must be 1 to 128 letters, digits, '_', '-' or '.', got 'c c'\n"
                        + "source.efo.subscription.timeout must be at least 1 s, got PT0S");
    }
}
