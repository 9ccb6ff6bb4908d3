package io.connectorkit.aws.shard;

import io.connectorkit.failure.RetryPolicy;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is the same for every shard source.
 *
 * @param start where a job without state starts
 * @param stop where the job stops; a job that stops is bounded
 * @param discoveryInterval time between two listings of the shards; the end of a shard brings one forward
 * @param minPollDelay pause after a page that was not full; a full one is followed at once
 * @param maxPollDelay longest pause of an idle shard, reached by doubling; longer where many shards of a subtask have
 *     been idle together for 30 s: then they are asked 5 times a second in all
 * @param pageRecords most records in a request
 * @param bufferedRecords records held by a subtask beyond which no shard asks for more; requests already under way may
 *     exceed it by a page for each shard
 * @param onGap what happens when records were trimmed before they were read
 * @param retry how often in a row a request may fail; throttled requests do not count
 */
public record ShardSourceOptions(
        StartPosition start,
        StopPosition stop,
        Duration discoveryInterval,
        Duration minPollDelay,
        Duration maxPollDelay,
        int pageRecords,
        int bufferedRecords,
        OnGap onGap,
        RetryPolicy retry)
        implements Serializable {

    public ShardSourceOptions {
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(stop, "stop");
        Objects.requireNonNull(discoveryInterval, "discoveryInterval");
        Objects.requireNonNull(minPollDelay, "minPollDelay");
        Objects.requireNonNull(maxPollDelay, "maxPollDelay");
        Objects.requireNonNull(onGap, "onGap");
        Objects.requireNonNull(retry, "retry");
        List<String> problems = new ArrayList<>();
        if (start.time() != null && stop.time() != null && !stop.time().isAfter(start.time())) {
            problems.add("source.stop must be after source.start (" + start.time() + "), got " + stop.time());
        }
        if (discoveryInterval.toMillis() < 1000) {
            problems.add("source.discovery-interval must be at least 1 s (the service allows 10 listings a second for"
                    + " the whole account), got " + discoveryInterval);
        }
        if (minPollDelay.toMillis() < 1) {
            problems.add("source.poll.min-delay must be at least 1 ms, got " + minPollDelay);
        }
        if (maxPollDelay.compareTo(minPollDelay) < 0) {
            problems.add("source.poll.max-delay must be at least source.poll.min-delay (" + minPollDelay + "), got "
                    + maxPollDelay);
        }
        if (pageRecords < 1) {
            problems.add("source.page-size must be at least 1, got " + pageRecords);
        }
        if (bufferedRecords < 1) {
            problems.add("source.buffer.max-records must be at least 1, got " + bufferedRecords);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /**
     * Newest records first seen, listings every 10 s, polls 50 ms to 1 s apart, pages of 1,000, 10,000 records held,
     * failing on a gap.
     */
    public static ShardSourceOptions defaults() {
        return new ShardSourceOptions(
                StartPosition.LATEST,
                StopPosition.NEVER,
                Duration.ofSeconds(10),
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                1000,
                10_000,
                OnGap.FAIL,
                RetryPolicy.defaults());
    }

    public ShardSourceOptions withStart(StartPosition start) {
        return new ShardSourceOptions(
                start, stop, discoveryInterval, minPollDelay, maxPollDelay, pageRecords, bufferedRecords, onGap, retry);
    }

    public ShardSourceOptions withStop(StopPosition stop) {
        return new ShardSourceOptions(
                start, stop, discoveryInterval, minPollDelay, maxPollDelay, pageRecords, bufferedRecords, onGap, retry);
    }

    public ShardSourceOptions withDiscoveryInterval(Duration discoveryInterval) {
        return new ShardSourceOptions(
                start, stop, discoveryInterval, minPollDelay, maxPollDelay, pageRecords, bufferedRecords, onGap, retry);
    }

    /** Sets both bounds at once, so that no order of calls is wrong. */
    public ShardSourceOptions withPollDelays(Duration minPollDelay, Duration maxPollDelay) {
        return new ShardSourceOptions(
                start, stop, discoveryInterval, minPollDelay, maxPollDelay, pageRecords, bufferedRecords, onGap, retry);
    }

    public ShardSourceOptions withPageRecords(int pageRecords) {
        return new ShardSourceOptions(
                start, stop, discoveryInterval, minPollDelay, maxPollDelay, pageRecords, bufferedRecords, onGap, retry);
    }

    public ShardSourceOptions withBufferedRecords(int bufferedRecords) {
        return new ShardSourceOptions(
                start, stop, discoveryInterval, minPollDelay, maxPollDelay, pageRecords, bufferedRecords, onGap, retry);
    }

    public ShardSourceOptions withOnGap(OnGap onGap) {
        return new ShardSourceOptions(
                start, stop, discoveryInterval, minPollDelay, maxPollDelay, pageRecords, bufferedRecords, onGap, retry);
    }

    public ShardSourceOptions withRetry(RetryPolicy retry) {
        return new ShardSourceOptions(
                start, stop, discoveryInterval, minPollDelay, maxPollDelay, pageRecords, bufferedRecords, onGap, retry);
    }
}
