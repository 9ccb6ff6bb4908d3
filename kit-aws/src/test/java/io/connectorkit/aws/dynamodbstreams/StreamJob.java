package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.ReadingJob;
import io.connectorkit.aws.ReadingJob.Seen;

/** Makes jobs that read a stream, or a table and its stream. */
final class StreamJob {

    private StreamJob() {}

    static ReadingJob of(DynamoDbStreamsOptions options) {
        return new ReadingJob(DynamoDbStreamsSource.of(options, deserializer()));
    }

    static ReadingJob of(DynamoDbCdcOptions options) {
        return new ReadingJob(DynamoDbCdcSource.of(options, deserializer()));
    }

    /** Key and value of each change. */
    private static DynamoDbChangeDeserializer<Seen> deserializer() {
        return DynamoDbChangeDeserializer.of(
                Seen.class,
                change -> new Seen(
                        change.key().text(),
                        change.newImage() == null
                                ? "removed"
                                : change.newImage().get("v").s()));
    }
}
