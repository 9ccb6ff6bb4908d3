package io.connectorkit.lookup;

import io.connectorkit.failure.RetryPolicy;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is the same for every lookup of the kit, for each subtask.
 *
 * @param cacheEntries most keys held, found or missing; 0 turns the cache off
 * @param hitTtl longest time a row is served after it was asked for
 * @param missTtl as {@code hitTtl} for a key without a row; zero asks again each time
 * @param batchEntries most keys in a request
 * @param inFlight most requests at a time
 * @param linger longest time a key waits for its batch to fill while another request is in flight; zero sends at once
 *     when a request may be sent
 * @param retry how often a key that failed is asked for again
 * @param requestTimeout longest a request may take; past it the attempt has failed
 * @param timeout longest a key may take with all its attempts; past it the job fails
 */
public record LookupOptions(
        int cacheEntries,
        Duration hitTtl,
        Duration missTtl,
        int batchEntries,
        int inFlight,
        Duration linger,
        RetryPolicy retry,
        Duration requestTimeout,
        Duration timeout)
        implements Serializable {

    /** Keeps every bound far from the overflow of nanosecond arithmetic. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final int MAX_CAPACITY = 1_000_000;

    public LookupOptions {
        Objects.requireNonNull(hitTtl, "hitTtl");
        Objects.requireNonNull(missTtl, "missTtl");
        Objects.requireNonNull(linger, "linger");
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(requestTimeout, "requestTimeout");
        Objects.requireNonNull(timeout, "timeout");
        List<String> problems = new ArrayList<>();
        atLeast(problems, "lookup.cache.max-entries", 0, cacheEntries);
        within(problems, "lookup.cache.hit-ttl", Duration.ofMillis(1), hitTtl);
        within(problems, "lookup.cache.miss-ttl", Duration.ZERO, missTtl);
        atLeast(problems, "lookup.batch.max-entries", 1, batchEntries);
        atLeast(problems, "lookup.in-flight", 1, inFlight);
        if (2L * batchEntries * inFlight > MAX_CAPACITY) {
            problems.add("lookup.batch.max-entries x lookup.in-flight must be at most " + MAX_CAPACITY / 2
                    + " (the operator holds twice as many records), got " + batchEntries + " x " + inFlight + " = "
                    + (long) batchEntries * inFlight + "; lower one of the two");
        }
        within(problems, "lookup.batch.linger", Duration.ZERO, linger);
        within(problems, "lookup.request-timeout", Duration.ofMillis(1), requestTimeout);
        within(problems, "lookup.timeout", Duration.ofMillis(1), timeout);
        if (timeout.compareTo(requestTimeout) < 0) {
            problems.add("lookup.timeout must be at least lookup.request-timeout (" + requestTimeout + "), got "
                    + timeout + "; raise it or lower lookup.request-timeout");
        }
        if (linger.compareTo(timeout) >= 0) {
            problems.add("lookup.batch.linger must be less than lookup.timeout (" + timeout + "), got " + linger);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void atLeast(List<String> problems, String option, long bound, long value) {
        if (value < bound) {
            problems.add(option + " must be at least " + bound + ", got " + value);
        }
    }

    private static void within(List<String> problems, String option, Duration least, Duration value) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            problems.add(option + " must be between " + least + " and " + LONGEST + ", got " + value);
        }
    }

    /**
     * 10,000 keys cached, rows for 5 minutes and misses for 30 seconds; batches of 100 keys, 4 in flight, 2 ms of
     * waiting; default retries, requests of at most 10 s, 60 s in all.
     */
    public static LookupOptions defaults() {
        return new LookupOptions(
                10_000,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                100,
                4,
                Duration.ofMillis(2),
                RetryPolicy.defaults(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60));
    }

    public LookupOptions withCache(int cacheEntries, Duration hitTtl, Duration missTtl) {
        return new LookupOptions(
                cacheEntries, hitTtl, missTtl, batchEntries, inFlight, linger, retry, requestTimeout, timeout);
    }

    /** Every record is answered by the source; concurrent requests for one key are still merged. */
    public LookupOptions withoutCache() {
        return withCache(0, hitTtl, missTtl);
    }

    /** Sets both at once, so that no order of calls is wrong. */
    public LookupOptions withWindow(int batchEntries, int inFlight) {
        return new LookupOptions(
                cacheEntries, hitTtl, missTtl, batchEntries, inFlight, linger, retry, requestTimeout, timeout);
    }

    public LookupOptions withLinger(Duration linger) {
        return new LookupOptions(
                cacheEntries, hitTtl, missTtl, batchEntries, inFlight, linger, retry, requestTimeout, timeout);
    }

    public LookupOptions withRetry(RetryPolicy retry) {
        return new LookupOptions(
                cacheEntries, hitTtl, missTtl, batchEntries, inFlight, linger, retry, requestTimeout, timeout);
    }

    /** Sets both at once, so that no order of calls is wrong. */
    public LookupOptions withTimeouts(Duration requestTimeout, Duration timeout) {
        return new LookupOptions(
                cacheEntries, hitTtl, missTtl, batchEntries, inFlight, linger, retry, requestTimeout, timeout);
    }

    /** Records the operator holds: what may be in flight and as many again, so that the next batches fill meanwhile. */
    public int capacity() {
        return 2 * batchEntries * inFlight;
    }
}
