package io.connectorkit.aws;

import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import java.time.Duration;

/** Holds a sink's options to what its service accepts and its client waits for. */
public final class SinkCaps {

    private SinkCaps() {}

    /**
     * The same options with a deadline that a request of these AWS options can reach: half as long again, as the
     * defaults have it.
     */
    public static SinkOptions awaiting(AwsOptions aws, SinkOptions options) {
        Duration reachable = aws.requestTimeout().multipliedBy(3).dividedBy(2);
        return options.requestTimeout().compareTo(reachable) < 0 ? options.withRequestTimeout(reachable) : options;
    }

    /** The same options under these caps; throws what {@link SinkTuning} says when they are exceeded. */
    public static SinkOptions hold(SinkOptions options, SinkTuning.Caps caps) {
        SinkTuning tuning = options.tuning();
        return options.withTuning(new SinkTuning(
                tuning.batchEntries(),
                tuning.batchBytes(),
                tuning.recordBytes(),
                tuning.inFlight(),
                tuning.bufferedEntries(),
                tuning.bufferedBytes(),
                tuning.linger(),
                tuning.flushBudget(),
                caps));
    }
}
