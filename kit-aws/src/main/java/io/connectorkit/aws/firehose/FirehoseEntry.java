package io.connectorkit.aws.firehose;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one record of a delivery stream holds. Immutable; the bytes are not copied and must not change.
 *
 * @param stream the delivery stream it goes to; null for the sink's own
 */
public record FirehoseEntry(byte[] data, @Nullable String stream) {

    public FirehoseEntry {
        Objects.requireNonNull(data, "data");
    }

    public static FirehoseEntry of(byte[] data) {
        return new FirehoseEntry(data, null);
    }

    /** The text in UTF-8. */
    public static FirehoseEntry of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public FirehoseEntry withStream(String stream) {
        return new FirehoseEntry(data, stream);
    }

    /** Without the data. */
    @Override
    public String toString() {
        return "FirehoseEntry[" + data.length + " bytes" + (stream == null ? "" : " for " + stream) + "]";
    }
}
