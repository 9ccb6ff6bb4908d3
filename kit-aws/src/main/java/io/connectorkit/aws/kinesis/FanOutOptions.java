package io.connectorkit.aws.kinesis;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Reading by enhanced fan-out: the service pushes, 2 MiB a second for each shard and consumer, instead of being polled.
 *
 * @param consumerName name of the registered consumer; one job alone may use it, for the service serves the newest
 *     subscription of a consumer and ends the others
 * @param registrationTimeout longest time until the consumer must be ready
 */
public record FanOutOptions(String consumerName, FanOutLifecycle lifecycle, Duration registrationTimeout)
        implements Serializable {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

    public FanOutOptions {
        Objects.requireNonNull(consumerName, "consumerName");
        Objects.requireNonNull(lifecycle, "lifecycle");
        Objects.requireNonNull(registrationTimeout, "registrationTimeout");
        List<String> problems = new ArrayList<>();
        if (!NAME.matcher(consumerName).matches()) {
            problems.add("source.efo.consumer.name must be 1 to 128 letters, digits, '_', '-' or '.', got '"
                    + consumerName + "'");
        }
        if (registrationTimeout.toMillis() < 1000) {
            problems.add("source.efo.subscription.timeout must be at least 1 s, got " + registrationTimeout);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** A consumer that the job registers and removes, ready within a minute. */
    public static FanOutOptions of(String consumerName) {
        return new FanOutOptions(consumerName, FanOutLifecycle.JOB_MANAGED, Duration.ofMinutes(1));
    }

    public FanOutOptions withLifecycle(FanOutLifecycle lifecycle) {
        return new FanOutOptions(consumerName, lifecycle, registrationTimeout);
    }

    public FanOutOptions withRegistrationTimeout(Duration registrationTimeout) {
        return new FanOutOptions(consumerName, lifecycle, registrationTimeout);
    }
}
