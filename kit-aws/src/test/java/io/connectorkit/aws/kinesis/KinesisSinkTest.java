package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.Letters;
import io.connectorkit.aws.RecordEnvelope;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Keys, streams, partial failures and aggregation, over a scripted service. */
class KinesisSinkTest {

    private static final AwsOptions AWS = AwsOptions.of("eu-west-1").withCredentials(FakeKinesis.KEYS);
    private static final SinkOptions FAST = SinkOptions.defaults()
            .withTuning(SinkTuning.forKinesis())
            .withRetry(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(2)));

    private final FakeKinesis service = new FakeKinesis("orders", "other");

    private record Event(Object key, KinesisEntry entry) {
        static Event of(Object key, String text) {
            return new Event(key, KinesisEntry.of(text));
        }
    }

    @AfterEach
    void stop() {
        service.stop();
    }

    private BatchSink<Event> sink(KinesisSinkOptions options, SinkOptions sinkOptions) {
        return BatchSink.of(
                Changes.<Event, KinesisSinkRun>of(
                                event -> ChangeKey.of(event.key()), event -> KinesisSinkRun.of(event.entry()))
                        .withDeletes(event -> event.entry() == null),
                new KinesisDestinationFactory(
                        options, sinkOptions.tuning().recordBytes().getBytes(), (aws, credentials) -> service),
                sinkOptions);
    }

    private static KinesisSinkOptions orders() {
        return KinesisSinkOptions.of("orders", AWS);
    }

    private static String text(PutRecordsRequestEntry put) {
        return put.data().asUtf8String();
    }

    @Test
    void thePartitionKeyIsTheKeyUnlessTheEntryHasItsOwn() throws Exception {
        try (SinkHarness<Event> sink = SinkHarness.open(sink(orders(), FAST))) {
            sink.write(Event.of("zażółć\uD83D\uDE00", "a"));
            sink.write(Event.of(42, "b"));
            sink.write(Event.of("42", "quotes would only tell it from the number"));
            sink.write(Event.of("", "an empty one has to be told"));
            sink.write(new Event("k", KinesisEntry.of("c").withPartitionKey("é".repeat(256))));
            sink.write(new Event(
                    "l", KinesisEntry.of("d").withExplicitHashKey("340282366920938463463374607431768211455")));
            sink.write(Event.of("x".repeat(300), "e"));
            sink.flush();
        }
        assertThat(service.puts("orders"))
                .extracting(PutRecordsRequestEntry::partitionKey)
                .containsExactly(
                        "zażółć\uD83D\uDE00",
                        "42",
                        "42",
                        "''",
                        "é".repeat(256),
                        "l",
                        ChangeKey.of("x".repeat(300)).id(256));
        assertThat(service.puts("orders").get(5).explicitHashKey())
                .isEqualTo("340282366920938463463374607431768211455");
    }

    @Test
    void whatTheServiceWouldRefuseIsKeptWithItsReason() throws Exception {
        Letters letters = new Letters();
        try (SinkHarness<Event> sink = SinkHarness.open(sink(orders(), FAST).deadLettersTo(letters))) {
            sink.write(new Event("a", KinesisEntry.of("x").withPartitionKey("")));
            sink.write(new Event("b", KinesisEntry.of("x").withPartitionKey("é".repeat(257))));
            sink.write(new Event(
                    "c", KinesisEntry.of("x").withExplicitHashKey("340282366920938463463374607431768211456")));
            sink.write(new Event("d", KinesisEntry.of("x").withStream("no such name!")));
            sink.write(new Event("e", null));
            sink.write(new Event("f", KinesisEntry.of(new byte[1 << 20])));
            sink.write(Event.of("g", "poison"));
            sink.write(Event.of("h", "good"));
            sink.flush();
        }
        assertThat(service.records("orders")).hasSize(1);
        assertThat(letters.letters)
                .extracting(DeadLetter::message)
                .containsExactlyInAnyOrder(
                        "partition key must be 1 to 256 characters (Kinesis PutRecords), got 0",
                        "partition key must be 1 to 256 characters (Kinesis PutRecords), got 257",
                        "explicit hash key must be a decimal number from 0 to 2^128-1 (Kinesis PutRecords), got"
                                + " '340282366920938463463374607431768211456'",
                        "stream must be 1 to 128 letters, digits, '_', '-' or '.', or an ARN, got 'no such name!'",
                        "a delete has no bytes to append; set an envelope, or write deletes as records of your own"
                                + " without Changes.withDeletes",
                        "it has 1048577 bytes, sink.record.max-bytes allows 1048576",
                        "ValidationException: no poison");
    }

    @Test
    void onlyTheEntriesThatFailedAreSentAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        service.entryCodes = position -> asked.getAndIncrement() >= 10
                ? null
                : position == 3 ? "ProvisionedThroughputExceededException" : position == 5 ? "InternalFailure" : null;
        try (SinkHarness<Event> sink = SinkHarness.open(sink(orders(), FAST))) {
            for (int i = 0; i < 10; i++) {
                sink.write(Event.of("k" + i, "v" + i));
            }
            sink.flush();
            assertThat(sink.metric("retries")).isEqualTo(2);
            assertThat(sink.metric("throttles")).isEqualTo(1);
        }
        assertThat(service.puts("orders")).hasSize(10);
    }

    @Test
    void aTimeoutIsSentAgainInOrderBeforeWhatFollows() throws Exception {
        for (KinesisSinkOptions options : List.of(orders(), orders().unordered())) {
            // The first describes the stream.
            service.service.script(request -> request == 2 || request == 3 ? ApiCallTimeoutException.create(1) : null);
            try (SinkHarness<Event> sink = SinkHarness.open(sink(options, FAST))) {
                sink.write(Event.of("k", "first"));
                sink.write(Event.of("k", "second"));
                sink.flush();
                assertThat(sink.metric("retries")).isPositive();
            }
        }
        assertThat(service.puts("orders").subList(0, 2))
                .extracting(KinesisSinkTest::text)
                .containsExactly("first", "second");
    }

    @Test
    void aRequestThatIsNeverAnsweredIsSentAgainAtTheDeadlineAndRepeatsItsRecord() throws Exception {
        service.service.lose(request -> request == 2);
        try (SinkHarness<Event> sink =
                SinkHarness.open(sink(orders(), FAST.withRequestTimeout(Duration.ofMillis(100))))) {
            sink.write(Event.of("k", "first"));
            sink.write(Event.of("k", "second"));
            sink.flush();
            assertThat(sink.metric("timeouts")).isEqualTo(1);
        }
        assertThat(service.puts("orders"))
                .extracting(KinesisSinkTest::text)
                .containsExactly("first", "first", "second");
    }

    @Test
    void theSubtaskMayBeThePartitionKey() throws Exception {
        KinesisSinkOptions bySubtask =
                orders().withPartitioning(KinesisPartitioning.SUBTASK).withAggregation(MemorySize.parse("50kb"));
        try (SinkHarness<Event> sink = SinkHarness.open(sink(bySubtask, FAST))) {
            sink.write(Event.of("a", "1"));
            sink.write(Event.of("b", "2"));
            sink.write(Event.of("b", "3"));
            sink.write(new Event("c", KinesisEntry.of("4").withPartitionKey("own")));
            sink.flush();
        }
        assertThat(service.puts("orders"))
                .extracting(PutRecordsRequestEntry::partitionKey)
                .containsExactly("0", "0", "own");
        assertThat(service.records("orders")).hasSize(4);
    }

    @Test
    void anEntryCodeThatNoRetryMendsEndsTheJob() throws Exception {
        service.entryCodes = position -> position == 1 ? "KMSAccessDeniedException" : null;
        try (SinkHarness<Event> sink = SinkHarness.open(sink(orders(), FAST))) {
            sink.write(Event.of("a", "v"));
            sink.write(Event.of("b", "v"));
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining(
                            "Kinesis stream 'orders' cannot be written to: KMSAccessDeniedException: scripted");
        }
    }

    @Test
    void recordsGoToTheStreamTheyNameAndPoisonInOneDoesNotTouchTheOthers() throws Exception {
        Letters letters = new Letters();
        try (SinkHarness<Event> sink =
                SinkHarness.open(sink(KinesisSinkOptions.dynamic(AWS), FAST).deadLettersTo(letters))) {
            for (int i = 0; i < 40; i++) {
                String stream = i % 4 == 0 ? "other" : "orders";
                sink.write(new Event(
                        "k" + i,
                        KinesisEntry.of(i == 6 || i == 21 ? "poison" : "v" + i).withStream(stream)));
            }
            sink.write(Event.of("nowhere", "v"));
            sink.flush();
        }
        assertThat(service.records("other")).hasSize(10);
        assertThat(service.records("orders")).hasSize(28);
        assertThat(letters.letters).extracting(DeadLetter::key).containsExactlyInAnyOrder("k6", "k21", "nowhere");
    }

    @Test
    void aMissingStreamIsToldAtTheStartAndANamedOneAtTheWrite() throws Exception {
        assertThatThrownBy(() -> SinkHarness.open(sink(KinesisSinkOptions.of("nowhere", AWS), FAST)))
                .hasMessageContaining("Kinesis stream 'nowhere' (region eu-west-1) must answer and be open to these"
                        + " credentials, got ResourceNotFoundException: Stream nowhere under account 1 not found.;"
                        + " create it, or correct its name, region or endpoint");
        try (SinkHarness<Event> sink = SinkHarness.open(sink(KinesisSinkOptions.dynamic(AWS), FAST))) {
            sink.write(new Event("k", KinesisEntry.of("v").withStream("nowhere")));
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining("Kinesis cannot be written to: ResourceNotFoundException: Stream nowhere");
        }
    }

    @Test
    void aHotKeyTravelsInFewRecordsWithAggregationAndOneByOneWithout() throws Exception {
        SinkOptions options =
                FAST.withTuning(SinkTuning.forKinesis().withWindow(1, 8).withBufferedEntries(2_000));
        try (SinkHarness<Event> sink = SinkHarness.open(sink(orders(), options))) {
            for (int i = 0; i < 200; i++) {
                sink.write(Event.of("hot", "v" + i));
            }
            sink.flush();
        }
        assertThat(service.puts("orders")).hasSize(200);
        KinesisSinkOptions aggregated = KinesisSinkOptions.of("other", AWS).withAggregation(MemorySize.parse("1kb"));
        List<String> expected = new ArrayList<>();
        try (SinkHarness<Event> sink = SinkHarness.open(sink(aggregated, options))) {
            for (int i = 0; i < 1_000; i++) {
                expected.add("v" + i);
                sink.write(new Event("hot", KinesisEntry.of("v" + i).withExplicitHashKey("7")));
            }
            sink.flush();
            assertThat(sink.metric("numRecordsSend")).isEqualTo(1_000);
        }
        List<PutRecordsRequestEntry> puts = service.puts("other");
        assertThat(puts.size()).isBetween(1_000 / 50, 200);
        assertThat(puts).allSatisfy(put -> {
            assertThat(put.data().asByteArray().length + put.partitionKey().length())
                    .isLessThanOrEqualTo(1_024);
            assertThat(put.explicitHashKey()).isEqualTo("7");
        });
        assertThat(service.records("other"))
                .extracting(data -> new String(data, StandardCharsets.UTF_8))
                .isEqualTo(expected);
    }

    @Test
    void whatGoesToAnotherShardIsNotAggregated() throws Exception {
        KinesisSinkOptions aggregated = orders().withAggregation(MemorySize.parse("50kb"));
        try (SinkHarness<Event> sink = SinkHarness.open(sink(aggregated, FAST))) {
            sink.write(new Event("k", KinesisEntry.of("a")));
            sink.write(new Event("k", KinesisEntry.of("b").withPartitionKey("other")));
            sink.write(new Event("k", KinesisEntry.of("c").withPartitionKey("other")));
            sink.write(new Event(
                    "k", KinesisEntry.of("d").withPartitionKey("other").withExplicitHashKey("1")));
            sink.write(new Event(
                    "k", KinesisEntry.of("e").withPartitionKey("other").withStream("other")));
            sink.flush();
        }
        assertThat(service.puts("orders")).hasSize(3);
        assertThat(service.records("orders"))
                .extracting(data -> new String(data, StandardCharsets.UTF_8))
                .containsExactly("a", "b", "c", "d");
        assertThat(service.puts("other")).extracting(KinesisSinkTest::text).containsExactly("e");
    }

    @Test
    void runsJoinOfRunsAndKeepTheirOrder() {
        ChangeKey key = ChangeKey.of("k");
        List<Change<KinesisSinkRun>> singles = new ArrayList<>();
        for (long i = 0; i < 5; i++) {
            singles.add(new Change.Upsert<>(key, ChangeVersion.of(i), KinesisSinkRun.of(KinesisEntry.of("e" + i))));
        }
        Change<KinesisSinkRun> front = joined(singles.get(0), singles.get(1));
        Change<KinesisSinkRun> back = joined(joined(singles.get(2), singles.get(3)), singles.get(4));
        Change<KinesisSinkRun> all = joined(front, back);
        assertThat(KinesisSinkRun.singles(all)).isEqualTo(singles);
        assertThat(KinesisSinkRun.count(all)).isEqualTo(5);
        assertThat(KinesisSinkRun.head(all)).isEqualTo(singles.get(0));
    }

    private static Change<KinesisSinkRun> joined(Change<KinesisSinkRun> first, Change<KinesisSinkRun> next) {
        return new Change.Upsert<>(next.key(), next.version(), KinesisSinkRun.of(first, next, 0));
    }

    @Test
    void runsInDeadLettersReadBack() throws Exception {
        ChangeKey key = ChangeKey.of("k", 1);
        Change<KinesisSinkRun> first = new Change.Upsert<>(
                key,
                ChangeVersion.of(1),
                KinesisSinkRun.of(new KinesisEntry(new byte[] {1, -1}, "pk\"", "7", "stream")));
        Change<KinesisSinkRun> delete = new Change.Delete<>(key, ChangeVersion.of(2));
        Change<KinesisSinkRun> last =
                new Change.Upsert<>(key, ChangeVersion.of(3), KinesisSinkRun.of(KinesisEntry.of("é")));
        KinesisSinkRun two = KinesisSinkRun.of(first, delete, 10);
        KinesisSinkRun three = KinesisSinkRun.of(new Change.Upsert<>(key, ChangeVersion.of(2), two), last, 20);
        KinesisSinkCodec codec = new KinesisSinkCodec();
        KinesisSinkRun read = codec.decode(codec.encode(three));
        assertThat(read.singles()).hasSize(3);
        assertThat(codec.encode(read)).isEqualTo(codec.encode(three));
        assertThat(read.singles().get(1)).isEqualTo(delete);
        assertThat(KinesisSinkRun.entry(read.singles().get(0)).data()).containsExactly(1, -1);
        assertThat(codec.decode(codec.encode(((Change.Upsert<KinesisSinkRun>) last).payload()))
                        .entry()
                        .data())
                .isEqualTo("é".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theFormatIsThatOfTheProducerLibrary() {
        byte[] packed = KinesisAggregate.of("pk", "12", List.of("a".getBytes(StandardCharsets.UTF_8), new byte[300]));
        List<KplDecoder.Entry> entries = KplDecoder.decode(packed);
        assertThat(entries).hasSize(2).allSatisfy(entry -> {
            assertThat(entry.partitionKey()).isEqualTo("pk");
            assertThat(entry.explicitHashKey()).isEqualTo("12");
        });
        assertThat(entries.get(1).data().asByteArray()).hasSize(300);
        // Magic, then 1: "pk", 2: "12", 3: {1: 0, 2: 0, 3: "a"}.
        assertThat(java.util.HexFormat.of()
                        .formatHex(KinesisAggregate.of("pk", "12", List.of("a".getBytes(StandardCharsets.UTF_8)))))
                .startsWith("f3899ac2" + "0a02706b" + "12023132" + "1a07" + "0800" + "1000" + "1a0161");
    }

    @Test
    void refusesOptionsThatDoNotGoTogether() {
        assertThatThrownBy(() -> new KinesisSinkOptions(
                        "no such!",
                        Ordering.COALESCE,
                        MemorySize.parse("11mb"),
                        RecordEnvelope.NONE,
                        KinesisPartitioning.KEY,
                        AWS))
                .hasMessage("stream must be 1 to 128 letters, digits, '_', '-' or '.', or the ARN of a stream, got"
                        + " 'no such!'\nsink.ordering must be FIFO or NONE for a stream, which holds every change, got"
                        + " COALESCE\nsink.aggregation.max-bytes must be between 1 kb and 10 mb (Kinesis record), got"
                        + " 11 mb");
        assertThatThrownBy(
                        () -> orders().withAggregation(MemorySize.parse("50kb")).unordered())
                .hasMessage("sink.aggregation.max-bytes must not be set without order, got 50 kb; records of a key"
                        + " travel together because they wait for one another");
        Changes<Event, KinesisEntry> changes = Changes.of(event -> ChangeKey.of(event.key()), Event::entry);
        assertThatThrownBy(() -> KinesisSink.of(changes.withInsertOnly(), orders()))
                .hasMessage("changes must not be insert-only for a stream, which knows no keys, got INSERT_ONLY");
    }
}
