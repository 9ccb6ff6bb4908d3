package io.connectorkit.aws.kinesis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/**
 * Unpacks what the Kinesis Producer Library packed into one record ("KPL aggregated record format"): four magic bytes,
 * a protobuf message, and the MD5 of the message.
 *
 * <p>The message: 1 = table of partition keys (string), 2 = table of explicit hash keys (string), 3 = records, each with
 * 1 = index of its partition key, 2 = index of its explicit hash key (may be absent), 3 = data (bytes), 4 = tags.
 */
final class KplDecoder {

    /** One record of the producer. */
    record Entry(String partitionKey, @Nullable String explicitHashKey, SdkBytes data) {}

    static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    static final int MD5_BYTES = 16;

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;
    private static final int MAX_SHIFT = 63;
    private static final int ABSENT = -1;

    /** Bytes that are no such message. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super("not a packed record", null, false, false);
        }
    }

    private final byte[] data;
    private final int end;
    private int at;
    private final List<String> partitionKeys = new ArrayList<>();
    private final List<String> hashKeys = new ArrayList<>();
    /** Start and end of each record. */
    private final List<int[]> records = new ArrayList<>();

    private KplDecoder(byte[] data) {
        this.data = data;
        this.at = MAGIC.length;
        this.end = data.length - MD5_BYTES;
    }

    /** The records packed in {@code data}; null when it is a plain record, as are bytes that only look like packed. */
    static @Nullable List<Entry> decode(byte[] data) {
        if (data.length < MAGIC.length + MD5_BYTES
                || !Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || !hasItsDigest(data)) {
            return null;
        }
        try {
            return new KplDecoder(data).entries();
        } catch (Malformed e) {
            return null;
        }
    }

    private static boolean hasItsDigest(byte[] data) {
        int end = data.length - MD5_BYTES;
        MessageDigest md5;
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
        md5.update(data, MAGIC.length, end - MAGIC.length);
        return Arrays.equals(md5.digest(), 0, MD5_BYTES, data, end, data.length);
    }

    private List<Entry> entries() throws Malformed {
        while (at < end) {
            long tag = varint(end);
            switch ((int) (tag >>> 3)) {
                case 1 -> partitionKeys.add(text(tag));
                case 2 -> hashKeys.add(text(tag));
                case 3 -> records.add(range(tag, end));
                default -> skip(tag, end);
            }
        }
        List<Entry> entries = new ArrayList<>(records.size());
        for (int[] record : records) {
            entries.add(entry(record[0], record[1]));
        }
        return entries;
    }

    private Entry entry(int from, int to) throws Malformed {
        long partitionKey = ABSENT;
        long hashKey = ABSENT;
        int[] payload = null;
        at = from;
        while (at < to) {
            long tag = varint(to);
            switch ((int) (tag >>> 3)) {
                case 1 -> partitionKey = index(tag, to);
                case 2 -> hashKey = index(tag, to);
                case 3 -> payload = range(tag, to);
                default -> skip(tag, to);
            }
        }
        if (payload == null) {
            throw new Malformed();
        }
        return new Entry(
                of(partitionKeys, partitionKey),
                hashKey == ABSENT ? null : of(hashKeys, hashKey),
                SdkBytes.fromByteArrayUnsafe(Arrays.copyOfRange(data, payload[0], payload[1])));
    }

    private static String of(List<String> table, long index) throws Malformed {
        if (index < 0 || index >= table.size()) {
            throw new Malformed();
        }
        return table.get((int) index);
    }

    private String text(long tag) throws Malformed {
        int[] range = range(tag, end);
        return new String(data, range[0], range[1] - range[0], StandardCharsets.UTF_8);
    }

    private long index(long tag, int limit) throws Malformed {
        require((tag & 7) == VARINT);
        return varint(limit);
    }

    /** The bytes of a field, which are passed over. */
    private int[] range(long tag, int limit) throws Malformed {
        require((tag & 7) == BYTES);
        long length = varint(limit);
        require(length >= 0 && length <= limit - at);
        int[] range = {at, at + (int) length};
        at = range[1];
        return range;
    }

    private void skip(long tag, int limit) throws Malformed {
        switch ((int) (tag & 7)) {
            case VARINT -> varint(limit);
            case FIXED_64 -> at += Long.BYTES;
            case BYTES -> range(tag, limit);
            case FIXED_32 -> at += Integer.BYTES;
            default -> throw new Malformed();
        }
        require(at <= limit);
    }

    private long varint(int limit) throws Malformed {
        long value = 0;
        for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
            require(at < limit);
            byte next = data[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new Malformed();
    }

    private static void require(boolean holds) throws Malformed {
        if (!holds) {
            throw new Malformed();
        }
    }
}
