package io.connectorkit.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class JvmStopwatchTest {

    private static final int MEGABYTE = 1 << 20;

    private Object kept;

    @Test
    void countsWhatALapAllocates() throws Exception {
        try (JvmStopwatch stopwatch = new JvmStopwatch()) {
            Lap lap = stopwatch.time(() -> {
                kept = new byte[64 * MEGABYTE];
                return 1;
            });

            assertThat(lap.allocatedBytes()).isGreaterThanOrEqualTo(64 * MEGABYTE);
            assertThat(lap.wallNanos()).isPositive();
            assertThat(lap.records()).isEqualTo(1);
        }
    }

    @Test
    void countsOtherThreads() throws Exception {
        try (JvmStopwatch stopwatch = new JvmStopwatch()) {
            Thread[] worker = {null};
            Lap lap = stopwatch.time(() -> {
                CountDownLatch done = new CountDownLatch(1);
                worker[0] = new Thread(() -> {
                    kept = new byte[64 * MEGABYTE];
                    done.countDown();
                    try {
                        Thread.currentThread().join();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                worker[0].start();
                done.await();
                return 1;
            });
            worker[0].interrupt();
            worker[0].join();

            assertThat(lap.allocatedBytes()).isGreaterThanOrEqualTo(64 * MEGABYTE);
        }
    }
}
