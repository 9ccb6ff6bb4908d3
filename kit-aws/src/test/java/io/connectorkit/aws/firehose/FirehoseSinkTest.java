package io.connectorkit.aws.firehose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.FakeService;
import io.connectorkit.aws.Letters;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** Framing, streams, caps and partial failures, over a scripted service. */
class FirehoseSinkTest {

    private static final AwsOptions AWS = AwsOptions.of("eu-west-1").withCredentials(FakeFirehose.KEYS);
    private static final SinkOptions FAST = SinkOptions.defaults()
            .withTuning(SinkTuning.forFirehose())
            .withRetry(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(2)));

    private final FakeFirehose service = new FakeFirehose("orders", "other");

    private record Event(String key, FirehoseEntry entry) {}

    @AfterEach
    void stop() {
        service.stop();
    }

    private BatchSink<Event> sink(FirehoseSinkOptions options) {
        return BatchSink.of(
                Changes.<Event, FirehoseEntry>of(event -> ChangeKey.of(event.key()), Event::entry)
                        .withDeletes(event -> event.entry() == null),
                new FirehoseDestinationFactory(options, (aws, credentials) -> service),
                FAST);
    }

    private static FirehoseSinkOptions orders() {
        return FirehoseSinkOptions.of("orders", AWS);
    }

    @ParameterizedTest
    @EnumSource
    void recordsAreFramedAsAskedFor(FirehoseFraming framing) throws Exception {
        try (SinkHarness<Event> sink = SinkHarness.open(sink(orders().withFraming(framing)))) {
            sink.write(new Event("k", FirehoseEntry.of("ab")));
            sink.write(new Event("k", FirehoseEntry.of("c\n")));
            sink.flush();
        }
        assertThat(service.records("orders"))
                .extracting(data -> new String(data, StandardCharsets.ISO_8859_1))
                .containsExactly(
                        switch (framing) {
                            case NONE -> new String[] {"ab", "c\n"};
                            case NEWLINE -> new String[] {"ab\n", "c\n"};
                            case LENGTH -> new String[] {"\0\0\0\2ab", "\0\0\0\2c\n"};
                        });
    }

    @Test
    void whatTheServiceOrTheFramingDoesNotTakeIsKeptWithItsReason() throws Exception {
        Letters letters = new Letters();
        try (SinkHarness<Event> sink = SinkHarness.open(
                sink(orders().withFraming(FirehoseFraming.NEWLINE)).deadLettersTo(letters))) {
            sink.write(new Event("a", FirehoseEntry.of("two\nlines")));
            sink.write(new Event("b", FirehoseEntry.of("")));
            sink.write(new Event("c", null));
            sink.write(new Event("d", FirehoseEntry.of(new byte[1_000 * 1_024])));
            sink.write(new Event("e", FirehoseEntry.of("poison")));
            sink.write(new Event("f", FirehoseEntry.of("x").withStream("no such!")));
            sink.write(new Event("g", FirehoseEntry.of(new byte[1_000 * 1_024 - 1])));
            sink.flush();
        }
        assertThat(service.records("orders")).hasSize(1);
        assertThat(letters.letters)
                .extracting(DeadLetter::message)
                .containsExactlyInAnyOrder(
                        "a record must hold no line feed under framing NEWLINE, got one at byte 3; frame by LENGTH, or"
                                + " write it in one line",
                        "a record must have at least 1 byte, got none",
                        "a delete has no bytes to append; set an envelope, or write deletes as records of your own"
                                + " without Changes.withDeletes",
                        "it has 1024001 bytes, sink.record.max-bytes allows 1024000",
                        "InvalidArgumentException: no poison",
                        "delivery stream must be 1 to 64 letters, digits, '_', '-' or '.', got 'no such!'");
        FirehoseEntryCodec codec = new FirehoseEntryCodec();
        for (FirehoseEntry entry : new FirehoseEntry[] {
            FirehoseEntry.of("a\nb"), FirehoseEntry.of("c").withStream("s")
        }) {
            FirehoseEntry read = codec.decode(codec.encode(entry));
            assertThat(read.data()).isEqualTo(entry.data());
            assertThat(read.stream()).isEqualTo(entry.stream());
        }
    }

    @Test
    void requestsStayWithinTheCapsHoweverLargeTheRecords() throws Exception {
        try (SinkHarness<Event> sink = SinkHarness.open(sink(orders()))) {
            for (int i = 0; i < 40; i++) {
                sink.write(new Event("k", FirehoseEntry.of(new byte[700_000])));
            }
            for (int i = 0; i < 1_200; i++) {
                sink.write(new Event("k", FirehoseEntry.of("small")));
            }
            // The service fails the test when a request exceeds them.
            sink.flush();
        }
        assertThat(service.records("orders")).hasSize(1_240);
    }

    @Test
    void onlyTheEntriesThatFailedAreSentAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        service.entryCodes =
                position -> asked.getAndIncrement() < 10 && position % 2 == 0 ? "ServiceUnavailableException" : null;
        try (SinkHarness<Event> sink = SinkHarness.open(sink(orders()))) {
            for (int i = 0; i < 10; i++) {
                sink.write(new Event("k", FirehoseEntry.of("v" + i)));
            }
            sink.flush();
            assertThat(sink.metric("retries")).isEqualTo(5);
            assertThat(sink.metric("throttles")).isEqualTo(1);
        }
        assertThat(service.records("orders"))
                .extracting(data -> new String(data, StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder("v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9");
    }

    @Test
    void aTimeoutIsSentAgainSinceThereIsNoOrderToBreak() throws Exception {
        service.service.script(request -> request == 2 ? ApiCallTimeoutException.create(1) : null);
        try (SinkHarness<Event> sink = SinkHarness.open(sink(orders()))) {
            sink.write(new Event("k", FirehoseEntry.of("v")));
            sink.flush();
            assertThat(sink.metric("retries")).isEqualTo(1);
        }
    }

    @Test
    void recordsGoToTheStreamTheyName() throws Exception {
        try (SinkHarness<Event> sink = SinkHarness.open(sink(FirehoseSinkOptions.dynamic(AWS)))) {
            for (int i = 0; i < 10; i++) {
                sink.write(new Event("k", FirehoseEntry.of("v" + i).withStream(i % 3 == 0 ? "other" : "orders")));
            }
            sink.flush();
        }
        assertThat(service.records("other")).hasSize(4);
        assertThat(service.records("orders")).hasSize(6);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> FirehoseSinkOptions.of("a/b", AWS))
                .hasMessage("delivery-stream must be 1 to 64 letters, digits, '_', '-' or '.', got 'a/b'");
        assertThatThrownBy(() -> SinkHarness.open(sink(FirehoseSinkOptions.of("nowhere", AWS))))
                .hasMessageContaining(
                        "ResourceNotFoundException: Firehose nowhere not found.; create it, or correct its"
                                + " name, region or endpoint");
        service.service.script(request -> FakeService.error(403, "SignatureDoesNotMatch", "wrong"));
        assertThatThrownBy(() -> SinkHarness.open(sink(orders())))
                .hasMessageContaining("SignatureDoesNotMatch: wrong; check aws.credentials");
        Changes<Event, FirehoseEntry> changes = Changes.of(event -> ChangeKey.of(event.key()), Event::entry);
        assertThatThrownBy(() -> FirehoseSink.of(
                        changes, orders(), SinkOptions.defaults().withTuning(SinkTuning.defaults())))
                .hasMessageContaining(
                        "sink.batch.max-bytes must be between 1 byte and 4 mb (Firehose PutRecordBatch), got 5 mb");
    }
}
