package io.connectorkit.aws;

import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;

/** Holds a sink's tuning to what its service accepts. */
public final class SinkCaps {

    private SinkCaps() {}

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
