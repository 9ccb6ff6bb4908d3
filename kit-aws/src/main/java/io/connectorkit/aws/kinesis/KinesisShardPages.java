package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.shard.ShardPage;
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

    /** An answer of the service as a page; {@link #unpacked} before anything else is done with the answer. */
    static ShardPage<KinesisRecord> page(
            Unpacked unpacked, @Nullable String nextIterator, @Nullable Long millisBehind, List<Record> records) {
        return new ShardPage<>(
                unpacked.records(),
                nextIterator,
                millisBehind == null ? 0 : millisBehind,
                bytes(records),
                0,
                unpacked.misplaced());
    }

    /** What producers put; {@code misplaced} of it belongs to other shards and is not in {@code records}. */
    record Unpacked(List<ShardRecord<KinesisRecord>> records, long misplaced) {}

    /**
     * Unpacks.
     *
     * @param within a position within the first record, which is then there or trimmed
     * @param keys those of the shard; packed records of others are left out. Null to take all
     */
    static Unpacked unpacked(List<Record> records, String shardId, @Nullable String within, @Nullable HashKeys keys) {
        List<ShardRecord<KinesisRecord>> unpacked = new ArrayList<>(records.size());
        long misplaced = 0;
        int from = 0;
        if (within != null && !records.isEmpty()) {
            if (!records.get(0).sequenceNumber().equals(sequenceNumber(within))) {
                throw new KinesisShardDirectory.Trimmed(sequenceNumber(within));
            }
            from = Integer.parseInt(within, within.indexOf(SUB) + 1, within.length(), 10) + 1;
        }
        for (Record record : records) {
            misplaced += unpack(record, shardId, from, keys, unpacked);
            from = 0;
        }
        return new Unpacked(unpacked, misplaced);
    }

    /** Answers how many were left out. */
    private static int unpack(
            Record record, String shardId, int from, @Nullable HashKeys keys, List<ShardRecord<KinesisRecord>> out) {
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
            return 0;
        }
        boolean[] wanted = wanted(entries, from, keys);
        int last = entries.size() - 1;
        while (last >= from && !wanted[last]) {
            last--;
        }
        int misplaced = entries.size() - 1 - Math.max(last, from - 1);
        for (int i = from; i <= last; i++) {
            KplDecoder.Entry entry = entries.get(i);
            if (!wanted[i]) {
                misplaced++;
                continue;
            }
            out.add(new ShardRecord<>(
                    i == last ? sequenceNumber : sequenceNumber + SUB + i,
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
        return misplaced;
    }

    private static boolean[] wanted(List<KplDecoder.Entry> entries, int from, @Nullable HashKeys keys) {
        boolean[] wanted = new boolean[entries.size()];
        for (int i = from; i < wanted.length; i++) {
            KplDecoder.Entry entry = entries.get(i);
            // Neighbours often share a key, which is then the same object: its digest is made once.
            wanted[i] = i > from
                            && entry.partitionKey() == entries.get(i - 1).partitionKey()
                            && entry.explicitHashKey() == entries.get(i - 1).explicitHashKey()
                    ? wanted[i - 1]
                    : keys == null || keys.hold(entry.partitionKey(), entry.explicitHashKey());
        }
        return wanted;
    }
}
