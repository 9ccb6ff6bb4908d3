package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.aws.shard.ScriptedStream.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

/** A snapshot in parts before the stream: a keyed downstream sees each key's row before any of its changes. */
class SnapshotOrderTest {

    private static final int PARTS = 5;
    private static final int KEYS = 40;

    /** The scripted stream, and before it one row for each key in parts. */
    private static final class WithSnapshot implements ShardApi<Entry> {
        private final ScriptedShardApi stream;

        WithSnapshot(ScriptedStream stream) {
            this.stream = new ScriptedShardApi(stream);
        }

        private static boolean isPart(String shardId) {
            return shardId.startsWith("part-");
        }

        @Override
        public List<Shard> snapshotParts(String name) {
            List<Shard> parts = new ArrayList<>();
            for (int i = 0; i < PARTS; i++) {
                parts.add(new Shard("part-" + i, List.of(), true));
            }
            return parts;
        }

        @Override
        public CompletableFuture<String> iterator(String name, String shardId, ShardPosition position) {
            if (!isPart(shardId)) {
                return stream.iterator(name, shardId, position);
            }
            return CompletableFuture.completedFuture(
                    position.sequenceNumber() == null ? "" : position.sequenceNumber());
        }

        @Override
        public CompletableFuture<ShardPage<Entry>> records(String name, String shardId, String iterator, int limit) {
            if (!isPart(shardId)) {
                return stream.records(name, shardId, iterator, limit);
            }
            List<ShardRecord<Entry>> rows = new ArrayList<>();
            int part = Integer.parseInt(shardId.substring("part-".length()));
            int after = iterator.isEmpty() ? -1 : Integer.parseInt(iterator);
            for (int key = part; key < KEYS && rows.size() < 3; key += PARTS) {
                if (key > after) {
                    rows.add(new ShardRecord<>("" + key, 0, new Entry(0, 0, "k" + key, "row")));
                }
            }
            String next = rows.isEmpty() ? null : rows.get(rows.size() - 1).sequenceNumber();
            return CompletableFuture.completedFuture(new ShardPage<>(rows, next, 0));
        }

        @Override
        public String resolveStream(String restored) {
            return stream.resolveStream(restored);
        }

        @Override
        public List<Shard> listShards(String name) {
            return stream.listShards(name);
        }

        @Override
        public ShardFault fault(Throwable failure) {
            return stream.fault(failure);
        }

        @Override
        public String text(Throwable failure) {
            return stream.text(failure);
        }

        @Override
        public ShardLimits limits() {
            return stream.limits();
        }

        @Override
        public void close() {}
    }

    private static final class Words implements ShardDeserializer<Entry, String> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(Entry entry, Collector<String> out) {
            out.collect(entry.key() + "=" + entry.text());
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }
    }

    @Test
    void everyRowIsSeenOnceAndBeforeTheChangesOfItsKeyWhereverTheJobIsKilled() {
        for (int cut = 0; cut < 200; cut++) {
            ManualTime time = new ManualTime();
            ScriptedStream stream = new ScriptedStream("orders", time, 2);
            Map<String, List<String>> expected = new TreeMap<>();
            for (int key = 0; key < KEYS; key++) {
                stream.write("k" + key, "before the job");
                expected.put("k" + key, new ArrayList<>(List.of("row")));
            }
            stream.rollover(stream.openShards().get(0));
            time.advance(3_600_000);
            ShardSourceOptions options = ShardSourceOptions.defaults().withPageRecords(5);
            ShardJob<Entry> job = new ShardJob<>(
                    () -> new WithSnapshot(stream),
                    new Words(),
                    options,
                    ShardPlacement.LINEAGE,
                    ShardJob.Topology.SHUFFLED,
                    time,
                    cut);
            job.start(3);
            // The snapshot begins with the first listing: what is closed before it is in the snapshot.
            while (stream.requests("list") < 2) {
                job.step();
            }
            job.run(cut);
            write(stream, expected, "a");
            stream.rollover(stream.openShards().get(0));
            job.run(2 * cut);
            job.triggerCheckpoint();
            job.run(400);
            write(stream, expected, "b");
            job.kill();
            job.start(1 + cut % 4);
            write(stream, expected, "c");
            int total = expected.values().stream().mapToInt(List::size).sum();
            boolean all = job.runUntil(() -> job.seenRecords() >= total);
            job.run(300);
            assertThat(job.seen()).as("cut %d, all arrived: %s", cut, all).isEqualTo(new HashMap<>(expected));
        }
    }

    private static void write(ScriptedStream stream, Map<String, List<String>> expected, String text) {
        for (int key = 0; key < KEYS; key += 3) {
            stream.write("k" + key, text);
            expected.get("k" + key).add(text);
        }
    }
}
