package io.connectorkit.aws.kinesis;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;

/** Packs records as the Kinesis Producer Library does, with protobuf's own writer. */
final class KplPacker {

    private final List<String> partitionKeys = new ArrayList<>();
    private final List<String> hashKeys = new ArrayList<>();
    private final List<byte[]> records = new ArrayList<>();

    KplPacker add(String partitionKey, String hashKey, String data) {
        records.add(message(out -> {
            out.writeUInt64(1, index(partitionKeys, partitionKey));
            if (hashKey != null) {
                out.writeUInt64(2, index(hashKeys, hashKey));
            }
            out.writeByteArray(3, data.getBytes(StandardCharsets.UTF_8));
            // A tag, as the library may add: field 4, key "k".
            out.writeByteArray(4, message(tag -> tag.writeString(1, "k")));
        }));
        return this;
    }

    private static int index(List<String> table, String value) {
        if (!table.contains(value)) {
            table.add(value);
        }
        return table.indexOf(value);
    }

    /** The protobuf message alone. */
    byte[] body() {
        return message(out -> {
            for (String key : partitionKeys) {
                out.writeString(1, key);
            }
            for (String key : hashKeys) {
                out.writeString(2, key);
            }
            for (byte[] record : records) {
                out.writeByteArray(3, record);
            }
        });
    }

    SdkBytes packed() {
        return SdkBytes.fromByteArray(packed(body()));
    }

    /** Magic bytes, {@code body}, and its digest. */
    static byte[] packed(byte[] body) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(KplDecoder.MAGIC);
            out.write(body);
            out.write(MessageDigest.getInstance("MD5").digest(body));
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Writing writing) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            writing.to(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
