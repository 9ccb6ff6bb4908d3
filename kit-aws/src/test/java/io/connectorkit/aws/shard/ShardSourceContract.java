package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.shard.ScriptedStream.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

/**
 * What every service of shards must keep to behind the {@link ShardSource}: its own {@link ShardApi} runs, its SDK
 * client talks to a {@link ScriptedStream}.
 *
 * <p>Two things to write: a client in front of the scripted stream, and how a record's text is found.
 */
public abstract class ShardSourceContract<R> {

    private static final int KEYS = 24;

    /** The service's API on a client that talks to this stream. */
    protected abstract ShardApi<R> open(ScriptedStream stream);

    /** The key that the record was written with. */
    protected abstract String key(R record);

    /** The text that the record was written with. */
    protected abstract String text(R record);

    /** Whether two shards can become one. */
    protected boolean merges() {
        return true;
    }

    /** Whether the service tells a position that was trimmed; else a gap cannot be seen by a request alone. */
    protected boolean tellsTrimmedPositions() {
        return true;
    }

    private final class Words implements ShardDeserializer<R, String> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(R record, Collector<String> out) {
            out.collect(key(record) + "=" + text(record));
        }

        @Override
        public void gap(ShardGap gap, Collector<String> out) {
            out.collect("gap=" + gap.shardId() + " " + gap.position().kind());
        }

