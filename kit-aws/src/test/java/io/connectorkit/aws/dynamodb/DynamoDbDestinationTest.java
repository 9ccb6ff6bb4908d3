package io.connectorkit.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsCredentials;
import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsSinkFailures;
import io.connectorkit.aws.FakeService;
import io.connectorkit.aws.RenewableCredentials;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Batches;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.tck.SinkHarness;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/** What failures of requests come to, over a scripted service. */
class DynamoDbDestinationTest {

    private static final AwsOptions AWS = AwsOptions.of("eu-west-1")
            .withCredentials(FakeDynamoDb.KEYS)
            .withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(5));
    private static final SinkOptions FAST = DynamoDbSink.defaults(false)
            .withRetry(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(2)));

    private final FakeDynamoDb service = new FakeDynamoDb();

    private record Row(String id, long version) {}

    @AfterEach
    void stop() {
        service.stop();
    }

    private SinkHarness<Row> open(WriteMode mode) throws IOException {
        Changes<Row, Map<String, AttributeValue>> changes = Changes.of(row -> ChangeKey.of(row.id()), row -> Map.of());
        DynamoDbTable table = DynamoDbTable.of("orders", "id");
        boolean guarded = mode == WriteMode.NEWEST_WINS;
        return SinkHarness.open(BatchSink.of(
                guarded ? changes.withVersion(row -> ChangeVersion.of(row.version())) : changes,
                new DynamoDbDestinationFactory<>(
                        AWS,
                        guarded ? table.withVersion("v") : table,
                        mode,
                        new WholeItems(),
                        Duration.ofSeconds(30),
                        (options, credentials) -> service),
                FAST));
    }

    /** The first request describes the table; {@code failure} befalls the next {@code times}. */
    private void fail(int times, RuntimeException failure) {
        service.service.script(request -> request > 1 && request <= 1 + times ? failure : null);
    }

    @Test
    void unprocessedItemsAreSentAgainAndNoOthers() throws Exception {
        Set<String> left = new HashSet<>(Set.of("k3", "k7"));
        service.unprocessed =
                write -> left.remove(write.putRequest().item().get("id").s());
        try (SinkHarness<Row> sink = open(WriteMode.OVERWRITE)) {
            for (int i = 0; i < 10; i++) {
                sink.write(new Row("k" + i, 0));
            }
            sink.flush();
            assertThat(sink.metric("retries")).isEqualTo(2);
            assertThat(sink.metric("throttles")).isEqualTo(1);
            assertThat(sink.metric("numRecordsSend")).isEqualTo(10);
        }
        assertThat(service.items()).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "500", "503", "unresolved"})
    void whatHappensOnTheWayIsTriedAgain(String what) throws Exception {
        RuntimeException failure =
                switch (what) {
                    case "reset" ->
                        SdkClientException.create("Unable to execute", new IOException("Connection reset by peer"));
                    case "500" -> FakeService.error(500, "InternalServerError", "oops");
                    case "503" -> FakeService.error(503, "ServiceUnavailable", "later");
                    default -> SdkClientException.create("no", new java.net.UnknownHostException("dynamodb.nowhere"));
                };
        for (WriteMode mode : new WriteMode[] {WriteMode.OVERWRITE, WriteMode.NEWEST_WINS}) {
            fail(3, failure);
            try (SinkHarness<Row> sink = open(mode)) {
                sink.write(new Row("k", 1));
                sink.flush();
                assertThat(sink.metric("retries")).isEqualTo(3);
                assertThat(sink.metric("throttles")).isZero();
            }
        }
        assertThat(service.items()).containsKey("k");
    }

    @Test
    void throttlingIsTriedAgainWithLessLoad() throws Exception {
        fail(2, FakeService.error(400, "ProvisionedThroughputExceededException", "slow down"));
        try (SinkHarness<Row> sink = open(WriteMode.NEWEST_WINS)) {
            sink.write(new Row("k", 1));
            sink.flush();
            assertThat(sink.metric("throttles")).isEqualTo(2);
        }
    }

    @Test
    void aTimeoutIsSentAgainWithAGuardAndWithout() throws Exception {
        for (WriteMode mode : new WriteMode[] {WriteMode.OVERWRITE, WriteMode.NEWEST_WINS}) {
            fail(2, ApiCallTimeoutException.create(20_000));
            try (SinkHarness<Row> sink = open(mode)) {
                sink.write(new Row("k", 1));
                sink.flush();
                assertThat(sink.metric("retries")).isEqualTo(2);
                assertThat(sink.metric("numRecordsSend")).isEqualTo(1);
            }
        }
        assertThat(service.items()).containsKey("k");
    }

    /** Answers nothing in time. */
    private static final class Silent implements DynamoDbAsyncClient {
        private RuntimeException failure = ApiCallTimeoutException.create(20_000);

        @Override
        public CompletableFuture<BatchWriteItemResponse> batchWriteItem(BatchWriteItemRequest request) {
            return CompletableFuture.failedFuture(failure);
        }

        @Override
        public CompletableFuture<PutItemResponse> putItem(PutItemRequest request) {
            return CompletableFuture.failedFuture(failure);
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    /** What a request that fails in {@code mode} is reported as, and when. */
    private static List<String> reports(RuntimeException failure, boolean batched) {
        List<Runnable> later = new ArrayList<>();
        List<String> told = new ArrayList<>();
        DynamoDbTable table = DynamoDbTable.of("orders", "id");
        Guard guard = new Guard(table, WriteMode.OVERWRITE);
        ItemTarget target =
                new ItemTarget(table, new ItemKey(table, Map.of()), guard, WriteMode.OVERWRITE, InstantSource.system());
        Silent client = new Silent();
        client.failure = failure;
        AwsSinkFailures failures = new AwsSinkFailures("orders", AWS, RenewableCredentials.of(AWS), later::add);
        Change<Map<String, AttributeValue>> change = new Change.Upsert<>(ChangeKey.of("k"), null, Map.of());
        (batched
                        ? new DynamoDbBatchDestination(client, target, failures)
                        : new DynamoDbDestination<>(client, target, new WholeItems(), failures))
                .send(Batches.of(List.of(change)), new Completion() {
                    @Override
                    public void delivered() {
                        told.add("delivered");
                    }

                    @Override
                    public void completed(List<Outcome> outcomes) {
                        outcomes.forEach(outcome ->
                                told.add(((Outcome.Failed) outcome).kind().name()));
                    }

                    @Override
                    public void failed(FailureKind kind, Throwable cause) {
                        told.add(kind.name());
                    }
                });
        told.add("held back");
        later.forEach(Runnable::run);
        return told;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutAGuardATimeoutIsHeldBackUntilTheServiceMustBeDoneWithIt(boolean batched) {
        assertThat(reports(ApiCallTimeoutException.create(20_000), batched)).containsExactly("held back", "RETRYABLE");
        assertThat(reports(FakeService.error(500, "InternalServerError", "oops"), batched))
                .as("an answer is an end")
                .containsExactly("RETRYABLE", "held back");
    }

    @Test
    void whatNoRetryMendsEndsTheJobAtOnceInTheServicesWords() throws Exception {
        fail(1, FakeService.error(400, "AccessDeniedException", "User: x is not authorized to perform: y"));
        try (SinkHarness<Row> sink = open(WriteMode.NEWEST_WINS)) {
            sink.write(new Row("k", 1));
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining("DynamoDB table 'orders' cannot be written to: AccessDeniedException: User: x"
                            + " is not authorized to perform: y (region eu-west-1); allow these credentials to write"
                            + " to it");
        }
        assertThat(service.service.requests()).isEqualTo(2);
    }

    @Test
    void anExpiredTokenIsRenewedOnceAndThenEndsTheJob() throws Exception {
        RuntimeException expired = FakeService.error(
                400, "ExpiredTokenException", "The security token included in the request is expired");
        fail(1, expired);
        try (SinkHarness<Row> sink = open(WriteMode.NEWEST_WINS)) {
            sink.write(new Row("k", 1));
            sink.flush();
            assertThat(sink.metric("retries")).isEqualTo(1);
        }
        fail(100, expired);
        try (SinkHarness<Row> sink = open(WriteMode.NEWEST_WINS)) {
            sink.write(new Row("k", 1));
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining("ExpiredTokenException: The security token included in the request is expired"
                            + " (region eu-west-1); check aws.credentials");
        }
        assertThat(service.service.requests())
                .as("describe, refused, refused again")
                .isEqualTo(3);
    }

    @Test
    void missingCredentialsAreToldAtTheStart() {
        AwsOptions aws = AwsOptions.defaults()
                .withEndpoint(URI.create("http://127.0.0.1:1"), "eu-west-1")
                .withCredentials(AwsCredentials.profile("kit-no-such-profile"));
        Changes<Row, Map<String, AttributeValue>> changes = Changes.of(row -> ChangeKey.of(row.id()), row -> Map.of());
        assertThatThrownBy(() -> SinkHarness.open(DynamoDbSink.of(changes, DynamoDbTable.of("orders", "id"), aws)))
                .hasMessageContaining("DynamoDB table 'orders' could not be opened: ")
                .hasMessageContaining("kit-no-such-profile");
    }

    @Test
    void aDescriptionThatIsNotAllowedDoesNotKeepTheSinkFromWriting() throws Exception {
        service.service.script(
                request -> request == 1 ? FakeService.error(400, "AccessDeniedException", "not this") : null);
        try (SinkHarness<Row> sink = open(WriteMode.NEWEST_WINS)) {
            sink.write(new Row("k", 1));
            sink.flush();
        }
        assertThat(service.items()).containsKey("k");
    }

    @Test
    void aRefusalNeverRepeatsTheValue() throws Exception {
        fail(
                100,
                FakeService.error(400, "ValidationException", "Input collection [s3cr3t, s3cr3t] contains duplicates"));
        try (SinkHarness<Row> sink = open(WriteMode.NEWEST_WINS)) {
            sink.write(new Row("k", 1));
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining("rejected the change of key k: ValidationException: Input collection [***]"
                            + " contains duplicates")
                    .satisfies(e -> assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                            .doesNotContain("s3cr3t"));
        }
    }
}
