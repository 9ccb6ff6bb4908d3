package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.failure.DeadLetterBudget;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SimulatedStore.Answer;
import io.connectorkit.tck.SimulatedStore.Script;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.VirtualTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreWriteTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.junit.jupiter.api.Test;

/** Dead letters over scripted stores in virtual time. */
class DeadLetterTest {

    private final VirtualTask task = new VirtualTask();

    private record Event(String key, long version, String value) {}

    private static final Changes<Event, byte[]> CHANGES = Changes.<Event, byte[]>of(
                    event -> ChangeKey.of(event.key()), event -> event.value().getBytes(StandardCharsets.UTF_8))
            .withVersion(event -> ChangeVersion.of(event.version()))
            .withDeletes(event -> event.value().equals("deleted"));

    /** Takes everything but keys that start with "bad". */
    private static final Script<byte[]> PICKY = new Script<>() {
        @Override
        public Outcome entry(Change<byte[]> change, int attempt) {
            return change.key().text().startsWith("bad")
                    ? Outcome.rejected(new IOException("400 field 'x' is not a number"))
                    : Outcome.delivered();
        }
    };

    private SimulatedStore<byte[]> store(Script<byte[]> script) {
        return new SimulatedStore<byte[]>(task, 42, Ordering.COALESCE, true, 2, 20, script)
                .withPayloadCodec(PayloadCodec.bytes());
    }

    private static SinkOptions options(int batch, int inFlight) {
        return SinkOptions.defaults().withTuning(SinkTuning.defaults().withWindow(batch, inFlight));
    }

    private SinkHarness<Event> open(SimulatedStore<byte[]> store, Sink<DeadLetter> letters, DeadLetterBudget budget)
            throws IOException {
        return SinkHarness.open(BatchSink.of(CHANGES, store, options(10, 4)).deadLettersTo(letters, budget), task);
    }

    @Test
    void keepsARejectedChangeWithItsReasonAndDeliversItsNeighbours() throws Exception {
        SimulatedStore<byte[]> store = store(PICKY);
        Collected letters = new Collected();
        try (SinkHarness<Event> sink = open(store, letters, DeadLetterBudget.unlimited())) {
            for (int i = 0; i < 95; i++) {
                sink.write(new Event("good" + i, i, "v" + i));
            }
            sink.write(new Event("bad", 7, "payload"));
            sink.write(new Event("bad2", 8, "deleted"));
            sink.flush();
            assertThat(sink.metric("rejected")).isEqualTo(2);
            assertThat(sink.metric("deadLetters")).isEqualTo(2);
            assertThat(sink.metric("numRecordsSend")).isEqualTo(95);
            assertThat(sink.metric("bufferedEntries")).isZero();
        }
        assertThat(store.contents()).hasSize(95);
        assertThat(letters.flushed).as("covered by the checkpoint").isEqualTo(2);
        DeadLetter upsert = letters.letters.get(0);
        assertThat(upsert.destination()).isEqualTo("simulated store");
        assertThat(upsert.operation()).isEqualTo(DeadLetter.Operation.UPSERT);
        assertThat(upsert.key()).isEqualTo("bad");
        assertThat(upsert.version()).isEqualTo("7");
        assertThat(upsert.payload()).asString(StandardCharsets.UTF_8).isEqualTo("payload");
        assertThat(upsert.causeClass()).isEqualTo("java.io.IOException");
        assertThat(upsert.message()).isEqualTo("400 field 'x' is not a number");
        assertThat(upsert.attempts()).isEqualTo(1);
        assertThat(upsert.toString()).doesNotContain("payload\"").contains("7 bytes");
        DeadLetter delete = letters.letters.get(1);
        assertThat(delete.operation()).isEqualTo(DeadLetter.Operation.DELETE);
        assertThat(delete.key()).isEqualTo("bad2");
        assertThat(delete.payload()).isEmpty();
    }

    @Test
    void isolatesThreeBadRecordsOfAThousandWithAtMost60Requests() throws Exception {
        SimulatedStore<byte[]> store = store(new Script<>() {
            @Override
            public Answer request(Batch<byte[]> batch, int number) {
                boolean bad =
                        batch.stream().anyMatch(change -> change.key().text().startsWith("bad"));
                return bad ? new Answer.Refused(FailureKind.REJECTED, new IOException("413")) : null;
            }
        });
        Collected letters = new Collected();
        Sink<Event> sink = BatchSink.of(CHANGES, store, options(1000, 4)).deadLettersTo(letters);
        try (SinkHarness<Event> harness = SinkHarness.open(sink, task)) {
            for (int i = 0; i < 1000; i++) {
                boolean bad = i == 17 || i == 500 || i == 901;
                harness.write(new Event((bad ? "bad" : "good") + i, i, "v"));
            }
            harness.flush();
        }
        assertThat(letters.letters).extracting(DeadLetter::key).containsExactlyInAnyOrder("bad17", "bad500", "bad901");
        assertThat(store.contents()).hasSize(997);
        assertThat(store.requests()).isLessThanOrEqualTo(60);
    }

