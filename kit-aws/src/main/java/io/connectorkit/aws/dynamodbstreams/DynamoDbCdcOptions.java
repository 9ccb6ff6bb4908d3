package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.StartPosition;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Which table is read with its changes, and how.
 *
 * @param stream the table's stream; its start is not used, since reading starts with the table
 * @param scan how the table is read
 */
public record DynamoDbCdcOptions(DynamoDbStreamsOptions stream, DynamoDbScanOptions scan) implements Serializable {

    public DynamoDbCdcOptions {
        Objects.requireNonNull(stream, "stream");
        Objects.requireNonNull(scan, "scan");
        List<String> problems = new ArrayList<>();
        if (!stream.requiredImages().hasNew()) {
            problems.add("source.required-images must hold the new images that follow the table's items (NEW or"
                    + " NEW_AND_OLD), got " + stream.requiredImages());
        }
        if (stream.source().start().kind() != StartPosition.Kind.LATEST) {
            problems.add("source.start must be left at LATEST with a snapshot, got "
                    + stream.source().start());
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** A table as it is, and its changes from then on. */
    public static DynamoDbCdcOptions ofTable(String tableName, AwsOptions aws) {
        return of(DynamoDbStreamsOptions.ofTable(tableName, aws).withRequiredImages(RequiredImages.NEW));
    }

    /** The table that a stream is of, and its changes; the stream's view must have new images. */
    public static DynamoDbCdcOptions of(DynamoDbStreamsOptions stream) {
        return new DynamoDbCdcOptions(stream, DynamoDbScanOptions.defaults());
    }

    public DynamoDbCdcOptions withScan(DynamoDbScanOptions scan) {
        return new DynamoDbCdcOptions(stream, scan);
    }

    public DynamoDbCdcOptions withStream(DynamoDbStreamsOptions stream) {
        return new DynamoDbCdcOptions(stream, scan);
    }
}
