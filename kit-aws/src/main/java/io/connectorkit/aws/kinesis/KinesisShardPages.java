package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.shard.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * The records of an answer as the shard source counts them: one for each record that a producer put.
 *
 * <p>Their sequence numbers are positions: {@code 42} is behind everything at 42, {@code 42:7} is behind the first eight
 * records packed together there.
 */
final class KinesisShardPages {

    private static final char SUB = ':';

    private KinesisShardPages() {}

    /** The service's own sequence number of a position. */
    static String sequenceNumber(String position) {
        int sub = position.indexOf(SUB);
        return sub < 0 ? position : position.substring(0, sub);
    }

    /** Whether the record at a position was read in part. */
    static boolean isWithinRecord(String position) {
        return position.indexOf(SUB) >= 0;
    }

    static long bytes(List<Record> records) {
        long bytes = 0;
        for (Record record : records) {
            bytes += record.data().asByteArrayUnsafe().length;
        }
        return bytes;
    }

    /**
     * Unpacks; {@code within} is a position within the first record, which is then there or trimmed.
     */
    static List<ShardRecord<KinesisRecord>> unpacked(List<Record> records, String shardId, @Nullable String within) {
        List<ShardRecord<KinesisRecord>> unpacked = new ArrayList<>(records.size());
        int from = 0;
        if (within != null && !records.isEmpty()) {
            if (!records.get(0).sequenceNumber().equals(sequenceNumber(within))) {
                throw new KinesisShardDirectory.Trimmed(sequenceNumber(within));
            }
            from = Integer.parseInt(within, within.indexOf(SUB) + 1, within.length(), 10) + 1;
        }
        for (Record record : records) {
            unpack(record, shardId, from, unpacked);
            from = 0;
        }
        return unpacked;
    }

    private static void unpack(Record record, String shardId, int from, List<ShardRecord<KinesisRecord>> out) {
        List<KplDecoder.Entry> entries = KplDecoder.decode(record.data().asByteArrayUnsafe());
        long createdMillis = record.approximateArrivalTimestamp().toEpochMilli();
        String sequenceNumber = record.sequenceNumber();
        if (entries == null) {
            out.add(new ShardRecord<>(
                    sequenceNumber,
                    createdMillis,
                    new KinesisRecord(
                            record.data(),
                            record.partitionKey(),
                            null,
                            sequenceNumber,
                            0,
                            record.approximateArrivalTimestamp(),
                            shardId)));
            return;
        }
        for (int i = from; i < entries.size(); i++) {
            KplDecoder.Entry entry = entries.get(i);
            out.add(new ShardRecord<>(
                    i == entries.size() - 1 ? sequenceNumber : sequenceNumber + SUB + i,
                    createdMillis,
                    new KinesisRecord(
                            entry.data(),
                            entry.partitionKey(),
                            entry.explicitHashKey(),
                            sequenceNumber,
                            i,
                            record.approximateArrivalTimestamp(),
                            shardId)));
        }
    }
}
