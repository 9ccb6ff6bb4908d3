package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SimulatedStore.Script;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.VirtualTask;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A writer over a scripted store in virtual time. */
class WriterFixture {

    static final Script<Long> GOOD = new Script<>() {};
    static final IOException BUSY = new IOException("busy");

    final VirtualTask task = new VirtualTask();

    /** A record: value {@code sequence} of key {@code key}; the sequence is also its version. */
    record Event(String key, long sequence) {}

    static final Changes<Event, Long> VERSIONED = Changes.<Event, Long>of(
                    event -> ChangeKey.of(event.key()), Event::sequence)
            .withVersion(event -> ChangeVersion.of(event.sequence()));
    static final Changes<Event, Long> UNVERSIONED = Changes.of(event -> ChangeKey.of(event.key()), Event::sequence);

    static SinkOptions options(int batch, int inFlight) {
        return SinkOptions.defaults().withTuning(SinkTuning.defaults().withWindow(batch, inFlight));
    }

    SimulatedStore<Long> store(Ordering ordering, boolean guarded, Script<Long> script) {
        return new SimulatedStore<>(task, 42, ordering, guarded, 2, 20, script);
    }

    SinkHarness<Event> open(Changes<Event, Long> changes, SimulatedStore<Long> store, SinkOptions options)
            throws IOException {
        return SinkHarness.open(BatchSink.of(changes, store, options), task);
    }

    static Script<Long> failingEntries(double share, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Script<>() {
            @Override
            public Outcome entry(Change<Long> change, int attempt) {
                return random.nextDouble() < share ? Outcome.retry(BUSY) : Outcome.delivered();
            }
        };
    }

    static long inversions(SimulatedStore<Long> store) {
        Map<ChangeKey, Long> highest = new HashMap<>();
        long inversions = 0;
        for (Change<Long> change : store.applied()) {
            long sequence = ((Change.Upsert<Long>) change).payload();
            Long before = highest.put(change.key(), sequence);
            inversions += before != null && before > sequence ? 1 : 0;
        }
        return inversions;
    }

    static Change<Long> upsert(String key, long sequence) {
        return new Change.Upsert<>(ChangeKey.of(key), ChangeVersion.of(sequence), sequence);
    }
}