        @Override
        public boolean emitsGaps() {
            return true;
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }
    }

    /** A stream, a writer that knows what it wrote, and a job that reads. */
    private final class Run {
        final ManualTime time = new ManualTime();
        final ScriptedStream stream;
        final ShardJob<R> job;
        final Map<String, List<String>> written = new TreeMap<>();
        private final Random random;
        private int writes;

        Run(long seed, int openShards, ShardSourceOptions options) {
            this(seed, openShards, options, ShardPlacement.LINEAGE, ShardJob.Topology.SHUFFLED);
        }

        Run(
                long seed,
                int openShards,
                ShardSourceOptions options,
                ShardPlacement placement,
                ShardJob.Topology topology) {
            random = new Random(seed);
            stream = new ScriptedStream("orders", time, openShards);
            job = new ShardJob<>(() -> open(stream), new Words(), options, placement, topology, time, seed);
        }

        void write(int records) {
            for (int i = 0; i < records; i++) {
                String key = "k" + random.nextInt(KEYS);
                String text = "v" + writes++;
                stream.write(key, text);
                written.computeIfAbsent(key, k -> new ArrayList<>()).add(text);
            }
        }

        private String anyShard() {
            List<String> open = stream.openShards();
            return open.get(random.nextInt(open.size()));
        }

        void reshard() {
            switch (random.nextInt(3)) {
                case 0 -> stream.rollover(anyShard());
                case 1 -> {
                    if (stream.openShards().size() < 8) {
                        stream.split(anyShard());
                    }
                }
                default -> {
                    if (merges()) {
                        stream.merge(anyShard());
                    }
                }
            }
        }

        void disturb() {
            switch (random.nextInt(4)) {
                case 0 -> stream.refuse(anyShard(), Refusal.THROTTLED, 1 + random.nextInt(3));
                case 1 -> stream.refuse(anyShard(), Refusal.INTERNAL, 1);
                case 2 -> stream.refuse(anyShard(), Refusal.EXPIRED_ITERATOR, 1);
                default -> stream.expireIterators();
            }
        }

        /** Records are written and trimmed, shards change, requests fail, while the job runs. */
        void live(int rounds) {
            for (int i = 0; i < rounds; i++) {
                write(random.nextInt(12));
                if (random.nextInt(4) == 0) {
                    reshard();
                }
                if (random.nextInt(6) == 0) {
                    disturb();
                }
                if (random.nextInt(6) == 0) {
                    stream.trimRead(entry -> job.keeps(entry.key(), entry.text()), job::keepsEnd);
                }
                if (random.nextInt(5) == 0) {
                    job.triggerCheckpoint();
                }
                job.run(random.nextInt(60));
            }
        }

        void killAndRestart(int parallelism) {
            job.triggerCheckpoint();
            job.run(random.nextInt(60));
            job.kill();
            write(10);
            job.start(parallelism);
        }

        void expectExactlyWhatWasWritten(String what) {
            int total = written.values().stream().mapToInt(List::size).sum();
            boolean all = job.runUntil(() -> job.seenRecords() >= total);
            // And nothing more.
            job.run(500);
            assertThat(job.seen()).as("%s (all arrived: %s)", what, all).isEqualTo(written);
        }
    }

    private static ShardSourceOptions oldest() {
        return ShardSourceOptions.defaults()
                .withStart(StartPosition.TRIM_HORIZON)
                .withPageRecords(7);
    }

    @Test
    void readsWhatWasWrittenEachKeyInOrderOverSplitsAndMerges() {
        for (long seed = 0; seed < 50; seed++) {
            Run run = new Run(seed, 1 + (int) (seed % 3), oldest());
            run.job.start(1 + (int) (seed % 4));
            run.live(40);
            run.expectExactlyWhatWasWritten("seed " + seed);
        }
    }

    @Test
    void losesAndRepeatsNothingWhereverACheckpointCuts() {
        for (int cut = 0; cut < 150; cut++) {
            Run run = new Run(7, 2, oldest());
            run.write(20);
            run.job.start(2);
            run.job.run(cut * 6);
            run.reshard();
            run.write(10);
            run.job.triggerCheckpoint();
            assertThat(run.job.runUntil(() -> run.job.completedCheckpoints() > 0))
                    .isTrue();
            run.write(10);
            run.reshard();
            run.job.run(cut);
            run.job.kill();
            run.write(5);
            run.job.start(2);
            run.expectExactlyWhatWasWritten("cut " + cut);
        }
    }

    @Test
    void losesAndRepeatsNothingOverKillsReshardingsAndChangesOfParallelism() {
        for (long seed = 0; seed < 100; seed++) {
            Run run = new Run(seed, 1, oldest());
            run.job.start(2);
            for (int kill = 0; kill < 4; kill++) {
                run.live(15);
                run.job.kill();
                run.live(0);
                run.write(5);
                run.reshard();
                run.job.start(1 + run.random.nextInt(4));
            }
            run.live(10);
            run.expectExactlyWhatWasWritten("seed " + seed);
        }
    }

    @Test
    void losesAndRepeatsNothingOverStopsWithSavepointsAndChangesOfParallelism() {
        for (long seed = 0; seed < 60; seed++) {
            Run run = new Run(seed, 2, oldest());
            run.job.start(2);
            for (int stop = 0; stop < 4; stop++) {
                run.live(15);
                // Pages are on their way, and channels full.
                run.write(40);
                run.job.run(run.random.nextInt(60));
                Map<String, List<String>> emitted = new TreeMap<>();
                assertThat(run.job.stopWithSavepoint(emitted::putAll))
                        .as("seed %d stops", seed)
                        .isTrue();
                assertThat(run.job.kept())
                        .as("seed %d, savepoint %d", seed, stop)
                        .isEqualTo(emitted);
                run.write(5);
                run.reshard();
                run.job.start(1 + run.random.nextInt(4));
            }
            run.live(10);
            run.expectExactlyWhatWasWritten("seed " + seed);
        }
    }

    @Test
    void isExactOverThreeKillsFromOneShardToFourToTwoAndFromTwoSubtasksToThree() {
        for (long seed = 0; seed < 40; seed++) {
            Run run = new Run(seed, 1, oldest());
            run.job.start(2);
            run.write(40);
            run.job.run(run.random.nextInt(300));
            run.killAndRestart(2);
            run.stream.openShards().forEach(run.stream::split);
            run.write(40);
            run.job.run(run.random.nextInt(100));
            run.stream.openShards().forEach(run.stream::split);
            assertThat(run.stream.openShards()).hasSize(4);
            run.write(40);
            run.job.run(run.random.nextInt(300));
            run.killAndRestart(2);
            run.write(40);
            run.job.run(run.random.nextInt(300));
            assertThat(run.job.stopWithSavepoint(emitted -> {})).isTrue();
            run.write(40);
            if (merges()) {
                List<String> open = run.stream.openShards();
                run.stream.merge(open.get(0));
                run.stream.merge(open.get(2));
                assertThat(run.stream.openShards()).hasSize(2);
            }
            run.write(40);
            run.job.start(3);
            run.job.run(run.random.nextInt(300));
            run.killAndRestart(3);
            run.write(40);
            run.expectExactlyWhatWasWritten("seed " + seed);
        }
    }

    @Test
    void theOrderIsTheSourcesDoing() {
        int broken = 0;
        for (long seed = 0; seed < 50; seed++) {
            Run run = new Run(seed, 2, oldest(), ShardPlacement.PLAIN, ShardJob.Topology.SHUFFLED);
            run.job.start(4);
            run.live(40);
            int total = run.written.values().stream().mapToInt(List::size).sum();
            run.job.runUntil(() -> run.job.seenRecords() >= total);
            broken += run.job.seen().equals(run.written) ? 0 : 1;
        }
        assertThat(broken)
                .as("runs in which a key's records came out of order with plain assignment")
                .isPositive();
    }

    @Test
    void aSubtaskThatFailsAloneGoesBackAloneAndLosesAndRepeatsNothing() {
        for (long seed = 0; seed < 60; seed++) {
            Run run = new Run(seed, 3, oldest(), ShardPlacement.LINEAGE, ShardJob.Topology.FORWARD);
            run.job.start(3);
            for (int kill = 0; kill < 4; kill++) {
                run.live(10);
                run.job.failSubtask(run.random.nextInt(3));
            }
            run.live(10);
            int total = run.written.values().stream().mapToInt(List::size).sum();
            run.job.runUntil(() -> run.job.seenRecords() >= total);
            run.job.run(500);
            long of = seed;
            // A key whose shard moved was counted by two operators.
            run.job.seen().forEach((key, seen) -> assertThat(seen)
                    .as("seed %d, key %s", of, key)
                    .containsExactlyInAnyOrderElementsOf(run.written.get(key)));
            assertThat(run.job.seenRecords()).as("seed %d", seed).isEqualTo(total);
        }
    }

    @Test
    void latestMissesNothingOfAQuietStreamOverARestart() {
        Run run = new Run(3, 2, ShardSourceOptions.defaults());
        run.write(50);
        run.written.clear();
        run.time.advance(3_600_000);
        run.job.start(2);
        assertThat(run.job.runUntil(() -> run.job.completedCheckpoints() > 2)).isTrue();
        assertThat(run.job.seen()).isEmpty();
        run.job.kill();
        run.write(10);
        run.time.advance(600_000);
        run.reshard();
        run.write(10);
        run.job.start(3);
        run.expectExactlyWhatWasWritten("after the restart");
    }

    @Test
    void latestStaysWhatItWasWhenTheJobFailsBeforeItsFirstCheckpoint() {
        Run run = new Run(3, 2, ShardSourceOptions.defaults());
        run.write(50);
        run.written.clear();
        run.time.advance(3_600_000);
        run.job.start(2);
        run.job.run(200);
        run.job.kill();
        run.write(10);
        run.time.advance(600_000);
        run.job.start(2);
        run.expectExactlyWhatWasWritten("after the restart");
    }

    @Test
    void latestMissesNothingWhileItsFirstRequestFails() {
        Run run = new Run(3, 1, ShardSourceOptions.defaults());
        run.write(20);
        run.written.clear();
        run.time.advance(3_600_000);
        String shard = run.stream.openShards().get(0);
        run.stream.refuse(shard, Refusal.INTERNAL, 3);
        run.job.start(1);
        while (run.stream.requests("iterator " + shard) + run.stream.requests("read " + shard) == 0) {
            run.job.step();
        }
        run.write(10);
        run.expectExactlyWhatWasWritten("since the start");
    }

    @Test
    void aThrottledShardDoesNotDelayTheOthers() {
        Run run = new Run(5, 4, oldest());
        run.write(400);
        String throttled = run.stream.openShards().get(0);
        run.stream.refuseAlways(throttled, Refusal.THROTTLED);
        run.job.start(1);
        long start = run.time.millis();
        int[] last = {-1};
        run.job.runUntil(() -> {
            boolean still = run.time.millis() - start > 60_000;
            last[0] = run.job.seenRecords();
            return still;
        });
        int others = last[0];
        assertThat(others).isGreaterThan(200).isLessThan(400);
        run.stream.refuseAlways(throttled, null);
        run.expectExactlyWhatWasWritten("once it is not throttled any more");
        assertThat(run.job.count("throttles")).isPositive();
    }

    @Test
    void anIdleStreamIsAskedAboutOnceASecondAndShardAndWakesNobody() {
        Run run = new Run(5, 4, ShardSourceOptions.defaults());
        run.job.start(1);
        run.job.runUntil(() -> run.job.completedCheckpoints() > 1);
        run.time.advance(10_000);
        run.job.run(50);
        String shard = run.stream.openShards().get(0);
        int before = run.stream.requests("read " + shard);
        run.time.advance(60_000);
        assertThat(run.stream.requests("read " + shard) - before).isBetween(55, 61);
        assertThat(run.job.task(0).reader.isAvailable()).isNotDone();
    }

    @Test
    void aShardThatEndsWithoutAChildIsNotAskedAboutAgain() {
        Run run = new Run(5, 2, oldest());
        run.write(30);
        String ended = run.stream.openShards().get(0);
        run.stream.end(ended);
        run.job.start(1);
        run.expectExactlyWhatWasWritten("all shards");
        run.job.runUntil(() -> run.job.task(0).gauge("openShards") == 1);
        int before = run.stream.requests("read " + ended);
        run.time.advance(600_000);
        assertThat(run.stream.requests("read " + ended)).isEqualTo(before);
    }

    @Test
    void anEmptyListingIsWaitedOut() {
        Run run = new Run(5, 0, oldest());
        run.job.start(2);
        run.job.runUntil(() -> run.job.completedCheckpoints() > 2);
        run.stream.appear(2);
        run.write(30);
        run.expectExactlyWhatWasWritten("shards that appeared");
    }

    @Test
    void anOutageOfTheListingIsRiddenOut() {
        Run run = new Run(5, 1, oldest());
        run.job.start(2);
        run.job.runUntil(() -> run.job.completedCheckpoints() > 0);
        run.stream.refuseListing(Refusal.INTERNAL);
        run.time.advance(60_000);
        run.reshard();
        run.write(30);
        run.stream.refuseListing(null);
        run.expectExactlyWhatWasWritten("after the outage");
    }

    @Test
    void failsForGoodWhenUnreadRecordsWereTrimmed() {
        if (!tellsTrimmedPositions()) {
            return;
        }
        Run run = trimmed(OnGap.FAIL);
        assertThatThrownBy(() -> run.job.runUntil(() -> false))
                .isInstanceOf(ShardSourceException.class)
                .hasMessageContaining("was trimmed before it was read to its end (position: after sequence number ")
                .hasMessageContaining("source.on-gap=continue");
    }

    @Test
    void continuesBehindAGapAndCountsIt() {
        if (!tellsTrimmedPositions()) {
            return;
        }
        Run run = trimmed(OnGap.CONTINUE);
        run.write(10);
        int total = 30 + 10;
        assertThat(run.job.runUntil(() -> run.job.seenRecords() >= total)).isTrue();
        assertThat(run.job.count("gaps")).isEqualTo(1);
    }

    @Test
    void emitsAnElementInPlaceOfAGapOnce() {
        if (!tellsTrimmedPositions()) {
            return;
        }
        Run run = trimmed(OnGap.EMIT_EVENT);
        String shard = run.stream.openShards().get(0);
        assertThat(run.job.runUntil(() -> run.job.seen().containsKey("gap"))).isTrue();
        long before = run.job.completedCheckpoints();
        run.job.runUntil(() -> run.job.completedCheckpoints() > before + 1);
        run.job.kill();
        run.job.start(1);
        run.write(10);
        // 30 read, 10 lost, one gap, 10 behind it.
        assertThat(run.job.runUntil(() -> run.job.seenRecords() >= 41)).isTrue();
        run.job.run(500);
        assertThat(run.job.seen().get("gap")).containsExactly(shard + " AFTER");
        assertThat(run.job.seenRecords()).isEqualTo(41);
    }

    @Test
    void aChildThatWasTrimmedInPartBeforeItsFirstRequestIsAGapToo() {
        Run run = new Run(5, 1, oldest().withOnGap(OnGap.EMIT_EVENT));
        run.write(30);
        run.job.start(1);
        run.job.runUntil(() -> run.job.seenRecords() == 30);
        long before = run.job.completedCheckpoints();
        run.job.runUntil(() -> run.job.completedCheckpoints() > before + 1);
        run.job.kill();
        // The job is away for longer than records are kept.
        String parent = run.stream.openShards().get(0);
        String child = run.stream.rollover(parent);
        run.write(10);
        run.time.advance(25 * 3_600_000);
        run.stream.trim(parent, 30);
        run.stream.trim(child, 10);
        run.write(3);
        String grandchild = run.stream.rollover(child);
        run.write(4);
        run.job.start(1);
        assertThat(run.job.runUntil(() -> run.job.seenRecords() >= 30 + 2 + 3 + 4))
                .isTrue();
        run.job.run(500);
        assertThat(run.job.seen().get("gap"))
                .as("not of the grandchild %s, which began behind records of its parent that were read", grandchild)
                .hasSize(2)
                .allMatch(gap -> gap.startsWith(parent) || gap.startsWith(child));
        assertThat(run.job.seenRecords()).isEqualTo(30 + 2 + 3 + 4);
    }

    /** Read, checkpointed, then trimmed 10 records further. */
    private Run trimmed(OnGap onGap) {
        Run run = new Run(5, 1, oldest().withOnGap(onGap));
        run.write(30);
        run.job.start(1);
        run.job.runUntil(() -> run.job.seenRecords() == 30);
        long before = run.job.completedCheckpoints();
        run.job.runUntil(() -> run.job.completedCheckpoints() > before + 1);
        run.job.kill();
        run.write(10);
        run.stream.trim(run.stream.openShards().get(0), 40);
        run.job.start(1);
        return run;
    }

    @Test
    void aJobBoundedByItsStartReadsWhatWasThereAndEnds() {
        for (long seed = 0; seed < 20; seed++) {
            Run run = new Run(seed, 2, oldest().withStop(StopPosition.LATEST));
            run.write(40);
            run.reshard();
            run.write(40);
            run.time.advance(1_000_000);
            Map<String, List<String>> there = new TreeMap<>();
            run.written.forEach((key, values) -> there.put(key, List.copyOf(values)));
            run.job.start(1 + (int) (seed % 3));
            if (seed % 2 == 0) {
                run.live(3);
                run.job.kill();
                run.job.start(2);
            }
            run.time.advance(1_000_000);
            run.write(30);
            run.reshard();
            assertThat(run.job.runUntil(run.job::isFinished))
                    .as("seed %d ends", seed)
                    .isTrue();
            run.job.run(2000);
            long of = seed;
            there.forEach((key, values) -> assertThat(run.job.seen().get(key))
                    .as("seed %d, key %s", of, key)
                    .startsWith(values.toArray(new String[0]))
                    .hasSizeLessThanOrEqualTo(run.written.get(key).size()));
        }
    }

    @Test
    void aJobBoundedByATimeReadsNothingThatWasCreatedLater() {
        Instant stop = new ManualTime().instant().plusSeconds(3600);
        Run bounded = new Run(9, 2, oldest().withStop(StopPosition.at(stop)));
        bounded.write(40);
        bounded.job.start(2);
        assertThat(bounded.job.runUntil(() -> bounded.job.seenRecords() == 40)).isTrue();
        assertThat(bounded.job.isFinished()).isFalse();
        bounded.reshard();
        bounded.write(10);
        bounded.time.advance(7_200_000);
        Map<String, List<String>> before = new TreeMap<>();
        bounded.written.forEach((key, values) -> before.put(key, List.copyOf(values)));
        bounded.write(10);
        bounded.reshard();
        bounded.write(10);
        assertThat(bounded.job.runUntil(bounded.job::isFinished))
                .as(() -> bounded.job.describe())
                .isTrue();
        bounded.job.run(2000);
        assertThat(bounded.job.seen()).isEqualTo(before);
    }

    @Test
    void aMissingPermissionIsOneClearErrorAtTheStart() {
        Run run = new Run(5, 1, oldest());
        run.stream.refuseListing(Refusal.DENIED);
        run.job.start(1);
        assertThatThrownBy(() -> run.job.runUntil(() -> false))
                .isInstanceOf(ShardSourceException.class)
                .hasMessageContaining("cannot be read: AccessDenied");
    }

    @Test
    void aMissingPermissionToReadRecordsIsOneClearErrorAtTheStart() {
        Run run = new Run(5, 1, ShardSourceOptions.defaults());
        run.stream.refuseAlways(run.stream.openShards().get(0), Refusal.DENIED);
        run.job.start(1);
        assertThatThrownBy(() -> run.job.runUntil(() -> false))
                .isInstanceOf(ShardSourceException.class)
                .hasMessageContaining("cannot be read: AccessDenied");
    }

    @Test
    void aStreamThatDoesNotExistIsOneClearErrorAtTheStart() {
        Run run = new Run(5, 1, oldest());
        run.stream.refuseListing(Refusal.NO_SUCH_STREAM);
        run.job.start(1);
        assertThatThrownBy(() -> run.job.runUntil(() -> false))
                .isInstanceOf(ShardSourceException.class)
                .hasMessageContaining("cannot be read: ResourceNotFoundException");
    }

    @Test
    void latencyIsPaidOnceForAllShards() {
        Run run = new Run(5, 8, oldest().withPageRecords(100));
        run.stream.latency(500);
        run.write(400);
        run.job.start(1);
        long start = run.time.millis();
        run.job.runUntil(() -> run.job.seenRecords() == 400);
        // Listing tick, iterator, one or two pages: not eight of each.
        assertThat(run.time.millis() - start).isLessThan(6000);
    }
}
