package io.connectorkit.aws.kinesis;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one record of a stream holds. Immutable; the bytes are not copied and must not change.
 *
 * @param partitionKey 1 to 256 characters; null for the text of the change's key
 * @param explicitHashKey decimal number below 2^128 that chooses the shard instead of the partition key's hash; or null
 * @param stream name or ARN of the stream it goes to; null for the sink's own
 */
public record KinesisEntry(
        byte[] data, @Nullable String partitionKey, @Nullable String explicitHashKey, @Nullable String stream) {

    public KinesisEntry {
        Objects.requireNonNull(data, "data");
    }

    public static KinesisEntry of(byte[] data) {
        return new KinesisEntry(data, null, null, null);
    }

    /** The text in UTF-8. */
    public static KinesisEntry of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public KinesisEntry withPartitionKey(String partitionKey) {
        return new KinesisEntry(data, partitionKey, explicitHashKey, stream);
    }

    public KinesisEntry withExplicitHashKey(String explicitHashKey) {
        return new KinesisEntry(data, partitionKey, explicitHashKey, stream);
    }

    public KinesisEntry withStream(String stream) {
        return new KinesisEntry(data, partitionKey, explicitHashKey, stream);
    }

    /** Without the data. */
    @Override
    public String toString() {
        return "KinesisEntry[" + data.length + " bytes, partitionKey=" + partitionKey + ", explicitHashKey="
                + explicitHashKey + ", stream=" + stream + "]";
    }
}
