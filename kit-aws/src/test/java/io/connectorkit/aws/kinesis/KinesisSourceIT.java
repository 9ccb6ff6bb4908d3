package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.connectorkit.aws.KinesisLocal;
import io.connectorkit.aws.ReadingJob;
import io.connectorkit.aws.shard.ShardSourceOptions;
import io.connectorkit.aws.shard.StartPosition;
import io.connectorkit.aws.shard.StopPosition;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

class KinesisSourceIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final KinesisLocal server = KinesisLocal.shared();
    private final KinesisStream stream = new KinesisStream(server, 1);

    @AfterEach
    void delete() {
        stream.close();
    }

    private KinesisSourceOptions options(StartPosition start) {
        KinesisSourceOptions options = KinesisSourceOptions.ofArn(stream.arn, server.options());
        return options.withSource(options.source()
                .withStart(start)
                .withDiscoveryInterval(Duration.ofSeconds(1))
                .withPollDelays(Duration.ofMillis(10), Duration.ofMillis(200)));
    }

    private void awaitAllWritten(ReadingJob job) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> assertThat(job.byKey())
                .isEqualTo(stream.written()));
    }

    private static void kill(ReadingJob job, Runnable meanwhile) {
        int restarts = job.restarts();
        job.failAfter(meanwhile);
        awaitRestart(job, restarts);
    }

    /** Fails the job between two checkpoints, some of what is written read and some not. */
    private static void killInTheMiddle(ReadingJob job, Runnable writes) {
        int restarts = job.restarts();
        job.failAfterElements(50);
        writes.run();
        awaitRestart(job, restarts);
    }

    private static void awaitRestart(ReadingJob job, int restarts) {
        await().atMost(LIMIT).until(() -> job.restarts() > restarts);
        // All tasks run again once a checkpoint has completed.
        int checkpoints = job.checkpoints();
        await().atMost(LIMIT).until(() -> job.checkpoints() > checkpoints);
    }

    @Test
    void readsExactlyWhatWasWrittenOverKillsReshardingsAndARescale(@TempDir Path savepoints) throws Exception {
        stream.putRounds("before-", 40, 5);
        try (ReadingJob job = KinesisJob.of(options(StartPosition.TRIM_HORIZON)).start(2)) {
            stream.putRounds("one-", 40, 3);
            kill(job, () -> stream.putRounds("killed-", 40, 2));
            stream.splitAll();
            stream.putRounds("two-", 40, 3);
            stream.splitAll();
            assertThat(stream.openShards()).hasSize(4);
            killInTheMiddle(job, () -> stream.putRounds("four-", 40, 3));
            stream.putRounds("killed-again-", 40, 2);
            stream.putRounds("late-", 40, 2);
            String savepoint = job.stop(savepoints);
            stream.putRounds("stopped-", 40, 2);
            stream.mergePairs();
            assertThat(stream.openShards()).hasSize(2);
            stream.putRounds("merged-", 40, 3);
            job.start(3, savepoint);
            kill(job, () -> stream.putRounds("last-", 40, 3));
            awaitAllWritten(job);
            assertThat(job.restarts()).isEqualTo(3);
        }
    }

    @Test
    void whatIsInFlightWhenTheJobIsStoppedIsNeitherLostNorRepeated(@TempDir Path savepoints) throws Exception {
        stream.putRounds("one-", 40, 20);
        stream.splitAll();
        stream.putRounds("two-", 40, 20);
        try (ReadingJob job =
                KinesisJob.of(options(StartPosition.TRIM_HORIZON)).slow().start(2)) {
            await().atMost(LIMIT).until(() -> job.seen().size() > 100);
            String first = job.stop(savepoints);
            int seen = job.seen().size();
            assertThat(seen).isLessThan(1600);
            job.start(3, first);
            await().atMost(LIMIT).until(() -> job.seen().size() > seen);
            String second = job.stop(savepoints);
            assertThat(job.seen()).hasSizeLessThan(1600);
            stream.mergePairs();
            stream.putRounds("three-", 40, 5);
            job.fast().start(2, second);
            awaitAllWritten(job);
            assertThat(job.seen()).as("every record went downstream once").hasSize(1800);
        }
    }

    @Test
    void packedRecordsAreReadOnceEachOverAKill() throws Exception {
        try (ReadingJob job = KinesisJob.of(options(StartPosition.TRIM_HORIZON)).start(1)) {
            for (int kill = 0; kill < 2; kill++) {
                stream.putPacked("packed-" + kill + "-", 10, 200);
                kill(job, () -> stream.putPacked("killed-", 10, 300));
            }
            awaitAllWritten(job);
        }
    }

    @Test
    void latestMissesNothingOfAnIdleShardOverARestart() throws Exception {
        try (ReadingJob job = KinesisJob.of(options(StartPosition.LATEST)).start(1)) {
            await().atMost(LIMIT).until(() -> job.checkpoints() >= 3);
            kill(job, () -> stream.put("k", "written while the job fails"));
            awaitAllWritten(job);
        }
    }

    @Test
    void latestPassesOverWhatWasWrittenBefore() throws Exception {
        stream.putRounds("old-", 5, 2);
        stream.splitAll();
        stream.putRounds("older-", 5, 2);
        try (ReadingJob job = KinesisJob.of(options(StartPosition.LATEST)).start(2)) {
            AtomicInteger marks = new AtomicInteger();
            await().atMost(LIMIT).until(() -> {
                stream.putRounds("mark-" + marks.incrementAndGet() + "-", 20, 1);
                return job.byKey().size() == 20;
            });
            stream.putRounds("new-", 20, 2);
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(job.byKey().values()).allSatisfy(values -> {
                    assertThat(values).endsWith("new-0", "new-1");
                    assertThat(values).noneMatch(value -> value.startsWith("old"));
                });
            });
        }
    }

    @Test
    void aTimeStartsWithTheFirstRecordThatArrivedThen() throws Exception {
        stream.putRounds("old-", 5, 2);
        stream.splitAll();
        Instant time = stream.client
                .putRecord(put -> put.streamARN(stream.arn).partitionKey("x").data(SdkBytes.fromUtf8String("old")))
                .thenApply(put -> Instant.now().plusMillis(1))
                .join();
        await().until(() -> Instant.now().isAfter(time));
        stream.forget();
        stream.putRounds("new-", 5, 2);
        try (ReadingJob job = KinesisJob.of(options(StartPosition.at(time))).start(2)) {
            awaitAllWritten(job);
        }
    }

    @Test
    void latestAsAStopEndsTheJobBehindWhatWasThere() throws Exception {
        stream.putRounds("one-", 20, 3);
        stream.splitAll();
        stream.putRounds("two-", 20, 3);
        stream.mergePairs();
        stream.putRounds("three-", 20, 3);
        KinesisSourceOptions options = options(StartPosition.TRIM_HORIZON);
        try (ReadingJob job = KinesisJob.of(options.withSource(options.source().withStop(StopPosition.LATEST)))
                .start(2)) {
            job.finish();
            assertThat(job.byKey()).isEqualTo(stream.written());
        }
    }

    @Test
    void goesOnBehindTheRecordsThatAnotherReaderHasRead() throws Exception {
        stream.put("k", "read");
        var put = stream.client
                .putRecord(request ->
                        request.streamARN(stream.arn).partitionKey("k").data(SdkBytes.fromUtf8String("read too")))
                .join();
        stream.forget();
        stream.put("k", "new");
        KinesisSourceOptions options = options(StartPosition.after(Map.of(put.shardId(), put.sequenceNumber())));
        try (ReadingJob job = KinesisJob.of(options).start(1)) {
            awaitAllWritten(job);
        }
    }

    @Test
    void refusesAStreamThatDoesNotExist() throws Exception {
        String arn = stream.arn + "-other";
        try (ReadingJob job =
                KinesisJob.of(KinesisSourceOptions.ofArn(arn, server.options())).start(1)) {
            assertThat(job.failure())
                    .hasStackTraceContaining("stream '" + arn + "' cannot be read: ResourceNotFoundException: ");
        }
    }

    @Test
    void refusesAStartInTheFuture() throws Exception {
        Instant future = Instant.now().plus(Duration.ofDays(1));
        try (ReadingJob job = KinesisJob.of(options(StartPosition.at(future))).start(1)) {
            assertThat(job.failure())
                    .hasStackTraceContaining("source.start must not be in the future (now ")
                    .hasStackTraceContaining("), got " + future + "; use LATEST to read what is written from now on");
        }
    }

    @Test
    void theDefaultsPageIsTheLargestThatTheServiceGives() {
        assertThat(options(StartPosition.LATEST).source().pageRecords()).isEqualTo(10_000);
        assertThat(ShardSourceOptions.defaults().pageRecords()).isEqualTo(1000);
    }
}
