package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.connectorkit.aws.KinesisLocal;
import io.connectorkit.aws.ReadingJob;
import io.connectorkit.aws.shard.StartPosition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.Consumer;

/**
 * Enhanced fan-out over HTTP/2 on the emulator, which ends no subscription at a split: that part is tested on scripted
 * answers.
 */
class FanOutIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final KinesisLocal server = KinesisLocal.shared();
    private final KinesisStream stream = new KinesisStream(server, 2);

    @AfterEach
    void delete() {
        stream.close();
    }

    private KinesisSourceOptions options(StartPosition start) {
        return KinesisSourceOptions.ofArn(stream.arn, server.tlsOptions())
                .withStart(start)
                .withFanOut(FanOutOptions.of("kit"));
    }

    private List<String> consumers() {
        return stream.client.listStreamConsumers(list -> list.streamARN(stream.arn)).join().consumers().stream()
                .map(Consumer::consumerName)
                .toList();
    }

    private void awaitAllWritten(ReadingJob job) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> assertThat(job.byKey())
                .isEqualTo(stream.written()));
    }

    @Test
    void readsExactlyWhatWasWrittenOverAKillAndRemovesItsConsumer() throws Exception {
        stream.putRounds("before-", 30, 3);
        try (ReadingJob job = KinesisJob.of(options(StartPosition.TRIM_HORIZON)).start(2)) {
            awaitAllWritten(job);
            assertThat(consumers()).containsExactly("kit");
            stream.putRounds("live-", 30, 3);
            int restarts = job.restarts();
            job.failAfter(() -> stream.putRounds("killed-", 30, 2));
            await().atMost(LIMIT).until(() -> job.restarts() > restarts);
            stream.putRounds("after-", 30, 2);
            awaitAllWritten(job);
            assertThat(consumers()).containsExactly("kit");
        }
        await().atMost(LIMIT).until(() -> consumers().isEmpty());
    }

    @Test
    void whatIsInFlightWhenTheJobIsStoppedIsNeitherLostNorRepeated(@TempDir Path savepoints) throws Exception {
        stream.putRounds("one-", 40, 20);
        try (ReadingJob job =
                KinesisJob.of(options(StartPosition.TRIM_HORIZON)).slow().start(2)) {
            await().atMost(LIMIT).until(() -> job.seen().size() > 100);
            String savepoint = job.stop(savepoints);
            assertThat(job.seen()).hasSizeLessThan(800);
            stream.putRounds("two-", 40, 5);
            job.fast().start(3, savepoint);
            awaitAllWritten(job);
            assertThat(job.seen()).as("every record went downstream once").hasSize(1000);
        }
    }

    @Test
    void takesOverAConsumerThatWasLeftBehind() throws Exception {
        stream.client
                .registerStreamConsumer(
                        register -> register.streamARN(stream.arn).consumerName("kit"))
                .join();
        stream.putRounds("v-", 10, 2);
        try (ReadingJob job = KinesisJob.of(options(StartPosition.TRIM_HORIZON)).start(1)) {
            awaitAllWritten(job);
        }
        await().atMost(LIMIT).until(() -> consumers().isEmpty());
    }
}
