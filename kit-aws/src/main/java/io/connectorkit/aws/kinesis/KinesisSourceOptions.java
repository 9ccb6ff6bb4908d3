package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.ShardSourceOptions;
import io.connectorkit.aws.shard.StartPosition;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which stream is read, and how.
 *
 * @param streamName read the stream of this name in the account and region of the credentials; or
 * @param streamArn read this stream. Exactly one of the two is set
 * @param fanOut read by enhanced fan-out; null to poll
 * @param packedRecords which of the records that a producer packed into one are read
 */
public record KinesisSourceOptions(
        @Nullable String streamName,
        @Nullable String streamArn,
        @Nullable FanOutOptions fanOut,
        PackedRecords packedRecords,
        ShardSourceOptions source,
        AwsOptions aws)
        implements Serializable {

    /** Most records in an answer of GetRecords. */
    static final int MAX_PAGE_RECORDS = 10_000;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
    private static final Pattern ARN =
            Pattern.compile("arn:[^:]+:kinesis:([a-z0-9-]+):[0-9]{12}:stream/[a-zA-Z0-9_.-]{1,128}");
    private static final Pattern SEQUENCE = Pattern.compile("[0-9]{1,128}");

    public KinesisSourceOptions {
        Objects.requireNonNull(packedRecords, "packedRecords");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(aws, "aws");
        List<String> problems = new ArrayList<>();
        if ((streamName == null) == (streamArn == null)) {
            problems.add("exactly one of stream.name and stream.arn must be set, got "
                    + (streamName == null ? "neither" : "both"));
        }
        if (streamName != null && !NAME.matcher(streamName).matches()) {
            problems.add("stream.name must be 1 to 128 letters, digits, '_', '-' or '.', got '" + streamName + "'");
        }
        if (streamArn != null) {
            checkArn(problems, streamArn, aws.region());
        }
        if (source.pageRecords() > MAX_PAGE_RECORDS) {
            problems.add("source.page-size must be between 1 and " + MAX_PAGE_RECORDS + " (Kinesis GetRecords), got "
                    + source.pageRecords());
        }
        source.start().sequenceNumbers().forEach((shard, number) -> {
            if (!SEQUENCE.matcher(number).matches()) {
                problems.add("source.start of shard '" + shard + "' must be a decimal sequence number, got '" + number
                        + "'");
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void checkArn(List<String> problems, String arn, @Nullable String region) {
        Matcher matcher = ARN.matcher(arn);
        if (!matcher.matches()) {
            problems.add("stream.arn must look like arn:aws:kinesis:REGION:ACCOUNT:stream/NAME, got '" + arn + "'");
        } else if (region != null && !region.equals(matcher.group(1))) {
            problems.add("aws.region must be the region of stream.arn (" + matcher.group(1) + "), got " + region);
        }
    }

    /** A stream by its ARN, from now on, in pages of up to 10,000 records. */
    public static KinesisSourceOptions ofArn(String streamArn, AwsOptions aws) {
        return new KinesisSourceOptions(null, streamArn, null, PackedRecords.OF_SHARD, sourceDefaults(), aws);
    }

    /** A stream by its name, from now on, in pages of up to 10,000 records. */
    public static KinesisSourceOptions ofStream(String streamName, AwsOptions aws) {
        return new KinesisSourceOptions(streamName, null, null, PackedRecords.OF_SHARD, sourceDefaults(), aws);
    }

    /** What is different for Kinesis. */
    static ShardSourceOptions sourceDefaults() {
        return ShardSourceOptions.defaults().withPageRecords(MAX_PAGE_RECORDS);
    }

    /** Replaces everything about the reading; start from {@link #source()} to keep the page size. */
    public KinesisSourceOptions withSource(ShardSourceOptions source) {
        return new KinesisSourceOptions(streamName, streamArn, fanOut, packedRecords, source, aws);
    }

    public KinesisSourceOptions withStart(StartPosition start) {
        return withSource(source.withStart(start));
    }

    /** Reads by enhanced fan-out instead of polling. */
    public KinesisSourceOptions withFanOut(FanOutOptions fanOut) {
        return new KinesisSourceOptions(streamName, streamArn, fanOut, packedRecords, source, aws);
    }

    /** For producers other than the Kinesis Producer Library that pack records of any shard together: ALL. */
    public KinesisSourceOptions withPackedRecords(PackedRecords packedRecords) {
        return new KinesisSourceOptions(streamName, streamArn, fanOut, packedRecords, source, aws);
    }

    public KinesisSourceOptions withAws(AwsOptions aws) {
        return new KinesisSourceOptions(streamName, streamArn, fanOut, packedRecords, source, aws);
    }

    /** What the stream is called in messages. */
    String stream() {
        return streamArn != null ? streamArn : Objects.requireNonNull(streamName);
    }
}
