package io.connectorkit.aws.kinesis;

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
 * Appends changes to a Kinesis stream, the changes of each key in their order.
 *
 * <p>At least once: a retry or a replay appends a record again. With an envelope ({@link
 * KinesisSinkOptions#withEnvelope}) each record carries an id made of key and version, by which readers drop repeats, and
 * deletes are appended too; without one, deletes are refused.
 *
 * <p>Order is kept for each change key by having one request at a time for it. With {@link
 * KinesisSinkOptions#withAggregation} what arrives meanwhile travels as one record, so that few keys need not be slow.
 * The partition key is the text of the change's key unless an entry has its own; entries of different change keys that
 * share a partition key have no order among each other.
 */
public final class KinesisSink {

    private KinesisSink() {}

    /** A sink with {@link SinkTuning#forKinesis} and default retries. */
    public static <T> BatchSink<T> of(Changes<T, KinesisEntry> changes, KinesisSinkOptions options) {
        SinkOptions defaults = SinkOptions.defaults().withTuning(SinkTuning.forKinesis());
        return of(changes, options, SinkCaps.awaiting(options.aws(), defaults));
    }

    /** A sink with all options given. */
    public static <T> BatchSink<T> of(
            Changes<T, KinesisEntry> changes, KinesisSinkOptions options, SinkOptions sinkOptions) {
        return sink(changes.<KinesisSinkRun>withPayload(KinesisSinkRun::of), options, sinkOptions);
    }

    private static <T> BatchSink<T> sink(
            Changes<T, KinesisSinkRun> changes, KinesisSinkOptions options, SinkOptions sinkOptions) {
        Objects.requireNonNull(options, "options");
        if (changes.writeMode() == WriteMode.INSERT_ONLY) {
            throw new IllegalArgumentException(
                    "changes must not be insert-only for a stream, which knows no keys, got INSERT_ONLY");
        }
        SinkOptions held = SinkCaps.hold(sinkOptions, SinkTuning.KINESIS);
        return BatchSink.of(
                changes,
                new KinesisDestinationFactory(
                        options, held.tuning().recordBytes().getBytes(), KinesisDestinationFactory.Clients.real()),
                held);
    }

    /** Takes dead letters of a sink of the same options in again, each with the version that it had, if it had one. */
    public static BatchSink<DeadLetter> replay(WriteMode mode, KinesisSinkOptions options, SinkOptions sinkOptions) {
        return sink(DeadLetters.replay(new KinesisSinkCodec(), mode), options, sinkOptions);
    }
}
