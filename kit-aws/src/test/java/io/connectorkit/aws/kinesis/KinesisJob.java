package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.ReadingJob;
import io.connectorkit.aws.ReadingJob.Seen;

/** Makes jobs that read a stream. */
final class KinesisJob {

    private KinesisJob() {}

    static ReadingJob of(KinesisSourceOptions options) {
        return new ReadingJob(KinesisSource.of(
                options,
                KinesisRecordDeserializer.of(
                        Seen.class,
                        record -> new Seen(record.partitionKey(), record.data().asUtf8String()))));
    }
}
