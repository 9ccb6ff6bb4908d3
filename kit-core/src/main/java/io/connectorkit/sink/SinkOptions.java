package io.connectorkit.sink;

import io.connectorkit.failure.FailureClassifier;
import io.connectorkit.failure.RetryPolicy;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * What is the same for every sink of the kit.
 *
 * @param tuning batch, in-flight and buffer
 * @param retry how often a failed change is tried again
 * @param requestTimeout longest a request may take; past it the attempt has failed
 * @param flushOnCheckpoint whether a checkpoint waits until everything written before it has been accepted; if not, a
 *     failure loses what was buffered or in flight
 * @param failures the job's own opinion on failures, asked before the connector's
 */
public record SinkOptions(
        SinkTuning tuning,
        RetryPolicy retry,
        Duration requestTimeout,
        boolean flushOnCheckpoint,
        FailureClassifier failures)
        implements Serializable {

    public SinkOptions {
        Objects.requireNonNull(tuning, "tuning");
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(requestTimeout, "requestTimeout");
        Objects.requireNonNull(failures, "failures");
        if (requestTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("sink.request-timeout must be at least 1 ms, got " + requestTimeout);
        }
    }

    /** Default tuning and retries, requests of at most 30 s, checkpoints that wait for the sink. */
    public static SinkOptions defaults() {
        return new SinkOptions(
                SinkTuning.defaults(), RetryPolicy.defaults(), Duration.ofSeconds(30), true, FailureClassifier.none());
    }

    public SinkOptions withTuning(SinkTuning tuning) {
        return new SinkOptions(tuning, retry, requestTimeout, flushOnCheckpoint, failures);
    }

    public SinkOptions withRetry(RetryPolicy retry) {
        return new SinkOptions(tuning, retry, requestTimeout, flushOnCheckpoint, failures);
    }

    public SinkOptions withRequestTimeout(Duration requestTimeout) {
        return new SinkOptions(tuning, retry, requestTimeout, flushOnCheckpoint, failures);
    }

    /**
     * Lets checkpoints pass without waiting for the sink: shorter checkpoints, and at most once. What was buffered, in
     * flight or waiting for a retry when the job fails is lost, up to {@code sink.buffer.max-entries} for each subtask.
     */
    public SinkOptions withoutFlushOnCheckpoint() {
        return new SinkOptions(tuning, retry, requestTimeout, false, failures);
    }

    /** Lets {@code failures} say what a failure means before the connector does. */
    public SinkOptions withFailures(FailureClassifier failures) {
        return new SinkOptions(tuning, retry, requestTimeout, flushOnCheckpoint, failures);
    }

    /** What is worth a line in the log: a classifier has no text. */
    @Override
    public String toString() {
        return "SinkOptions[tuning=" + tuning + ", retry=" + retry + ", requestTimeout=" + requestTimeout
                + ", flushOnCheckpoint=" + flushOnCheckpoint + "]";
    }
}
