package io.connectorkit.aws.firehose;

import io.connectorkit.aws.SinkCaps;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.DeadLetters;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import java.util.Objects;

/**
 * Appends changes to a Firehose delivery stream.
 *
 * <p>At least once and in no order: a retry or a replay appends a record again. With an envelope ({@link
 * FirehoseSinkOptions#withEnvelope}) each record carries an id made of key and version, by which readers drop repeats,
 * and deletes are appended too; without one, deletes are refused.
 */
public final class FirehoseSink {

    private FirehoseSink() {}

    /** A sink with {@link SinkTuning#forFirehose} and default retries. */
    public static <T> BatchSink<T> of(Changes<T, FirehoseEntry> changes, FirehoseSinkOptions options) {
        SinkOptions defaults = SinkOptions.defaults().withTuning(SinkTuning.forFirehose());
        return of(changes, options, SinkCaps.awaiting(options.aws(), defaults));
    }

    /** A sink with all options given. */
    public static <T> BatchSink<T> of(
            Changes<T, FirehoseEntry> changes, FirehoseSinkOptions options, SinkOptions sinkOptions) {
        Objects.requireNonNull(options, "options");
        if (changes.writeMode() == WriteMode.INSERT_ONLY) {
            throw new IllegalArgumentException(
                    "changes must not be insert-only for a delivery stream, which knows no keys, got INSERT_ONLY");
        }
        return BatchSink.of(
                changes,
                new FirehoseDestinationFactory(options, FirehoseDestinationFactory.Clients.real()),
                SinkCaps.hold(sinkOptions, SinkTuning.FIREHOSE));
    }

    /** Dead letters of this sink as the changes they were; pass them to {@link #of} with the sink's own options. */
    public static Changes<DeadLetter, FirehoseEntry> replay(WriteMode mode) {
        return DeadLetters.replay(new FirehoseEntryCodec(), mode);
    }
}
