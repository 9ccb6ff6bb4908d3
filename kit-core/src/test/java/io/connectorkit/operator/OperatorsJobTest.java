package io.connectorkit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.ChangeVersion;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole jobs on a real cluster without generic types, killed in the middle and restarted from a checkpoint. */
class OperatorsJobTest {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private static final int RECORDS = 12_000;
    private static final int KEYS = 300;
    private static final TypeInformation<Event> TYPE = TypeInformation.of(Event.class);

    /** What a sink without guard or transaction received, in order, with the attempt that wrote it. */
    private static final Queue<Written> WRITTEN = new ConcurrentLinkedQueue<>();

    private static final Map<String, Event> STORE = new ConcurrentHashMap<>();
    private static final AtomicInteger KILLS = new AtomicInteger();

    private record Written(Event event, int attempt) {}

    @BeforeEach
    void forget() {
        WRITTEN.clear();
        STORE.clear();
        KILLS.set(0);
    }

    @Test
    void newestWinsLeavesTheNewestOfEachKeyInAnUnguardedStore() throws Exception {
        LongFunction<Event> events = (LongFunction<Event> & Serializable) OperatorsJobTest::outOfOrder;
        run(2, events, stream -> NewestWins.of(Event::changeKey, Event::changeVersion)
                .withTtl(Duration.ofDays(8))
                .apply(stream));
        Map<String, Event> truth = new HashMap<>();
        for (long i = 0; i < RECORDS; i++) {
            truth.merge(
                    outOfOrder(i).key(),
                    outOfOrder(i),
                    (a, b) -> a.changeVersion().compareTo(b.changeVersion()) >= 0 ? a : b);
        }
        assertThat(STORE).isEqualTo(truth).hasSize(KEYS);
        assertThat(WRITTEN).hasSizeLessThan(RECORDS);
    }

    /** A key's versions in an order of their own: 40 sequence numbers of 56 digits, scattered. */
    private static Event outOfOrder(long index) {
        long version = (index / KEYS * 17) % (RECORDS / KEYS);
        return new Event("key" + index % KEYS, "4".repeat(53) + (100 + version), "record " + index);
    }

    @Test
    void keyOrderGivesAReplayedRecordTheVersionItHadBefore() throws Exception {
        LongFunction<Event> events = (LongFunction<Event> & Serializable) OperatorsJobTest::inOrder;
        run(1, events, stream -> KeyOrder.of(Event::changeKey, OperatorsJobTest::stamped, TYPE)
                .apply(stream));
        int replayed = 0;
        Map<String, String> versions = new HashMap<>();
        for (Written written : WRITTEN) {
            Event event = written.event();
            String before = versions.put(event.body(), event.version());
            replayed += before == null ? 0 : 1;
            assertThat(event.version())
                    .isEqualTo(event.body().substring(event.key().length() + 1));
        }
        assertThat(versions).hasSize(RECORDS);
        assertThat(replayed).as("records replayed").isPositive();
    }

    /** The body says which record of its key this is. */
    private static Event inOrder(long index) {
        String key = "key" + index % KEYS;
        return new Event(key, "", key + "#" + (1 + index / KEYS));
    }

    private static Event stamped(Event event, ChangeVersion version) {
        return new Event(event.key(), version.toString(), event.body());
    }

    @Test
    void deduplicateLosesNothingAndRepeatsNothingWithinAnAttempt() throws Exception {
        LongFunction<Event> events = (LongFunction<Event> & Serializable) OperatorsJobTest::twice;
        run(2, events, stream -> Deduplicate.of(Event::key, Duration.ofHours(1)).apply(stream));
        assertThat(STORE).hasSize(RECORDS / 2);
        assertThat(WRITTEN).doesNotHaveDuplicates();
    }

    private static Event twice(long index) {
        return Event.of("id" + index % (RECORDS / 2), 1);
    }

    @Test
    void staleAndRejectedRecordsReachTheirSideOutputs() throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        OutputTag<Event> aside = new OutputTag<>("aside", TYPE);
        Event newest = Event.of("a", 2);
        Event stale = Event.of("a", 1);
        Event noKey = new Event(null, "3", "no key");
        var passed = NewestWins.of(Event::changeKey, Event::changeVersion)
                .withStaleTo(aside)
                .withRejectsTo(aside)
                .apply(environment.fromData(TYPE, newest, stale, noKey).setParallelism(1));
        passed.sinkTo(new UnguardedSink());
        try (var events = passed.getSideOutput(aside).executeAndCollect()) {
            assertThat(events).toIterable().containsExactlyInAnyOrder(stale, noKey);
        }
        assertThat(STORE).containsExactly(Map.entry("a", newest));
    }

    private interface Operator {
        DataStream<Event> apply(DataStream<Event> stream);
    }

    /** Runs {@code operator} between a source that pauses for checkpoints and an unguarded sink; kills the job once. */
    private static void run(int sources, LongFunction<Event> events, Operator operator) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 100);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(2);
        environment.enableCheckpointing(20);
        DataGeneratorSource<Event> source = new DataGeneratorSource<>(
                events::apply, RECORDS, RateLimiterStrategy.perCheckpoint(RECORDS / 10), TYPE);
        DataStream<Event> stream = environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "source")
                .setParallelism(sources);
        operator.apply(stream).map(new Kill()).returns(TYPE).sinkTo(new UnguardedSink());
        environment.execute();
        assertThat(KILLS).hasValue(1);
    }

    /** Fails the job once, at the 100th record after its first checkpoint. */
    private static final class Kill extends RichMapFunction<Event, Event> implements CheckpointListener {
        private boolean armed;
        private int records;

        @Override
        public void notifyCheckpointComplete(long checkpoint) {
            armed |= !WRITTEN.isEmpty();
        }

        @Override
        public Event map(Event event) {
            if (armed && ++records == 100 && KILLS.compareAndSet(0, 1)) {
                throw new IllegalStateException("killed by the test");
            }
            return event;
        }
    }

    private static final class UnguardedSink implements Sink<Event> {
        @Override
        public SinkWriter<Event> createWriter(WriterInitContext context) {
            int attempt = context.getTaskInfo().getAttemptNumber();
            return new SinkWriter<>() {
                @Override
                public void write(Event event, Context ignored) {
                    STORE.put(event.key(), event);
                    WRITTEN.add(new Written(event, attempt));
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }
}
