package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.ShardSourceOptions;
import io.connectorkit.aws.shard.StartPosition;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which stream is read, and how.
 *
 * @param tableName read the stream that this table has when the job first starts; or
 * @param streamArn read this stream. Exactly one of the two is set
 * @param requiredImages which images the job needs
 */
public record DynamoDbStreamsOptions(
        @Nullable String tableName,
        @Nullable String streamArn,
        RequiredImages requiredImages,
        ShardSourceOptions source,
        AwsOptions aws)
        implements Serializable {

    static final int MAX_PAGE_RECORDS = 1000;

    private static final Pattern TABLE = Pattern.compile("[a-zA-Z0-9_.-]{3,255}");
    private static final Pattern STREAM =
            Pattern.compile("arn:[^:]+:dynamodb:[^:]*:[^:]*:table/[a-zA-Z0-9_.-]+/stream/.+");

    public DynamoDbStreamsOptions {
        Objects.requireNonNull(requiredImages, "requiredImages");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(aws, "aws");
        List<String> problems = new ArrayList<>();
        if ((tableName == null) == (streamArn == null)) {
            problems.add("exactly one of table-name and stream.arn must be set, got "
                    + (tableName == null ? "neither" : "both"));
        }
        if (tableName != null && !TABLE.matcher(tableName).matches()) {
            problems.add("table-name must be 3 to 255 letters, digits, '_', '-' or '.', got '" + tableName + "'");
        }
        if (streamArn != null && !STREAM.matcher(streamArn).matches()) {
            problems.add("stream.arn must look like arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL, got '"
                    + streamArn + "'");
        }
        if (source.pageRecords() > MAX_PAGE_RECORDS) {
            problems.add("source.page-size must be between 1 and " + MAX_PAGE_RECORDS
                    + " (DynamoDB Streams GetRecords), got " + source.pageRecords());
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** The stream of a table, from now on. */
    public static DynamoDbStreamsOptions ofTable(String tableName, AwsOptions aws) {
        return new DynamoDbStreamsOptions(tableName, null, RequiredImages.NONE, ShardSourceOptions.defaults(), aws);
    }

    /** A stream by its ARN, from now on. */
    public static DynamoDbStreamsOptions ofStream(String streamArn, AwsOptions aws) {
        return new DynamoDbStreamsOptions(null, streamArn, RequiredImages.NONE, ShardSourceOptions.defaults(), aws);
    }

    public DynamoDbStreamsOptions withRequiredImages(RequiredImages requiredImages) {
        return new DynamoDbStreamsOptions(tableName, streamArn, requiredImages, source, aws);
    }

    public DynamoDbStreamsOptions withSource(ShardSourceOptions source) {
        return new DynamoDbStreamsOptions(tableName, streamArn, requiredImages, source, aws);
    }

    public DynamoDbStreamsOptions withStart(StartPosition start) {
        return withSource(source.withStart(start));
    }

    public DynamoDbStreamsOptions withAws(AwsOptions aws) {
        return new DynamoDbStreamsOptions(tableName, streamArn, requiredImages, source, aws);
    }
}
