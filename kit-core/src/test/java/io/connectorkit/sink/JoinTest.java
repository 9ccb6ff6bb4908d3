package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.VirtualTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Changes of a key that travel together, over a scripted store in virtual time. */
class JoinTest {

    private static final IOException BUSY = new IOException("busy");
    private static final int MOST = 20;

    private final VirtualTask task = new VirtualTask();

    private record Event(String key, String value) {}

    /** The store with payloads that can be joined, up to {@value #MOST} values. */
    private record Joining(SimulatedStore<String> store) implements DestinationFactory<String> {
        @Override
        public Destination<String> open(DestinationContext context) {
            return store;
        }

        @Override
        public String name() {
            return store.name();
        }

        @Override
        public Ordering ordering() {
            return store.ordering();
        }

        @Override
        public boolean guarded() {
            return store.guarded();
        }

        @Override
        public Join<String> join() {
            return (first, next) -> {
                String both = text(first) + " " + text(next);
                return both.split(" ").length > MOST ? null : new Change.Upsert<>(first.key(), null, both);
            };
        }
    }

    private static String text(Change<String> change) {
        return ((Change.Upsert<String>) change).payload();
    }

    private SinkHarness<Event> open(SimulatedStore<String> store, int batch, int inFlight) throws IOException {
        return SinkHarness.open(
                BatchSink.of(
                        Changes.<Event, String>of(event -> ChangeKey.of(event.key()), Event::value),
                        new Joining(store),
                        SinkOptions.defaults().withTuning(SinkTuning.defaults().withWindow(batch, inFlight))),
                task);
    }

    @Test
    void aHotKeyNeedsOneRequestForAllThatArrivedDuringTheLast() throws Exception {
        SimulatedStore<String> store =
                new SimulatedStore<>(task, 1, Ordering.FIFO, false, 10, 10, new SimulatedStore.Script<>() {});
        try (SinkHarness<Event> sink = open(store, 1, 8)) {
            for (int i = 0; i < 16; i++) {
                sink.write(new Event("hot", "v" + i));
            }
            assertThat(sink.metric("bufferedEntries")).isEqualTo(16);
            assertThat(sink.metric("bufferedBytes")).isEqualTo(1_600);
            assertThat(sink.metric("heldBackKeys")).isEqualTo(1);
            sink.flush();
            assertThat(sink.metric("bufferedEntries")).isZero();
            assertThat(sink.metric("bufferedBytes")).isZero();
            assertThat(sink.metric("numRecordsSend")).isEqualTo(16);
            assertThat(sink.metric("numBytesSend")).isEqualTo(1_600);
        }
        assertThat(store.applied())
                .extracting(JoinTest::text)
                .containsExactly("v0", "v1 v2 v3 v4 v5 v6 v7 v8 v9 v10 v11 v12 v13 v14 v15");
    }

    @Test
    void everyChangeIsAppliedOnceAndInOrderWhateverFails() throws Exception {
        long seed = 3;
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedStore<String> store =
                new SimulatedStore<>(task, seed, Ordering.FIFO, false, 2, 20, new SimulatedStore.Script<>() {
                    @Override
                    public Outcome entry(Change<String> change, int attempt) {
                        return random.nextDouble() < 0.2 ? Outcome.retry(BUSY) : Outcome.delivered();
                    }
                });
        Map<String, List<String>> expected = new HashMap<>();
        try (SinkHarness<Event> sink = open(store, 10, 8)) {
            for (int i = 0; i < 10_000; i++) {
                String key = "k" + random.nextInt(1 + random.nextInt(100));
                sink.write(new Event(key, "v" + i));
                expected.computeIfAbsent(key, k -> new ArrayList<>()).add("v" + i);
            }
            sink.flush();
            assertThat(sink.metric("numRecordsSend")).isEqualTo(10_000);
        }
        Map<String, List<String>> applied = new HashMap<>();
        int most = 0;
        for (Change<String> change : store.applied()) {
            List<String> values = List.of(text(change).split(" "));
            most = Math.max(most, values.size());
            applied.computeIfAbsent(change.key().text(), k -> new ArrayList<>()).addAll(values);
        }
        assertThat(store.violations()).isEmpty();
        assertThat(applied).as("seed %d", seed).isEqualTo(expected);
        assertThat(most).isEqualTo(MOST);
    }
}
