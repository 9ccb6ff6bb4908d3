package io.connectorkit.aws.kinesis;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several records of one partition key as one, in the format of the Kinesis Producer Library: four magic bytes, a protocol
 * buffer with a table of partition keys, a table of explicit hash keys and the records, and the MD5 of that buffer. <a
 * href="https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md">Format</a>
 */
final class KinesisAggregate {

    private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};

    /** Magic, digest, the tags and lengths of both tables. */
    static final int FRAME_BYTES = 4 + 16 + 12;

    /** Tags, indices and lengths around the data of a record. */
    static final int RECORD_BYTES = 14;

    /** What {@link KinesisRecord#version} can tell apart. */
    static final int MOST_RECORDS = 10_000;

    // Field numbers and wire types.
    private static final int PARTITION_KEYS = 1 << 3 | 2;
    private static final int HASH_KEYS = 2 << 3 | 2;
    private static final int RECORDS = 3 << 3 | 2;
    private static final int PARTITION_KEY_INDEX = 1 << 3;
    private static final int HASH_KEY_INDEX = 2 << 3;
    private static final int DATA = 3 << 3 | 2;

    private KinesisAggregate() {}

    static byte[] of(String partitionKey, @Nullable String explicitHashKey, List<byte[]> records) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        bytes(message, PARTITION_KEYS, partitionKey.getBytes(StandardCharsets.UTF_8));
        if (explicitHashKey != null) {
            bytes(message, HASH_KEYS, explicitHashKey.getBytes(StandardCharsets.US_ASCII));
        }
        for (byte[] record : records) {
            // Both indices are 0: one byte each.
            int length = 2 + (explicitHashKey == null ? 0 : 2) + 1 + varintBytes(record.length) + record.length;
            varint(message, RECORDS);
            varint(message, length);
            varint(message, PARTITION_KEY_INDEX);
            varint(message, 0);
            if (explicitHashKey != null) {
                varint(message, HASH_KEY_INDEX);
                varint(message, 0);
            }
            bytes(message, DATA, record);
        }
        byte[] body = message.toByteArray();
        ByteArrayOutputStream aggregate = new ByteArrayOutputStream(body.length + 20);
        aggregate.writeBytes(MAGIC);
        aggregate.writeBytes(body);
        aggregate.writeBytes(md5(body));
        return aggregate.toByteArray();
    }

    private static void bytes(ByteArrayOutputStream out, int tag, byte[] bytes) {
        varint(out, tag);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.write(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static int varintBytes(int value) {
        int bytes = 1;
        for (int rest = value; rest >= 0x80; rest >>>= 7) {
            bytes++;
        }
        return bytes;
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has MD5", e);
        }
    }
}
