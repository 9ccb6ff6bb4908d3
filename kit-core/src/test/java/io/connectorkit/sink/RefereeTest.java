package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.tck.Referee;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SimulatedStore.Answer;
import io.connectorkit.tck.SimulatedStore.Script;
import io.connectorkit.tck.SinkContract.Item;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.StockSink;
import io.connectorkit.tck.VirtualTask;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.api.connector.sink2.Sink;
import org.junit.jupiter.api.Test;

/** A million changes, and the same under Flink's stock writer, so that the referee itself is proved. */
class RefereeTest {

    private static final long SEED = 2026;
    private static final IOException BUSY = new IOException("busy");
    private static final SinkOptions OPTIONS = SinkOptions.defaults()
            .withTuning(SinkTuning.defaults().withWindow(100, 16))
            .withRetry(
                    RetryPolicy.defaults().withMaxAttempts(100).withDelays(Duration.ofMillis(5), Duration.ofMillis(50)))
            .withRequestTimeout(Duration.ofSeconds(1));

    private static final Changes<Item, String> UNVERSIONED = Changes.<Item, String>of(
                    Item::key, item -> item.version() + ":" + item.text())
            .withDeletes(item -> item.text() == null);
    private static final Changes<Item, String> VERSIONED =
            UNVERSIONED.withVersion(item -> ChangeVersion.of(item.version()));

    private final VirtualTask task = new VirtualTask();

    private SimulatedStore<String> store(boolean guarded, Script<String> script) {
        return new SimulatedStore<>(task, SEED, Ordering.COALESCE, guarded, 2, 20, script);
    }

    private static Script<String> faults(double entries, double lostRequests) {
        SplittableRandom random = new SplittableRandom(SEED);
        return new Script<>() {
            @Override
            public Answer request(Batch<String> batch, int number) {
                return random.nextDouble() < lostRequests ? new Answer.Lost(random.nextInt(5_000)) : null;
            }

            @Override
            public Outcome entry(Change<String> change, int attempt) {
                return random.nextDouble() < entries ? Outcome.retry(BUSY) : Outcome.delivered();
            }
        };
    }

    private static Map<ChangeKey, String> live(SimulatedStore<String> store) {
        Map<ChangeKey, String> live = new HashMap<>();
        store.contents().forEach((key, change) -> {
            if (change instanceof Change.Upsert<String> upsert) {
                live.put(key, upsert.payload().substring(upsert.payload().indexOf(':') + 1));
            }
        });
        return live;
    }

    private static long differences(Map<ChangeKey, String> actual, Map<ChangeKey, String> expected) {
        Map<ChangeKey, String> all = new HashMap<>(expected);
        all.putAll(actual);
        return all.keySet().stream()
                .filter(key -> !java.util.Objects.equals(actual.get(key), expected.get(key)))
                .count();
    }

    @Test
    void aMillionChangesUnderFaultsTimeoutsAndKillsEndAtTheNewest() throws Exception {
        SimulatedStore<String> store = store(true, faults(0.2, 0.01));
        Referee referee = Referee.of(SEED)
                .withChanges(1_000_000)
                .withKeys(10_000)
                .withKills(20)
                .withCheckpointEvery(10_000);
        Map<ChangeKey, String> expected =
                referee.run(() -> SinkHarness.open(BatchSink.of(VERSIONED, store, OPTIONS), task));
        task.advance(10_000);

        assertThat(differences(live(store), expected))
                .as("stale, lost or risen keys, seed %d", SEED)
                .isZero();
        assertThat(inversions(store)).as("inversions in the store's log").isZero();
        assertThat(store.mostInFlight()).isGreaterThanOrEqualTo(16);
    }

    private static long inversions(SimulatedStore<String> store) {
        Map<ChangeKey, Long> highest = new HashMap<>();
        long inversions = 0;
        for (Change<String> change : store.applied()) {
            long version = change.version().longValue();
            Long before = highest.put(change.key(), version);
            inversions += before != null && before > version ? 1 : 0;
        }
        return inversions;
    }

    @Test
    void withoutAGuardTheWriterAloneKeepsTheOrderThatTheStockWriterLoses() throws Exception {
        Referee referee = Referee.of(SEED)
                .withChanges(200_000)
                .withKeys(10_000)
                .withKills(0)
                .withCheckpointEvery(20_000);

        for (double failures : new double[] {0, 0.001, 0.2}) {
            SimulatedStore<String> kit = store(false, faults(failures, 0));
            Map<ChangeKey, String> expected = run(referee, BatchSink.of(UNVERSIONED, kit, OPTIONS));
            assertThat(differences(live(kit), expected))
                    .as("keys that end wrong, kit")
                    .isZero();
            assertThat(kit.violations()).as("keys twice in flight, kit").isEmpty();

            SimulatedStore<String> stock = store(false, faults(failures, 0));
            run(referee, new StockSink<>(UNVERSIONED, stock, OPTIONS.tuning()));
            long wrong = differences(live(stock), expected);
            System.out.printf(
                    "referee, %.1f %% failures: of %d keys %d end wrong under the stock AsyncSinkWriter, 0 under the"
                            + " kit; at most %d and %d requests in flight%n",
                    100 * failures, expected.size(), wrong, stock.mostInFlight(), kit.mostInFlight());
            assertThat(wrong)
                    .as("keys that end wrong, stock writer: the referee sees what it is there for")
                    .isPositive();
            assertThat(stock.violations())
                    .as("keys twice in flight, stock writer")
                    .isNotEmpty();
        }
    }

    private Map<ChangeKey, String> run(Referee referee, Sink<Item> sink) throws Exception {
        return referee.run(() -> SinkHarness.open(sink, task));
    }
}
