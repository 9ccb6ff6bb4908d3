package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.tck.Referee;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SimulatedStore.Script;
import io.connectorkit.tck.SinkContract.Item;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.StockSink;
import io.connectorkit.tck.VirtualTask;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.connector.sink2.Sink;
import org.junit.jupiter.api.Test;

/**
 * How much of what the destination could take the writer delivers, in virtual time: what is lost here is lost by the
 * writer's own decisions, not by the machine.
 */
class GoodputTest {

    private static final int BATCH = 100;
    private static final int IN_FLIGHT = 16;
    private static final int LATENCY_MILLIS = 5;
    private static final int RECORDS = 400_000;

    /** Little's law: what is in flight divided by how long it takes. */
    private static final double CEILING = 1000.0 * BATCH * IN_FLIGHT / LATENCY_MILLIS;

    private static final Changes<Item, String> CHANGES =
            Changes.<Item, String>of(Item::key, Item::text).withDeletes(item -> item.text() == null);
    private static final SinkOptions OPTIONS = SinkOptions.defaults()
            .withTuning(SinkTuning.defaults().withWindow(BATCH, IN_FLIGHT))
            .withRetry(RetryPolicy.defaults()
                    .withMaxAttempts(100)
                    .withDelays(Duration.ofMillis(5), Duration.ofMillis(50)));

    /** Records accepted by the sink per second of virtual time. */
    private static double goodput(boolean stock, int keys, double skew, double badRequests) throws Exception {
        VirtualTask task = new VirtualTask();
        SplittableRandom random = new SplittableRandom(1);
        double badEntries = badRequests / BATCH;
        Script<String> script = new Script<>() {
            @Override
            public Outcome entry(Change<String> change, int attempt) {
                return random.nextDouble() < badEntries ? Outcome.retry(new IOException("busy")) : Outcome.delivered();
            }
        };
        SimulatedStore<String> store =
                new SimulatedStore<>(task, 1, Ordering.COALESCE, false, LATENCY_MILLIS, LATENCY_MILLIS, script);
        Sink<Item> sink =
                stock ? new StockSink<>(CHANGES, store, OPTIONS.tuning()) : BatchSink.of(CHANGES, store, OPTIONS);
        List<Item> history =
                Referee.of(1).withChanges(RECORDS).withKeys(keys).withSkew(skew).history();
        long start = task.getCurrentProcessingTime();
        try (SinkHarness<Item> harness = SinkHarness.open(sink, task)) {
            for (Item item : history) {
                harness.write(item);
            }
            harness.flush();
        }
        return 1000.0 * RECORDS / (task.getCurrentProcessingTime() - start);
    }

    @Test
    void reachesTheCeilingOfLittlesLawOnUniformKeys() throws Exception {
        double goodput = goodput(false, 1_000_000, 0, 0);
        System.out.printf("goodput, uniform keys: %.3f of the ceiling%n", goodput / CEILING);
        assertThat(goodput / CEILING).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void hotKeysDoNotStallTheOthers() throws Exception {
        // Changes of hot keys replace each other while they wait: more are accepted than are sent.
        double goodput = goodput(false, 100_000, 1.2, 0);
        System.out.printf("goodput, Zipf 1.2: %.3f of the ceiling%n", goodput / CEILING);
        assertThat(goodput / CEILING).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void aBadRecordInATenthOfTheRequestsCostsAtMostAFewPercent() throws Exception {
        double clean = goodput(false, 1_000_000, 0, 0);
        double stockClean = goodput(true, 1_000_000, 0, 0);
        for (double bad : new double[] {0.01, 0.1}) {
            double kit = goodput(false, 1_000_000, 0, bad) / clean;
            double stock = goodput(true, 1_000_000, 0, bad) / stockClean;
            System.out.printf(
                    "goodput with a bad record in %.0f %% of requests: kit %.3f, stock writer %.3f%n",
                    100 * bad, kit, stock);
            assertThat(kit).as("kit, bad record in %s of requests", bad).isGreaterThanOrEqualTo(0.95);
            assertThat(stock)
                    .as("the stock writer's default strategy, for comparison")
                    .isLessThan(kit);
        }
    }
}
