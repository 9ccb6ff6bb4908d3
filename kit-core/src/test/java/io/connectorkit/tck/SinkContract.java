package io.connectorkit.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.junit.jupiter.api.Test;

/**
 * What every destination of keyed changes promises, as tests: extend it, say how to open yours and how to read it back.
 *
 * <p>Each test gets an empty target: {@link #destination} is called once for each test, before anything is written.
 *
 * @param <P> the destination's payload
 */
public abstract class SinkContract<P> {

    /**
     * What the contract writes.
     *
     * @param key identity of the row
     * @param version position among the row's changes
     * @param text the row's one value; null deletes the row
     */
    public record Item(ChangeKey key, long version, String text) {

        static Item of(String key, long version, String text) {
            return new Item(ChangeKey.of(key), version, text);
        }
    }

    /** Opens the destination on an empty target. */
    protected abstract DestinationFactory<P> destination(WriteMode mode) throws Exception;

    /** The payload that stores {@code text} under {@code key}. */
    protected abstract P payload(ChangeKey key, String text) throws Exception;

    /** What a reader sees now: the text of every live row. */
    protected abstract Map<ChangeKey, String> contents() throws Exception;

    /** A text that the destination refuses, if there is one. */
    protected Optional<String> poison() {
        return Optional.empty();
    }

    /** The modes the destination has. */
    protected Set<WriteMode> modes() {
        return EnumSet.allOf(WriteMode.class);
    }

    /** Whether an older change that arrives after a delete stays out. */
    protected boolean remembersDeletes() {
        return true;
    }

    /** Whether the destination itself keeps older changes out; a log takes everything, and its readers keep them out. */
    protected boolean refusesStale() {
        return true;
    }

    /** Keys that are easily taken for one another; drop those whose types the destination does not know. */
    protected List<ChangeKey> similarKeys() {
        return List.of(
                ChangeKey.of("a_b|c"),
                ChangeKey.of("a|b_c"),
                ChangeKey.of("1"),
                ChangeKey.of("01"),
                ChangeKey.of("'1'"),
                ChangeKey.of("A"),
                ChangeKey.of("a"),
                ChangeKey.of(" a"),
                ChangeKey.of("a "),
                ChangeKey.of("é"),
                ChangeKey.of("e\u0301"),
                ChangeKey.of("../a"),
                ChangeKey.of("a/b?c=d&e#f"),
                ChangeKey.of("\"quoted\\"),
                ChangeKey.of("x".repeat(300) + "1"),
                ChangeKey.of("x".repeat(300) + "2"));
    }

    /** Batches of 50, 16 in flight, fast retries. */
    protected SinkOptions options() {
        return SinkOptions.defaults()
                .withTuning(SinkTuning.defaults().withWindow(50, 16))
                .withRetry(RetryPolicy.defaults()
                        .withMaxAttempts(100)
                        .withDelays(Duration.ofMillis(1), Duration.ofMillis(20)));
    }

    private Changes<Item, P> changes(WriteMode mode) {
        Changes<Item, P> changes = Changes.<Item, P>of(Item::key, item -> payload(item.key(), item.text()))
                .withDeletes(item -> item.text() == null);
        return switch (mode) {
            case NEWEST_WINS -> changes.withVersion(item -> ChangeVersion.of(item.version()));
            case OVERWRITE -> changes;
            case INSERT_ONLY -> changes.withInsertOnly();
        };
    }

    private SinkHarness<Item> open(WriteMode mode, DestinationFactory<P> destination) throws IOException {
        return SinkHarness.open(BatchSink.of(changes(mode), destination, options()));
    }

    // ------------------------------------------------------------------ delivery

    @Test
    public void aCheckpointMakesEverythingBeforeItReadable() throws Exception {
        DestinationFactory<P> destination = destination(WriteMode.NEWEST_WINS);
        Map<ChangeKey, String> expected = new HashMap<>();
        try (SinkHarness<Item> sink = open(WriteMode.NEWEST_WINS, destination)) {
            for (int checkpoint = 1; checkpoint <= 3; checkpoint++) {
                for (int i = 0; i < 333; i++) {
                    String text = checkpoint + "/" + i;
                    sink.write(Item.of("k" + i * checkpoint, checkpoint, text));
                    expected.put(ChangeKey.of("k" + i * checkpoint), text);
                }
                sink.flush();
                assertThat(contents()).isEqualTo(expected);
                assertThat(sink.metric("bufferedEntries")).isZero();
            }
        }
    }

