package io.connectorkit.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    @Test
    void delaysDoubleUpToTheirBoundAndAreSpreadOverAllOfIt() {
        RetryPolicy policy = RetryPolicy.defaults().withDelays(Duration.ofMillis(100), Duration.ofSeconds(10));
        Random random = new Random(5);
        for (int attempts = 1; attempts < 100; attempts++) {
            long bound = Math.min(10_000, 100L << Math.min(attempts - 1, 20));
            long lowest = Long.MAX_VALUE;
            long highest = 0;
            for (int i = 0; i < 1_000; i++) {
                long delay = policy.delayMillis(attempts, random);
                lowest = Math.min(lowest, delay);
                highest = Math.max(highest, delay);
            }
            assertThat(lowest).isBetween(1L, bound / 10);
            assertThat(highest).isBetween(bound * 9 / 10, bound);
        }
    }

    @Test
    void hugeDelaysDoNotOverflow() {
        RetryPolicy policy = RetryPolicy.defaults().withDelays(Duration.ofDays(1), Duration.ofDays(10_000));
        Random random = new Random(5);
        for (int attempts = 1; attempts < 200; attempts++) {
            assertThat(policy.delayMillis(attempts, random))
                    .isBetween(1L, Duration.ofDays(10_000).toMillis());
        }
    }
}
