package io.connectorkit.aws.kinesis;

import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** The sink over a client that the caller brings, such as one of a simulated service. */
public final class KinesisSinkFixture {

    private KinesisSinkFixture() {}

    public static <T> BatchSink<T> sink(
            Changes<T, KinesisEntry> changes,
            KinesisSinkOptions kinesis,
            KinesisAsyncClient client,
            SinkOptions options) {
        return BatchSink.of(
                changes.<KinesisSinkRun>withPayload(KinesisSinkRun::of),
                new KinesisDestinationFactory(
                        kinesis, options.tuning().recordBytes().getBytes(), (aws, credentials) -> client),
                options);
    }
}
