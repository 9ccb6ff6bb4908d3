package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.tck.MemoryStore;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters in whole jobs: every poison record exactly once in a committing sink, whatever fails. */
class DeadLetterIT {

    private static final int RECORDS = 3_000;
    private static final int POISON_EVERY = 50;

    /** Counters that outlive a job's restarts. */
    private static final Map<String, Run> RUNS = new ConcurrentHashMap<>();

    private static final class Run {
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger checkpoints = new AtomicInteger();
        private volatile boolean failed;
    }

    @TempDir
    private Path directory;

    private final MemoryStore store = MemoryStore.create();
    private final String run = UUID.randomUUID().toString();
    private final Configuration configuration = new Configuration();

    DeadLetterIT() {
        RUNS.put(run, new Run());
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    }

    // ------------------------------------------------------------------ the job

    private StreamExecutionEnvironment job(
            Sink<DeadLetter> letters, boolean failsOnce, double perSecond, int checkpointMillis) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        if (checkpointMillis > 0) {
            env.enableCheckpointing(checkpointMillis);
        }
        DataGeneratorSource<Long> numbers = new DataGeneratorSource<>(
                number -> number, RECORDS, RateLimiterStrategy.perSecond(perSecond), Types.LONG);
        Changes<Long, byte[]> changes = Changes.<Long, byte[]>of(
                        number -> ChangeKey.of("k" + number),
                        number -> (isPoison(number) ? "poison" : "v" + number).getBytes(StandardCharsets.UTF_8))
                .withVersion(ChangeVersion::of);
        SinkOptions options =
                SinkOptions.defaults().withTuning(SinkTuning.defaults().withWindow(20, 4));
        env.fromSource(numbers, WatermarkStrategy.noWatermarks(), "numbers")
                .map(new Tripwire(run, failsOnce))
                .returns(Types.LONG)
                .sinkTo(BatchSink.of(changes, store.destination(WriteMode.NEWEST_WINS), options)
                        .deadLettersTo(letters));
        return env;
    }

    private static boolean isPoison(long number) {
        return number % POISON_EVERY == 7;
    }

    /** Counts attempts and checkpoints, and fails once when half of the records and a checkpoint are behind it. */
    private static final class Tripwire implements MapFunction<Long, Long>, CheckpointListener, Serializable {
        private static final long serialVersionUID = 1L;
        private final String run;
        private final boolean failsOnce;
        private transient boolean counted;

        Tripwire(String run, boolean failsOnce) {
            this.run = run;
            this.failsOnce = failsOnce;
        }

        @Override
        public Long map(Long number) throws IOException {
            Run shared = RUNS.get(run);
            if (!counted) {
                counted = true;
                shared.opened.incrementAndGet();
            }
            if (failsOnce && !shared.failed && number > RECORDS / 2 && shared.checkpoints.get() > 0) {
                shared.failed = true;
                throw new IOException("injected: failure before the sink");
            }
            return number;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            RUNS.get(run).checkpoints.incrementAndGet();
        }
    }

    private FileSink<DeadLetter> files() {
        return FileSink.<DeadLetter>forRowFormat(
                        new org.apache.flink.core.fs.Path(
                                directory.resolve("letters").toUri()),
                        (letter, out) -> out.write(
                                (letter.key() + ";" + letter.message() + "\n").getBytes(StandardCharsets.UTF_8)))
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .build();
    }

    /** Lines of the files that were committed. */
    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory.resolve("letters"))) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(path -> !path.getFileName().toString().startsWith("."))
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }

    private static List<String> poisonKeys() {
        return IntStream.range(0, RECORDS)
                .filter(DeadLetterIT::isPoison)
                .mapToObj(number -> "k" + number)
                .toList();
    }

    private void assertAllOthersAreDelivered() {
        assertThat(store.contents()).hasSize(RECORDS - poisonKeys().size());
        assertThat(store.contents().values()).noneMatch(value -> value.startsWith("poison"));
    }

    private void assertFilesHoldEachPoisonOnce() throws IOException {
        List<String> expected =
                poisonKeys().stream().map(key -> key + ";poison").toList();
        assertThat(lines()).containsExactlyInAnyOrderElementsOf(expected);
    }

    // ------------------------------------------------------------------ FileSink

    @Test
    void poisonNeverRestartsTheJob() throws Exception {
        job(files(), false, 6_000, 50).execute();
        assertFilesHoldEachPoisonOnce();
        assertAllOthersAreDelivered();
        assertThat(RUNS.get(run).opened).as("attempts of the two subtasks").hasValue(2);
    }

    @Test
    void exactlyOnceOverAFailureBeforeTheSink() throws Exception {
        job(files(), true, 3_000, 50).execute();
        assertThat(RUNS.get(run).failed).isTrue();
        assertFilesHoldEachPoisonOnce();
        assertAllOthersAreDelivered();
    }

    @Test
    void exactlyOnceInBatchMode() throws Exception {
        StreamExecutionEnvironment env = job(files(), false, 100_000, 0);
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);
        env.execute();
        assertFilesHoldEachPoisonOnce();
        assertAllOthersAreDelivered();
    }

    @Test
    void completeWithoutCheckpoints() throws Exception {
        job(files(), false, 100_000, 0).execute();
        assertFilesHoldEachPoisonOnce();
        assertAllOthersAreDelivered();
    }

    @Test
    void exactlyOnceOverStopWithDrain() throws Exception {
        // Drained, the job is over: what was read until then is delivered or kept, nothing twice.
        stopInTheMiddle(true);
        List<String> kept = lines();
        assertThat(kept).doesNotHaveDuplicates().isNotEmpty().allMatch(line -> line.endsWith(";poison"));
        int seen = store.contents().size() + kept.size();
        assertThat(seen).isLessThan(RECORDS);
        assertThat(kept).hasSizeGreaterThanOrEqualTo(seen / POISON_EVERY - 2);
    }

    @Test
    void exactlyOnceOverStopWithoutDrainAndResume() throws Exception {
        String savepoint = stopInTheMiddle(false);
        assertThat(lines()).doesNotHaveDuplicates();
        configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        job(files(), false, 6_000, 50).execute();
        assertFilesHoldEachPoisonOnce();
        assertAllOthersAreDelivered();
    }

    private String stopInTheMiddle(boolean drain) throws Exception {
        JobClient client = job(files(), false, 1_000, 50).executeAsync();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> store.contents().size() > RECORDS / 4);
        String savepoint = client.stopWithSavepoint(
                        drain, directory.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        client.getJobExecutionResult().get();
        return savepoint;
    }

    // ------------------------------------------------------------------ a committing sink that fails

    @Test
    void exactlyOnceOverAFailureInTheCommitter() throws Exception {
        TwoPhaseLetters letters = new TwoPhaseLetters().failingOnceToCommit();
        job(letters, false, 3_000, 50).execute();
        assertThat(letters.hasFailed()).isTrue();
        assertThat(letters.committedKeys()).containsExactlyInAnyOrderElementsOf(poisonKeys());
        assertAllOthersAreDelivered();
    }

    @Test
    void exactlyOnceOverAFailureInTheDeadLetterSink() throws Exception {
        TwoPhaseLetters letters = new TwoPhaseLetters().failingOnceToWrite();
        job(letters, false, 3_000, 50).execute();
        assertThat(letters.hasFailed()).isTrue();
        assertThat(letters.committedKeys()).containsExactlyInAnyOrderElementsOf(poisonKeys());
        assertAllOthersAreDelivered();
    }
}
