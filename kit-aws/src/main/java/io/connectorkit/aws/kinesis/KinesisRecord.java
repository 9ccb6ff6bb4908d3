package io.connectorkit.aws.kinesis;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/**
 * One record of a Kinesis stream, as its producer put it: a record that the Kinesis Producer Library packed together
 * with others is one of its own.
 *
 * @param data the payload
 * @param explicitHashKey what the producer chose the shard by, when it was not the partition key and the record was
 *     packed; the service tells it of no other record
 * @param sequenceNumber decimal digits; in one shard, later records have larger numbers
 * @param subSequenceNumber place among the records packed together, which share a sequence number; else 0
 * @param approximateArrivalTime when the service took it, in milliseconds
 * @param shardId the shard that it was read from
 */
public record KinesisRecord(
        SdkBytes data,
        String partitionKey,
        @Nullable String explicitHashKey,
        String sequenceNumber,
        int subSequenceNumber,
        Instant approximateArrivalTime,
        String shardId) {

    /** Digits of the sub-sequence number in {@link #version()}. */
    private static final int SUB_DIGITS = 4;

    private static final int MAX_SUB = 9999;

    /** The partition key as an identity. */
    public ChangeKey key() {
        return ChangeKey.of(partitionKey);
    }

    /**
     * Sequence and sub-sequence number as an ordering token: among the records of one partition key, the newest has the
     * largest. Beyond 10,000 records packed together the rest have equal versions, of which the later arrival counts.
     */
    public ChangeVersion version() {
        String sub = Integer.toString(Math.min(subSequenceNumber, MAX_SUB));
        return ChangeVersion.of(sequenceNumber + "0".repeat(SUB_DIGITS - sub.length()) + sub);
    }

    /** Without the payload: it may hold what no log should. */
    @Override
    public String toString() {
        return "record of key " + partitionKey + " at " + sequenceNumber + ":" + subSequenceNumber + " of " + shardId;
    }
}