    @Test
    public void similarKeysAreDifferentRows() throws Exception {
        DestinationFactory<P> destination = destination(WriteMode.NEWEST_WINS);
        Map<ChangeKey, String> expected = new HashMap<>();
        try (SinkHarness<Item> sink = open(WriteMode.NEWEST_WINS, destination)) {
            int number = 0;
            for (ChangeKey key : similarKeys()) {
                expected.put(key, "row " + number);
                sink.write(new Item(key, 1, "row " + number++));
            }
            sink.flush();
        }
        assertThat(contents()).isEqualTo(expected);
    }

    // ------------------------------------------------------------------ newest wins

    @Test
    public void theNewestStaysWhateverTheOrderAndStaleChangesAreCounted() throws Exception {
        DestinationFactory<P> destination = destination(WriteMode.NEWEST_WINS);
        long seed = 1;
        List<Item> items = new ArrayList<>();
        for (int key = 0; key < 40; key++) {
            for (int version = 1; version <= 10; version++) {
                items.add(Item.of("k" + key, version, "v" + version));
            }
        }
        Collections.shuffle(items, new Random(seed));
        try (SinkHarness<Item> sink = open(WriteMode.NEWEST_WINS, destination)) {
            for (Item item : items) {
                sink.write(item);
                // One at a time, so that the destination's own guard decides and not the buffer.
                sink.flush();
            }
            assertThat(sink.metric("staleDropped")).as("seed %d", seed).isEqualTo(refusesStale() ? stale(items) : 0);
        }
        assertThat(contents().values()).hasSize(40).containsOnly("v10");
    }

    private static long stale(List<Item> items) {
        Map<ChangeKey, Long> newest = new HashMap<>();
        long stale = 0;
        for (Item item : items) {
            long before = newest.getOrDefault(item.key(), 0L);
            stale += item.version() < before ? 1 : 0;
            newest.put(item.key(), Math.max(before, item.version()));
        }
        return stale;
    }