    @Test
    void aRecordThatIsNoChangeIsKeptToo() throws Exception {
        SimulatedStore<byte[]> store = store(PICKY);
        Collected letters = new Collected();
        try (SinkHarness<Event> sink = open(store, letters, DeadLetterBudget.unlimited())) {
            sink.write(new Event(null, 1, "no key"));
            sink.write(new Event("negative", -1, "v"));
            sink.write(new Event("good", 1, "v"));
            sink.flush();
        }
        assertThat(store.contents()).containsOnlyKeys(ChangeKey.of("good"));
        assertThat(letters.letters)
                .extracting(DeadLetter::operation)
                .containsExactly(DeadLetter.Operation.UNREADABLE, DeadLetter.Operation.UNREADABLE);
        assertThat(letters.letters)
                .extracting(DeadLetter::message)
                .containsExactly("key part 1 must not be null", "version must be at least 0, got -1");
        assertThat(letters.letters.get(0).payload())
                .asString(StandardCharsets.ISO_8859_1)
                .contains("no ke");
    }

    @Test
    void whatWaitsBehindARejectedChangeIsSent() throws Exception {
        SimulatedStore<byte[]> store = store(new Script<>() {
            @Override
            public Outcome entry(Change<byte[]> change, int attempt) {
                return ChangeVersion.of(1).equals(change.version())
                        ? Outcome.rejected(new IOException("400"))
                        : Outcome.delivered();
            }
        });
        Collected letters = new Collected();
        Sink<Event> sink = BatchSink.of(CHANGES, store, options(1, 1)).deadLettersTo(letters);
        try (SinkHarness<Event> harness = SinkHarness.open(sink, task)) {
            harness.write(new Event("a", 1, "bad"));
            harness.write(new Event("a", 2, "good"));
            harness.flush();
        }
        assertThat(letters.letters).extracting(DeadLetter::version).containsExactly("1");
        assertThat(store.contents().get(ChangeKey.of("a")).version()).isEqualTo(ChangeVersion.of(2));
    }

    @Test
    void anotherKitSinkTakesTheLettersAndTheirReplayGoesThroughTheGuard() throws Exception {
        SimulatedStore<byte[]> store = store(PICKY);
        SimulatedStore<byte[]> letterStore = store(new Script<>() {});
        Changes<DeadLetter, byte[]> byKey =
                Changes.of(letter -> ChangeKey.of(letter.key(), letter.version()), DeadLetter::payload);
        List<DeadLetter> kept = new ArrayList<>();
        Changes<DeadLetter, byte[]> recorded = byKey.withDeletes(letter -> !kept.add(letter));
        Sink<DeadLetter> letters = BatchSink.of(recorded, letterStore, options(3, 1));
        try (SinkHarness<Event> sink = open(store, letters, DeadLetterBudget.unlimited())) {
            for (int i = 0; i < 200; i++) {
                sink.write(new Event(i % 10 == 0 ? "bad" + i : "good" + i, 5, "v" + i));
            }
            sink.flush();
            assertThat(sink.metric("deadLetters")).isEqualTo(20);
            assertThat(sink.metric("numRecordsSend"))
                    .as("letters are counted apart")
                    .isEqualTo(180);
        }
        assertThat(letterStore.contents()).hasSize(20);

        // The mapping is mended, and one of the keys has got a newer value meanwhile.
        SimulatedStore<byte[]> mended = store(new Script<>() {});
        try (SinkHarness<Event> sink = SinkHarness.open(BatchSink.of(CHANGES, mended, options(10, 2)), task)) {
            sink.write(new Event("bad50", 6, "newer"));
            sink.flush();
        }
        Changes<DeadLetter, byte[]> replay = DeadLetters.replay(PayloadCodec.bytes(), WriteMode.NEWEST_WINS);
        try (SinkHarness<DeadLetter> sink = SinkHarness.open(BatchSink.of(replay, mended, options(10, 2)), task)) {
            for (DeadLetter letter : kept) {
                sink.write(letter);
            }
            sink.flush();
            assertThat(sink.metric("staleDropped")).isEqualTo(1);
        }
        assertThat(mended.contents()).hasSize(20);
        assertThat(mended.contents().get(ChangeKey.of("bad50")).version()).isEqualTo(ChangeVersion.of(6));
        assertThat(((Change.Upsert<byte[]>) mended.contents().get(ChangeKey.of("bad60"))).payload())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("v60");
    }

