package io.connectorkit.failure;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * How often and how fast a failed change is tried again: exponential back-off with full jitter.
 *
 * <p>The delay before attempt n+1 is uniform between 0 and {@code min(maxDelay, initialDelay * 2^(n-1))}, at least one
 * millisecond (AWS Architecture Blog, "Exponential Backoff And Jitter").
 *
 * @param maxAttempts attempts in total, the first included; at least 1
 * @param initialDelay upper bound of the first delay; at least 1 ms
 * @param maxDelay upper bound of any delay; at least {@code initialDelay}
 */
public record RetryPolicy(int maxAttempts, Duration initialDelay, Duration maxDelay) implements Serializable {

    public RetryPolicy {
        Objects.requireNonNull(initialDelay, "initialDelay");
        Objects.requireNonNull(maxDelay, "maxDelay");
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("retry.max-attempts must be at least 1, got " + maxAttempts);
        }
        if (initialDelay.toMillis() < 1) {
            throw new IllegalArgumentException("retry.initial-delay must be at least 1 ms, got " + initialDelay);
        }
        if (maxDelay.compareTo(initialDelay) < 0) {
            throw new IllegalArgumentException(
                    "retry.max-delay must be at least retry.initial-delay (" + initialDelay + "), got " + maxDelay);
        }
    }

    /** 16 attempts, delays up to 100 ms at first and 10 s at most: an outage of about 45 s is ridden out on average. */
    public static RetryPolicy defaults() {
        return new RetryPolicy(16, Duration.ofMillis(100), Duration.ofSeconds(10));
    }

    /** A single attempt. */
    public static RetryPolicy never() {
        return defaults().withMaxAttempts(1);
    }

    public RetryPolicy withMaxAttempts(int maxAttempts) {
        return new RetryPolicy(maxAttempts, initialDelay, maxDelay);
    }

    /** Sets both bounds at once, so that no order of calls is wrong. */
    public RetryPolicy withDelays(Duration initialDelay, Duration maxDelay) {
        return new RetryPolicy(maxAttempts, initialDelay, maxDelay);
    }

    /** Whether a change that has failed {@code attempts} times may be tried again. */
    public boolean allowsAnotherAfter(int attempts) {
        return attempts < maxAttempts;
    }

    /** Milliseconds to wait after {@code attempts} failed attempts. */
    public long delayMillis(int attempts, RandomGenerator random) {
        int doublings = Math.min(attempts - 1, 40);
        long initial = initialDelay.toMillis();
        long max = maxDelay.toMillis();
        long bound = initial > (max >> doublings) ? max : initial << doublings;
        return 1 + random.nextLong(bound);
    }
}