    @Test
    public void aReplayChangesNothing() throws Exception {
        DestinationFactory<P> destination = destination(WriteMode.NEWEST_WINS);
        List<Item> history = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            history.add(Item.of("k" + i % 50, i, i % 7 == 0 ? null : "v" + i));
        }
        try (SinkHarness<Item> sink = open(WriteMode.NEWEST_WINS, destination)) {
            for (Item item : history) {
                sink.write(item);
            }
            sink.flush();
        }
        Map<ChangeKey, String> before = contents();
        assertThat(before).isNotEmpty();
        try (SinkHarness<Item> sink = open(WriteMode.NEWEST_WINS, destination)) {
            for (Item item : history) {
                sink.write(item);
            }
            sink.flush();
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    public void amongEqualVersionsTheLaterArrivalStays() throws Exception {
        DestinationFactory<P> destination = destination(WriteMode.NEWEST_WINS);
        try (SinkHarness<Item> sink = open(WriteMode.NEWEST_WINS, destination)) {
            sink.write(Item.of("k", 5, "first"));
            sink.flush();
            sink.write(Item.of("k", 5, "second"));
            sink.flush();
        }
        assertThat(contents()).containsExactly(Map.entry(ChangeKey.of("k"), "second"));
    }

    @Test
    public void aDeletedRowIsGoneAndANewerChangeBringsItBack() throws Exception {
        DestinationFactory<P> destination = destination(WriteMode.NEWEST_WINS);
        try (SinkHarness<Item> sink = open(WriteMode.NEWEST_WINS, destination)) {
            sink.write(Item.of("k", 1, "v1"));
            sink.write(Item.of("never there", 1, null));
            sink.flush();
            sink.write(Item.of("k", 2, null));
            sink.flush();
            assertThat(contents()).isEmpty();
            sink.write(Item.of("k", 3, "v3"));
            sink.flush();
            assertThat(contents()).containsExactly(Map.entry(ChangeKey.of("k"), "v3"));
            sink.write(Item.of("k", 2, null));
            sink.flush();
            assertThat(contents()).as("an older delete is stale").containsExactly(Map.entry(ChangeKey.of("k"), "v3"));
        }
    }

    @Test
    public void aLateReplayDoesNotBringADeletedRowBack() throws Exception {
        if (!remembersDeletes()) {
            return;
        }
        DestinationFactory<P> destination = destination(WriteMode.NEWEST_WINS);
        try (SinkHarness<Item> sink = open(WriteMode.NEWEST_WINS, destination)) {
            sink.write(Item.of("k", 2, null));
            sink.flush();
            sink.write(Item.of("k", 1, "v1"));
            sink.flush();
        }
        assertThat(contents()).isEmpty();
    }

    @Test
    public void withoutAVersionTheLastArrivalStays() throws Exception {
        if (!modes().contains(WriteMode.OVERWRITE)) {
            return;
        }
        DestinationFactory<P> destination = destination(WriteMode.OVERWRITE);
        try (SinkHarness<Item> sink = open(WriteMode.OVERWRITE, destination)) {
            for (int i = 0; i < 1_000; i++) {
                sink.write(Item.of("k" + i % 20, 1_000 - i, "v" + i / 20));
                if (i % 100 == 0) {
                    // Or the buffer would send the last arrival only.
                    sink.flush();
                }
            }
            sink.write(Item.of("k0", 0, null));
            sink.flush();
        }
        assertThat(contents().values()).hasSize(19).containsOnly("v49");
    }

    @Test
    public void insertOnlyLeavesWhatIsThere() throws Exception {
        if (!modes().contains(WriteMode.INSERT_ONLY)) {
            return;
        }
        DestinationFactory<P> destination = destination(WriteMode.INSERT_ONLY);
        try (SinkHarness<Item> sink = open(WriteMode.INSERT_ONLY, destination)) {
            sink.write(Item.of("k", 1, "first"));
            sink.flush();
            sink.write(Item.of("k", 2, "second"));
            sink.write(Item.of("l", 1, "other"));
            sink.flush();
            assertThat(sink.metric("staleDropped")).isEqualTo(1);
        }
        assertThat(contents())
                .containsOnly(Map.entry(ChangeKey.of("k"), "first"), Map.entry(ChangeKey.of("l"), "other"));
    }

    // ------------------------------------------------------------------ faults

    @Test
    public void aStormOfFaultsReplaysAndKillsLeavesExactlyTheNewest() throws Exception {
        long seed = 20;
        DestinationFactory<P> destination = Faults.storm(seed).on(destination(WriteMode.NEWEST_WINS));
        Referee referee = Referee.of(seed).withChanges(3_000).withKeys(200).withKills(5);
        if (!remembersDeletes()) {
            referee = referee.withDeletes(0);
        }
        Map<ChangeKey, String> expected = referee.run(() -> open(WriteMode.NEWEST_WINS, destination));
        assertThat(contents()).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    public void whatItRejectsIsKeptAndTheOthersAreWritten() throws Exception {
        String poison = poison().orElse(null);
        if (poison == null) {
            return;
        }
        DestinationFactory<P> destination = destination(WriteMode.NEWEST_WINS);
        Letters letters = new Letters();
        Sink<Item> sink = BatchSink.of(changes(WriteMode.NEWEST_WINS), destination, options())
                .deadLettersTo(letters);
        try (SinkHarness<Item> harness = SinkHarness.open(sink)) {
            for (int i = 0; i < 300; i++) {
                harness.write(Item.of("k" + i, 1, i % 100 == 42 ? poison : "good"));
            }
            harness.flush();
        }
        assertThat(contents().values()).hasSize(297).containsOnly("good");
        assertThat(letters.letters).extracting(DeadLetter::key).containsExactlyInAnyOrder("k42", "k142", "k242");
        assertThat(letters.letters).allSatisfy(letter -> {
            assertThat(letter.message()).isNotEmpty();
            assertThat(letter.payload()).isNotEmpty();
        });
    }

    private static final class Letters implements Sink<DeadLetter>, SinkWriter<DeadLetter> {
        private static final long serialVersionUID = 1L;
        private final transient List<DeadLetter> letters = new ArrayList<>();

        @Override
        public SinkWriter<DeadLetter> createWriter(WriterInitContext context) {
            return this;
        }

        @Override
        public void write(DeadLetter letter, Context context) {
            letters.add(letter);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }
}