    @Test
    void aFloodOfLettersFailsTheJobWithTheLastReason() throws Exception {
        SimulatedStore<byte[]> store = store(PICKY);
        DeadLetterBudget budget =
                DeadLetterBudget.of(0.1, Duration.ofMinutes(10)).withAtLeast(5);
        try (SinkHarness<Event> sink = open(store, new Collected(), budget)) {
            for (int i = 0; i < 90; i++) {
                sink.write(new Event("good" + i, 1, "v"));
            }
            sink.flush();
            for (int i = 0; i < 10; i++) {
                sink.write(new Event("bad" + i, 1, "v"));
            }
            sink.flush();
            for (int i = 10; i < 12; i++) {
                sink.write(new Event("bad" + i, 1, "v"));
            }
            assertThatThrownBy(sink::flush)
                    .hasMessageStartingWith("sink.dead-letters.share must be at most 0.1 of all changes within PT10M,"
                            + " got 11 of 101; last: DeadLetter[UPSERT bad10 @1 for simulated store, 1 bytes,"
                            + " after 1 attempts: java.io.IOException: 400");
        }
    }

    @Test
    void theBudgetForgetsWhatIsOlderThanItsWindow() throws Exception {
        SimulatedStore<byte[]> store = store(PICKY);
        DeadLetterBudget budget = DeadLetterBudget.of(0, Duration.ofMinutes(10)).withAtLeast(3);
        Collected letters = new Collected();
        try (SinkHarness<Event> sink = open(store, letters, budget)) {
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 3; i++) {
                    sink.write(new Event("bad" + round + "." + i, 1, "v"));
                }
                sink.flush();
                task.advance(Duration.ofMinutes(11).toMillis());
            }
        }
        assertThat(letters.letters).hasSize(15);
    }

    @Test
    void refusesWhatCannotWork() {
        SimulatedStore<byte[]> store = new SimulatedStore<>(task, 1, Ordering.COALESCE, true, 1, 1, PICKY);
        assertThatThrownBy(() -> BatchSink.of(CHANGES, store, options(1, 1)).deadLettersTo(new Collected()))
                .hasMessage("dead letters need a payload codec, and the destination of simulated store has none;"
                        + " override DestinationFactory.payloadCodec()");
        class WithTopology extends Collected implements SupportsPreWriteTopology<DeadLetter> {
            @Override
            public DataStream<DeadLetter> addPreWriteTopology(DataStream<DeadLetter> input) {
                return input;
            }
        }
        assertThatThrownBy(
                        () -> BatchSink.of(CHANGES, store(PICKY), options(1, 1)).deadLettersTo(new WithTopology()))
                .hasMessageStartingWith("the dead-letter sink must not have a topology before its writer or after its"
                        + " committer (Flink cannot nest one in another sink), got " + WithTopology.class.getName());
        assertThatThrownBy(() -> DeadLetterBudget.of(1.5, Duration.ofMinutes(1)))
                .hasMessage("sink.dead-letters.share must be between 0 and 1, got 1.5");
        assertThatThrownBy(() -> DeadLetterBudget.of(0.5, Duration.ofMillis(1)))
                .hasMessage("sink.dead-letters.window must be at least 1 s, got PT0.001S");
        assertThatThrownBy(() -> DeadLetterBudget.unlimited().withAtLeast(-1))
                .hasMessage("sink.dead-letters.at-least must be at least 0, got -1");
    }

    /** Collects letters and says how many a flush has covered. */
    private static class Collected implements Sink<DeadLetter>, SinkWriter<DeadLetter> {
        private static final long serialVersionUID = 1L;
        private final transient List<DeadLetter> letters = new ArrayList<>();
        private transient int flushed;

        @Override
        public SinkWriter<DeadLetter> createWriter(WriterInitContext context) {
            context.metricGroup().getNumRecordsSendCounter().inc();
            return this;
        }

        @Override
        public void write(DeadLetter letter, Context context) {
            letters.add(letter);
        }

        @Override
        public void flush(boolean endOfInput) {
            flushed = letters.size();
        }

        @Override
        public void close() {}
    }
}
