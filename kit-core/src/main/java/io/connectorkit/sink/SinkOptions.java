package io.connectorkit.sink;

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
 */
public record SinkOptions(SinkTuning tuning, RetryPolicy retry, Duration requestTimeout) implements Serializable {

    public SinkOptions {
        Objects.requireNonNull(tuning, "tuning");
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(requestTimeout, "requestTimeout");
        if (requestTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("sink.request-timeout must be at least 1 ms, got " + requestTimeout);
        }
    }

    /** Default tuning and retries, requests of at most 30 s. */
    public static SinkOptions defaults() {
        return new SinkOptions(SinkTuning.defaults(), RetryPolicy.defaults(), Duration.ofSeconds(30));
    }

    public SinkOptions withTuning(SinkTuning tuning) {
        return new SinkOptions(tuning, retry, requestTimeout);
    }

    public SinkOptions withRetry(RetryPolicy retry) {
        return new SinkOptions(tuning, retry, requestTimeout);
    }

    public SinkOptions withRequestTimeout(Duration requestTimeout) {
        return new SinkOptions(tuning, retry, requestTimeout);
    }
}
