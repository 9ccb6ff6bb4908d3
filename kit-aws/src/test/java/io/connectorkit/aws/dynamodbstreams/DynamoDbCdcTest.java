package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.ScriptedStream.Refusal;
import io.connectorkit.aws.shard.ShardSimulation;
import io.connectorkit.aws.shard.ShardSourceException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

/** A table that changes while it is scanned, over kills anywhere: what a sink without any guard holds in the end. */
class DynamoDbCdcTest {

    private static final int KEYS = 60;

    private static final DynamoDbCdcOptions OPTIONS = DynamoDbCdcOptions.of(DynamoDbStreamsOptions.ofStream(
                            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000",
                            AwsOptions.of("eu-west-1"))
                    .withRequiredImages(RequiredImages.NEW))
            .withScan(DynamoDbScanOptions.defaults().withSegments(3).withPageItems(4));

    /** {@code key=text}, with the event before the text. */
    private static final class Texts implements DynamoDbChangeDeserializer<String> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(DynamoDbChange change, Collector<String> out) {
            String text = change.newImage() == null
                    ? ScriptedDynamoDbStreams.REMOVED
                    : change.newImage().get("v").s();
            out.collect(change.keys().get("id").s() + "=" + change.eventName() + " " + text);
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }
    }

    /** A table, its stream, and a job that reads both. */
    private static final class Run {
        final ShardSimulation<DynamoDbChange> simulation;
        final ScriptedTable table;
        final Random random;
        int writes;

        Run(long seed, DynamoDbCdcOptions options) {
            ScriptedTable[] made = new ScriptedTable[1];
            simulation = new ShardSimulation<>(
                    2,
                    stream -> new DynamoDbCdcApi(
                            options,
                            new DynamoDbStreamsApi(
                                    options.stream(), new ScriptedDynamoDbStreams(stream), stream::millis),
                            made[0],
                            stream::millis),
                    new Texts(),
                    options.stream().source().withPageRecords(5),
                    seed);
            made[0] = new ScriptedTable(simulation.stream());
            table = made[0];
            random = new Random(seed);
        }

        void change(int changes) {
            for (int i = 0; i < changes; i++) {
                String key = "k" + random.nextInt(KEYS);
                if (random.nextInt(3) == 0) {
                    table.delete(key);
                } else {
                    table.put(key, "v" + writes++);
                }
            }
        }

        void reshard() {
            List<String> open = simulation.stream().openShards();
            simulation.stream().rollover(open.get(random.nextInt(open.size())));
        }

        /** Until the target equals the table and nothing more comes: on its way, it may equal it by chance. */
        void untilQuiet() {
            int before = -1;
            while (before != count() && simulation.runUntil(() -> target().equals(table.items()))) {
                before = count();
                simulation.run(2000);
            }
        }

        private int count() {
            return simulation.seen().values().stream().mapToInt(List::size).sum();
        }

        Map<String, String> target() {
            Map<String, String> target = new TreeMap<>();
            simulation.seen().forEach((key, seen) -> {
                String last = seen.get(seen.size() - 1);
                if (!last.startsWith("REMOVE ")) {
                    target.put(key, last.substring(last.indexOf(' ') + 1));
                }
            });
            return target;
        }
    }

    @Test
    void theTargetEqualsTheTableWhereverChangesAndKillsFall() {
        for (int cut = 0; cut < 200; cut++) {
            Run run = new Run(cut, OPTIONS);
            run.change(2 * KEYS);
            run.reshard();
            run.simulation.advance(3_600_000);
            run.simulation.start(1 + cut % 3);
            for (int i = 0; i < 8; i++) {
                run.simulation.run(cut / 2);
                run.change(6);
                run.simulation.triggerCheckpoint();
                if (i == 3) {
                    run.reshard();
                }
                if (i == 2 || i == 5) {
                    run.simulation.kill();
                    run.change(4);
                    run.simulation.start(1 + (cut + i) % 3);
                }
            }
            run.untilQuiet();
            assertThat(run.target()).as("cut %d", cut).isEqualTo(run.table.items());
            assertThat(run.simulation.seen()).as("cut %d: rows read twice", cut).allSatisfy((key, seen) -> assertThat(
                            seen)
                    .filteredOn(text -> text.startsWith("READ "))
                    .hasSizeLessThanOrEqualTo(1));
            long rowsAfterChanges = run.simulation.seen().values().stream()
                    .filter(seen -> seen.lastIndexOf(row(seen)) > firstChange(seen))
                    .count();
            assertThat(rowsAfterChanges)
                    .as("cut %d: keys whose row came after a change", cut)
                    .isZero();
        }
    }

    private static String row(List<String> seen) {
        return seen.stream()
                .filter(text -> text.startsWith("READ "))
                .reduce((a, b) -> b)
                .orElse("");
    }

    private static int firstChange(List<String> seen) {
        for (int i = 0; i < seen.size(); i++) {
            if (!seen.get(i).startsWith("READ ")) {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void aThrottledScanGoesOn() {
        Run run = new Run(1, OPTIONS);
        run.change(2 * KEYS);
        run.simulation.advance(3_600_000);
        run.simulation.start(2);
        run.simulation.runUntil(() -> !run.simulation.seen().isEmpty());
        run.table.refuse(Refusal.THROTTLED, 20);
        run.table.refuse(Refusal.INTERNAL, 2);
        assertThat(run.simulation.runUntil(() -> run.target().equals(run.table.items())))
                .isTrue();
        assertThat(run.simulation.count("throttles")).isEqualTo(20);
    }

    @Test
    void theScanKeepsToItsReadCapacity() {
        Run run = new Run(1, OPTIONS.withScan(OPTIONS.scan().withReadUnitsPerSecond(6)));
        for (int key = 0; key < KEYS; key++) {
            run.table.put("k" + key, "v");
        }
        run.simulation.advance(3_600_000);
        long start = run.simulation.stream().millis();
        run.simulation.start(1);
        assertThat(run.simulation.runUntil(() -> run.simulation.seen().size() == KEYS))
                .isTrue();
        // 60 items of one unit each, a third of them in each segment at 2 units a second.
        assertThat(run.simulation.stream().millis() - start).isGreaterThan(7_000);
    }

    @Test
    void aMissingPermissionToScanIsOneClearErrorAtTheStart() {
        Run run = new Run(1, OPTIONS);
        run.table.refuse(Refusal.DENIED, 1);
        run.simulation.start(1);
        assertThatThrownBy(() -> run.simulation.runUntil(() -> false))
                .isInstanceOf(ShardSourceException.class)
                .hasMessage("table 'orders' cannot be scanned: AccessDeniedException: scripted DENIED");
    }
}
