package io.connectorkit.aws.firehose;

import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;

/** The sink over a client that the caller brings, such as one of a simulated service. */
public final class FirehoseSinkFixture {

    private FirehoseSinkFixture() {}

    public static <T> BatchSink<T> sink(
            Changes<T, FirehoseEntry> changes,
            FirehoseSinkOptions firehose,
            FirehoseAsyncClient client,
            SinkOptions options) {
        return BatchSink.of(changes, new FirehoseDestinationFactory(firehose, (aws, credentials) -> client), options);
    }
}
