package io.connectorkit.aws.dynamodbstreams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The key of an item as text, and back: number of attributes, then name, type letter and value of each, in Base64. */
final class ScanPosition {

    private ScanPosition() {}

    static String encode(Map<String, AttributeValue> key) {
        DataOutputSerializer out = new DataOutputSerializer(64);
        try {
            out.writeByte(key.size());
            for (Map.Entry<String, AttributeValue> attribute : new TreeMap<>(key).entrySet()) {
                out.writeUTF(attribute.getKey());
                write(attribute.getValue(), out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out.getCopyOfBuffer());
    }

    private static void write(AttributeValue value, DataOutputSerializer out) throws IOException {
        switch (value.type()) {
            case S -> {
                out.writeByte('S');
                out.writeUTF(value.s());
            }
            case N -> {
                out.writeByte('N');
                out.writeUTF(value.n());
            }
            case B -> {
                byte[] bytes = value.b().asByteArray();
                out.writeByte('B');
                out.writeShort(bytes.length);
                out.write(bytes);
            }
            default -> throw new IllegalArgumentException("a key must be of type S, N or B, got " + value.type());
        }
    }

    static Map<String, AttributeValue> decode(String text) {
        DataInputDeserializer in =
                new DataInputDeserializer(Base64.getUrlDecoder().decode(text));
        Map<String, AttributeValue> key = new LinkedHashMap<>();
        try {
            int attributes = in.readByte();
            for (int i = 0; i < attributes; i++) {
                String name = in.readUTF();
                key.put(name, read(in));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return key;
    }

    private static AttributeValue read(DataInputDeserializer in) throws IOException {
        char type = (char) in.readByte();
        if (type == 'B') {
            byte[] bytes = new byte[in.readUnsignedShort()];
            in.readFully(bytes);
            return AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(bytes));
        }
        String value = in.readUTF();
        return type == 'N' ? AttributeValue.fromN(value) : AttributeValue.fromS(value);
    }
}
