package io.connectorkit.aws.firehose;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.RecordEnvelope;
import java.io.Serializable;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which delivery stream is written, and how.
 *
 * @param stream its name; null when every record names its own
 * @param framing how records can be told apart
 * @param envelope what a record tells of its change beside the payload
 */
public record FirehoseSinkOptions(
        @Nullable String stream, FirehoseFraming framing, RecordEnvelope envelope, AwsOptions aws)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

    public FirehoseSinkOptions {
        Objects.requireNonNull(framing, "framing");
        Objects.requireNonNull(envelope, "envelope");
        Objects.requireNonNull(aws, "aws");
        if (stream != null && !NAME.matcher(stream).matches()) {
            throw new IllegalArgumentException(
                    "delivery-stream must be 1 to 64 letters, digits, '_', '-' or '.', got '" + stream + "'");
        }
    }

    /** One delivery stream; records as they are. */
    public static FirehoseSinkOptions of(String stream, AwsOptions aws) {
        return new FirehoseSinkOptions(
                Objects.requireNonNull(stream, "stream"), FirehoseFraming.NONE, RecordEnvelope.NONE, aws);
    }

    /** Every record names its stream: {@link FirehoseEntry#withStream}. */
    public static FirehoseSinkOptions dynamic(AwsOptions aws) {
        return new FirehoseSinkOptions(null, FirehoseFraming.NONE, RecordEnvelope.NONE, aws);
    }

    public FirehoseSinkOptions withFraming(FirehoseFraming framing) {
        return new FirehoseSinkOptions(stream, framing, envelope, aws);
    }

    public FirehoseSinkOptions withEnvelope(RecordEnvelope envelope) {
        return new FirehoseSinkOptions(stream, framing, envelope, aws);
    }

    public FirehoseSinkOptions withAws(AwsOptions aws) {
        return new FirehoseSinkOptions(stream, framing, envelope, aws);
    }
}
