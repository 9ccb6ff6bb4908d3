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
 * @param failures the job's own opinion on failures, asked before the connector's
 */
public record SinkOptions(SinkTuning tuning, RetryPolicy retry, Duration requestTimeout, FailureClassifier failures)
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

    /** Default tuning and retries, requests of at most 30 s. */
    public static SinkOptions defaults() {
        return new SinkOptions(
                SinkTuning.defaults(), RetryPolicy.defaults(), Duration.ofSeconds(30), FailureClassifier.none());
    }

    public SinkOptions withTuning(SinkTuning tuning) {
        return new SinkOptions(tuning, retry, requestTimeout, failures);
    }

    public SinkOptions withRetry(RetryPolicy retry) {
        return new SinkOptions(tuning, retry, requestTimeout, failures);
    }

    public SinkOptions withRequestTimeout(Duration requestTimeout) {
        return new SinkOptions(tuning, retry, requestTimeout, failures);
    }

    /** Lets {@code failures} say what a failure means before the connector does. */
    public SinkOptions withFailures(FailureClassifier failures) {
        return new SinkOptions(tuning, retry, requestTimeout, failures);
    }

    /** What is worth a line in the log: a classifier has no text. */
    @Override
    public String toString() {
        return "SinkOptions[tuning=" + tuning + ", retry=" + retry + ", requestTimeout=" + requestTimeout + "]";
    }
}
