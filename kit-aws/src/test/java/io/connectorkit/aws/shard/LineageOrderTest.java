package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A real Flink job whose channel from the parent's subtask is blocked: a keyed operator behind the shuffle still sees
 * the parent's records first. The same test with plain assignment sees the child's first.
 */
class LineageOrderTest {

    /** By plain assignment, shard b goes to subtask 0, c and e go to subtask 1; by ours, b goes to 0 too, as the first. */
    private static final String PARENT = "b";

    private static final String OTHER = "c";
    private static final String CHILD = "e";

    private static final Map<String, LineageOrderTest> TESTS = new ConcurrentHashMap<>();

    private final String id = "lineage-" + System.identityHashCode(this);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> pages = new ConcurrentHashMap<>();
    private final AtomicInteger listings = new AtomicInteger();
    private final List<Shard> shards = new CopyOnWriteArrayList<>();
    private final Map<String, List<String>> records = new ConcurrentHashMap<>();
    private JobClient job;

    /** Three open or closed shards in memory. */
    private record Service(String id) implements ShardApi<String>, Serializable {

        private LineageOrderTest test() {
            return TESTS.get(id);
        }

        @Override
        public String resolveStream(String restored) {
            return "s";
        }

        @Override
        public List<Shard> listShards(String stream) {
            test().listings.incrementAndGet();
            return test().shards;
        }

        @Override
        public CompletableFuture<String> iterator(String stream, String shardId, ShardPosition position) {
            return CompletableFuture.completedFuture(
                    position.sequenceNumber() == null ? "0" : "" + (Integer.parseInt(position.sequenceNumber()) + 1));
        }

        @Override
        public CompletableFuture<ShardPage<String>> records(String stream, String shardId, String iterator, int limit) {
            test().pages.computeIfAbsent(shardId, s -> new AtomicInteger()).incrementAndGet();
            List<String> all = test().records.getOrDefault(shardId, List.of());
            int from = Integer.parseInt(iterator);
            boolean closed = test().shards.stream().anyMatch(shard -> shard.id().equals(shardId) && shard.closed());
            List<ShardRecord<String>> page = IntStream.range(from, all.size())
                    .mapToObj(i -> new ShardRecord<>("" + i, 0, all.get(i)))
                    .toList();
            return CompletableFuture.completedFuture(new ShardPage<>(page, closed ? null : "" + all.size(), 0));
        }

        @Override
        public ShardFault fault(Throwable failure) {
            return ShardFault.FATAL;
        }

        @Override
        public String text(Throwable failure) {
            return failure.toString();
        }

        @Override
        public ShardLimits limits() {
            return new ShardLimits(1000, Duration.ZERO, Duration.ZERO);
        }

        @Override
        public void close() {}
    }

    private static final class Words implements ShardDeserializer<String, String> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(String record, Collector<String> out) {
            out.collect(record);
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }
    }

    /** Between the source and the shuffle: subtask 0 takes nothing until the gate opens. */
    private static final class Gate extends RichMapFunction<String, String> {
        private static final long serialVersionUID = 1L;
        private final String id;

        Gate(String id) {
            this.id = id;
        }

        @Override
        public String map(String record) throws Exception {
            if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
                TESTS.get(id).gate.await();
            }
            return record;
        }
    }

    private static final class Keyed extends KeyedProcessFunction<String, String, String> {
        private static final long serialVersionUID = 1L;
        private final String id;

        Keyed(String id) {
            this.id = id;
        }

        @Override
        public void processElement(String record, Context context, Collector<String> out) {
            TESTS.get(id).seen.add(record);
        }
    }

    private void run(ShardPlacement placement) throws Exception {
        TESTS.put(id, this);
        Service service = new Service(id);
        ShardSourceOptions options = ShardSourceOptions.defaults()
                .withStart(StartPosition.TRIM_HORIZON)
                .withDiscoveryInterval(Duration.ofSeconds(1))
                .withPollDelays(Duration.ofMillis(5), Duration.ofMillis(20));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, new Configuration());
        if (placement == ShardPlacement.LINEAGE) {
            // Else the keyed operator, which waits for the closed gate's barrier, would take nothing behind the other.
            env.enableCheckpointing(50);
        }
        env.fromSource(
                        ShardSource.placed(() -> service, new Words(), options, placement),
                        WatermarkStrategy.noWatermarks(),
                        "shards")
                .disableChaining()
                .map(new Gate(id))
                .disableChaining()
                .keyBy(record -> "one key")
                .process(new Keyed(id))
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync(id);
    }

    @AfterEach
    void stop() throws Exception {
        gate.countDown();
        job.cancel().get(30, TimeUnit.SECONDS);
        TESTS.remove(id);
    }

    private void shard(String shard, boolean closed, List<String> parents, String... texts) {
        records.put(shard, List.of(texts));
        shards.add(new Shard(shard, parents, closed));
    }

    private void awaitRead(String shard, int atLeast) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> pages.getOrDefault(shard, new AtomicInteger()).get() >= atLeast);
    }

    /** Time enough for the source to do wrong: three more listings. */
    private void awaitListings() {
        int before = listings.get();
        await().atMost(Duration.ofSeconds(30)).until(() -> listings.get() >= before + 3);
    }

    private void oneParent() {
        shard(PARENT, true, List.of(), "parent 1", "parent 2");
        shard(OTHER, false, List.of(), "other");
        shard(CHILD, false, List.of(PARENT), "child 1", "child 2");
    }

    private void twoParents() {
        shard(PARENT, true, List.of(), "parent 1", "parent 2");
        shard(OTHER, true, List.of(), "other");
        shard(CHILD, false, List.of(PARENT, OTHER), "child 1", "child 2");
    }

    @Test
    void aChildsRecordsStayBehindItsParentsInTheSameChannel() throws Exception {
        oneParent();
        run(ShardPlacement.LINEAGE);
        awaitRead(CHILD, 2);
        assertThat(seen).doesNotContain("child 1", "child 2");
        gate.countDown();
        await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() == 5);
        assertThat(seen).contains("other").containsSubsequence("parent 1", "parent 2", "child 1", "child 2");
    }

    @Test
    void aMergedChildIsNotReadBeforeACheckpointHasPassedItsParentsRecords() throws Exception {
        twoParents();
        run(ShardPlacement.LINEAGE);
        awaitRead(PARENT, 2);
        awaitRead(OTHER, 2);
        awaitListings();
        assertThat(pages).doesNotContainKey(CHILD);
        gate.countDown();
        await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() == 5);
        assertThat(seen).contains("other").containsSubsequence("parent 1", "parent 2", "child 1", "child 2");
    }

    @Test
    void withPlainAssignmentTheKeyedOperatorSeesTheChildFirst() throws Exception {
        oneParent();
        run(ShardPlacement.PLAIN);
        await().atMost(Duration.ofSeconds(30)).until(() -> seen.contains("child 2"));
        assertThat(seen).doesNotContain("parent 1").contains("child 1", "child 2");
    }

    @Test
    void withPlainAssignmentTheKeyedOperatorSeesAMergedChildFirst() throws Exception {
        twoParents();
        run(ShardPlacement.PLAIN);
        await().atMost(Duration.ofSeconds(30)).until(() -> seen.contains("child 2"));
        assertThat(seen).doesNotContain("parent 1").contains("child 1", "child 2");
    }
}
