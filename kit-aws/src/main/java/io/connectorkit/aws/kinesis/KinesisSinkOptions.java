package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.RecordEnvelope;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.SinkTuning;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * Which stream is written, and how.
 *
 * @param stream its name or ARN; null when every record names its own
 * @param ordering FIFO keeps the changes of each key in order, NONE sends them as they come
 * @param aggregation most bytes of a Kinesis record that holds several consecutive records of one key, in the format of
 *     the Kinesis Producer Library; null for one each. Only under FIFO
 * @param envelope what a record tells of its change beside the payload
 * @param partitioning where the partition key of a record comes from that names none
 */
public record KinesisSinkOptions(
        @Nullable String stream,
        Ordering ordering,
        @Nullable MemorySize aggregation,
        RecordEnvelope envelope,
        KinesisPartitioning partitioning,
        AwsOptions aws)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    static final Pattern STREAM =
            Pattern.compile("[a-zA-Z0-9_.-]{1,128}|arn:[^:]+:kinesis:[^:]*:[0-9]*:stream/[a-zA-Z0-9_.-]{1,128}");

    private static final MemorySize SMALLEST_AGGREGATE = MemorySize.parse("1kb");

    public KinesisSinkOptions {
        Objects.requireNonNull(ordering, "ordering");
        Objects.requireNonNull(envelope, "envelope");
        Objects.requireNonNull(partitioning, "partitioning");
        Objects.requireNonNull(aws, "aws");
        List<String> problems = new ArrayList<>();
        if (stream != null && !STREAM.matcher(stream).matches()) {
            problems.add("stream must be 1 to 128 letters, digits, '_', '-' or '.', or the ARN of a stream, got '"
                    + stream + "'");
        }
        if (ordering == Ordering.COALESCE) {
            problems.add("sink.ordering must be FIFO or NONE for a stream, which holds every change, got COALESCE");
        }
        if (aggregation != null) {
            if (aggregation.compareTo(SMALLEST_AGGREGATE) < 0
                    || aggregation.compareTo(SinkTuning.KINESIS.recordBytes()) > 0) {
                problems.add("sink.aggregation.max-bytes must be between " + SMALLEST_AGGREGATE + " and "
                        + SinkTuning.KINESIS.recordBytes() + " (Kinesis record), got " + aggregation);
            }
            if (ordering == Ordering.NONE) {
                problems.add("sink.aggregation.max-bytes must not be set without order, got " + aggregation
                        + "; records of a key travel together because they wait for one another");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** One stream by name or ARN; each key in order, one record for each change. */
    public static KinesisSinkOptions of(String stream, AwsOptions aws) {
        return new KinesisSinkOptions(
                Objects.requireNonNull(stream, "stream"),
                Ordering.FIFO,
                null,
                RecordEnvelope.NONE,
                KinesisPartitioning.KEY,
                aws);
    }

    /** Every record names its stream: {@link KinesisEntry#withStream}. */
    public static KinesisSinkOptions dynamic(AwsOptions aws) {
        return new KinesisSinkOptions(null, Ordering.FIFO, null, RecordEnvelope.NONE, KinesisPartitioning.KEY, aws);
    }

    /** Sends records as they come and retries them at any time: for streams whose readers order by themselves. */
    public KinesisSinkOptions unordered() {
        return new KinesisSinkOptions(stream, Ordering.NONE, aggregation, envelope, partitioning, aws);
    }

    /**
     * Lets consecutive records of a key travel as one, up to {@code maxBytes} (the KPL's own default is 50 KiB): a hot
     * key then needs no round trip for each. Readers must know the format, as the KCL, Lambda and this kit's source do.
     */
    public KinesisSinkOptions withAggregation(MemorySize maxBytes) {
        return new KinesisSinkOptions(
                stream, ordering, Objects.requireNonNull(maxBytes, "maxBytes"), envelope, partitioning, aws);
    }

    public KinesisSinkOptions withEnvelope(RecordEnvelope envelope) {
        return new KinesisSinkOptions(stream, ordering, aggregation, envelope, partitioning, aws);
    }

    public KinesisSinkOptions withPartitioning(KinesisPartitioning partitioning) {
        return new KinesisSinkOptions(stream, ordering, aggregation, envelope, partitioning, aws);
    }

    public KinesisSinkOptions withAws(AwsOptions aws) {
        return new KinesisSinkOptions(stream, ordering, aggregation, envelope, partitioning, aws);
    }
}
