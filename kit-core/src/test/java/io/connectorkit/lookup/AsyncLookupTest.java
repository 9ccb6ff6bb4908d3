package io.connectorkit.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.tck.RecordedMetrics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AsyncLookupTest {

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    /** The source last opened: the operator works on a copy of its factory. */
    private static @Nullable ScriptedSource opened;

    private static final LookupOptions OPTIONS =
            LookupOptions.defaults().withWindow(10, 2).withLinger(Duration.ZERO);

    @AfterEach
    void forget() {
        opened = null;
    }

    private static final class Factory implements LookupSourceFactory<String, String> {
        @Override
        public LookupSource<String, String> open(LookupContext context) {
            opened = new ScriptedSource();
            return opened;
        }

        @Override
        public String name() {
            return "table 'airports'";
        }
    }

    /** Records are {@code key:payload}; no key when it is empty; joined as {@code record=row}. */
    private static OneInputStreamOperatorTestHarness<String, String> harness(
            OutputMode mode, long operatorTimeoutMillis) throws Exception {
        AsyncLookup<String, String, String, String> lookup = AsyncLookup.of(
                new Factory(), AsyncLookupTest::key, (record, row) -> record + "=" + row, Types.STRING, OPTIONS);
        OneInputStreamOperatorTestHarness<String, String> harness = new OneInputStreamOperatorTestHarness<>(
                new AsyncWaitOperatorFactory<>(lookup, operatorTimeoutMillis, OPTIONS.capacity(), mode),
                StringSerializer.INSTANCE);
        harness.setup(StringSerializer.INSTANCE);
        return harness;
    }

    private static @Nullable String key(String record) {
        String key = record.substring(0, record.indexOf(':'));
        return key.isEmpty() ? null : key;
    }

    private static void runMails(OneInputStreamOperatorTestHarness<?, ?> harness) throws Exception {
        TaskMailbox mailbox = harness.getTaskMailbox();
        for (Optional<Mail> mail = mailbox.tryTake(TaskMailbox.MIN_PRIORITY);
                mail.isPresent();
                mail = mailbox.tryTake(TaskMailbox.MIN_PRIORITY)) {
            mail.get().run();
        }
    }

    @Test
    void joinsRecordsInTheirOrderThoughAnswersComeInAnother() throws Exception {
        try (var harness = harness(OutputMode.ORDERED, 0)) {
            harness.open();
            harness.processElement("SFO:1", 1);
            harness.processElement("none:2", 2);
            harness.processElement(":3", 3);
            opened.open.add(opened.open.remove(0));
            opened.answer();
            runMails(harness);
            assertThat(harness.extractOutputValues()).isEmpty();
            opened.answer();
            harness.endInput();
            assertThat(harness.extractOutputValues()).containsExactly("SFO:1=row-SFO", "none:2=null", ":3=null");
        }
        assertThat(opened.closed).isTrue();
    }

    @Test
    void aRecordWithoutAKeyAsksForNothing() throws Exception {
        try (var harness = harness(OutputMode.UNORDERED, 0)) {
            harness.open();
            harness.processElement(":1", 1);
            runMails(harness);
            assertThat(harness.extractOutputValues()).containsExactly(":1=null");
            assertThat(opened.requests).isEmpty();
        }
    }

    @Test
    void recordsThatWaitAreInTheCheckpointAndAskedForAgainAfterARestore() throws Exception {
        OperatorSubtaskState checkpoint;
        try (var harness = harness(OutputMode.ORDERED, 0)) {
            harness.open();
            harness.processElement("SFO:1", 1);
            harness.processElement("LAX:2", 2);
            opened.answer();
            runMails(harness);
            checkpoint = harness.snapshot(1, 10);
            assertThat(harness.extractOutputValues()).containsExactly("SFO:1=row-SFO");
        }
        try (var harness = harness(OutputMode.ORDERED, 0)) {
            harness.initializeState(checkpoint);
            harness.open();
            assertThat(opened.requests).containsExactly(List.of("LAX"));
            opened.answer();
            harness.endInput();
            assertThat(harness.extractOutputValues()).containsExactly("LAX:2=row-LAX");
        }
    }

    @Test
    void aFailureFailsTheTaskWithTheKeyAndWithoutTheRecord() throws Exception {
        try (var harness = harness(OutputMode.ORDERED, 0)) {
            harness.open();
            harness.processElement("SFO:secret payload", 1);
            opened.fail(new LookupException(FailureKind.FATAL, "password authentication failed", null));
            assertThatThrownBy(() -> runMails(harness))
                    .hasStackTraceContaining(
                            "Lookup of key=SFO in table 'airports' failed: password authentication failed")
                    .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("secret payload"));
        }
    }

    @Test
    void anOperatorTimeoutNamesTheKeyAndTheOptionAndNotTheRecord() throws Exception {
        try (var harness = harness(OutputMode.ORDERED, 100)) {
            harness.open();
            harness.processElement("SFO:secret payload", 1);
            assertThatThrownBy(() -> {
                        harness.setProcessingTime(1_000);
                        runMails(harness);
                    })
                    .hasStackTraceContaining(
                            "Lookup of key=SFO in table 'airports' took longer than the timeout given "
                                    + "to AsyncDataStream; lookup.timeout is PT1M: give the operator 0 (none), or more than that")
                    .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("secret payload"));
        }
    }

    @Test
    void closeWithRecordsWaitingClosesTheSourceAndHidesTheRecords() throws Exception {
        var harness = harness(OutputMode.ORDERED, 0);
        harness.open();
        harness.processElement("SFO:1", 1);
        ScriptedSource source = opened;
        harness.close();
        assertThat(source.closed).isTrue();
        source.answer();
    }

    @Test
    void aJobJoinsEveryRecordInOrder() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        DataStream<Long> numbers = env.fromSequence(1, 5_000);
        DataStream<String> joined = AsyncLookup.orderedWait(
                numbers,
                new EvenFactory(),
                number -> number % 100,
                (number, row) -> number + "=" + row,
                Types.STRING,
                LookupOptions.defaults().withWindow(10, 3));
        List<String> expected = LongStream.rangeClosed(1, 5_000)
                .mapToObj(n -> n + "=" + (n % 2 == 0 ? "even-" + n % 100 : "null"))
                .toList();
        assertThat(joined.executeAndCollect(6_000)).isEqualTo(expected);
    }

    @Test
    void anInnerJoinDropsRecordsWithoutARow() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        DataStream<String> joined = AsyncLookup.unorderedWait(
                env.fromSequence(1, 100),
                new EvenFactory(),
                number -> number,
                (number, row) -> row,
                Types.STRING,
                LookupOptions.defaults());
        assertThat(joined.executeAndCollect(200))
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 50)
                        .mapToObj(n -> "even-" + 2 * n)
                        .toList());
    }

    @Test
    void aSourceThatCannotBeOpenedFailsTheTask() throws Exception {
        AsyncLookup<String, Long, String, String> lookup =
                AsyncLookup.of(new Unreachable(), record -> 1L, (record, row) -> row, Types.STRING, OPTIONS);
        var harness = new OneInputStreamOperatorTestHarness<>(
                new AsyncWaitOperatorFactory<>(lookup, 0, OPTIONS.capacity(), OutputMode.ORDERED),
                StringSerializer.INSTANCE);
        harness.setup(StringSerializer.INSTANCE);
        assertThatThrownBy(harness::open).hasMessage("url must lead to a database that accepts connections");
        harness.close();
    }

    @Test
    void metricsCountHitsMissesRequestsAndRetries() throws Exception {
        RecordedMetrics metrics = new RecordedMetrics();
        ScriptedSource source = new ScriptedSource();
        ManualTimer timer = new ManualTimer();
        try (var engine = new LookupEngine<>(source, "test", OPTIONS, timer, new SplittableRandom(1))) {
            AsyncLookup.register(metrics, engine);
            engine.lookup("a", new Heard());
            engine.lookup("a", new Heard());
            engine.lookup("none", new Heard());
            assertThat(metrics.value("inFlight")).isEqualTo(2);
            source.answer();
            source.fail(new IOException("reset"));
            timer.advanceMillis(200);
            source.answer();
            engine.lookup("a", new Heard());
            assertThat(Stream.of(
                                    "hits",
                                    "misses",
                                    "merged",
                                    "requests",
                                    "batches",
                                    "retries",
                                    "failures",
                                    "absent",
                                    "cacheSize",
                                    "inFlight")
                            .map(name -> name + "=" + metrics.value(name)))
                    .containsExactly(
                            "hits=1",
                            "misses=3",
                            "merged=1",
                            "requests=3",
                            "batches=3",
                            "retries=1",
                            "failures=0",
                            "absent=1",
                            "cacheSize=2",
                            "inFlight=0");
        }
    }

    private static String stackTrace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Has a row for even keys; answers on a thread of its own. */
    private static final class EvenFactory implements LookupSourceFactory<Long, String> {
        @Override
        public LookupSource<Long, String> open(LookupContext context) {
            return LookupSource.blocking(
                    new BlockingLookupSource<>() {
                        @Override
                        public Map<Long, String> fetch(List<Long> keys) {
                            return keys.stream()
                                    .filter(key -> key % 2 == 0)
                                    .collect(Collectors.toMap(key -> key, key -> "even-" + key));
                        }

                        @Override
                        public void close() {}
                    },
                    context.options().inFlight(),
                    "even");
        }

        @Override
        public String name() {
            return "even numbers";
        }
    }

    private static final class Unreachable implements LookupSourceFactory<Long, String> {
        @Override
        public LookupSource<Long, String> open(LookupContext context) throws IOException {
            throw new IOException("url must lead to a database that accepts connections");
        }

        @Override
        public String name() {
            return "unreachable";
        }
    }
}
