package io.connectorkit.mongodb;

import java.util.Arrays;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonSerializationException;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * A BSON document put together byte by byte: what each write has around a payload that is bytes already. Takes a third
 * of the time of the driver's codecs, which look up one for each value; types that keys and versions rarely have go
 * through them.
 */
final class BsonBytes {

    private static final int LENGTH_BYTES = 4;

    private byte[] bytes;
    private int size;

    BsonBytes(int capacity) {
        bytes = new byte[Math.max(capacity, LENGTH_BYTES)];
    }

    /** Begins a document, at the top or after {@link #name}; the result ends it. */
    int start() {
        int start = size;
        room(LENGTH_BYTES);
        size += LENGTH_BYTES;
        return start;
    }

    void end(int start) {
        room(1);
        bytes[size++] = 0;
        little(start, size - start, Integer.BYTES);
    }

    /** The type and name of an element whose value follows. */
    void name(BsonType type, String name) {
        if (!asciiName(type, name)) {
            int at = size;
            fields(BsonPayload.raw(new BsonDocument(name, BsonNull.VALUE)));
            bytes[at] = (byte) type.getValue();
        }
    }

    void put(String name, BsonValue value) {
        int before = size;
        if (!putPlain(name, value)) {
            size = before;
            fields(BsonPayload.raw(new BsonDocument(name, value)));
        }
    }

    /** The fields of {@code document}, in its order. */
    void fields(RawBsonDocument document) {
        int length = document.getByteLength() - LENGTH_BYTES - 1;
        room(length);
        System.arraycopy(document.getBackingArray(), document.getByteOffset() + LENGTH_BYTES, bytes, size, length);
        size += length;
    }

    RawBsonDocument toDocument() {
        return new RawBsonDocument(bytes, 0, size);
    }

    private boolean putPlain(String name, BsonValue value) {
        BsonType type = value.getBsonType();
        return switch (type) {
            case INT64 -> asciiName(type, name) && int64(value.asInt64().getValue());
            case STRING -> asciiName(type, name) && asciiText(value.asString().getValue());
            case NULL -> asciiName(type, name);
            default -> false;
        };
    }

    private boolean asciiName(BsonType type, String name) {
        room(name.length() + 2);
        bytes[size] = (byte) type.getValue();
        if (!ascii(name, size + 1, 1)) {
            return false;
        }
        size += name.length() + 2;
        bytes[size - 1] = 0;
        return true;
    }

    private boolean asciiText(String text) {
        int length = text.length();
        room(LENGTH_BYTES + length + 1);
        if (!ascii(text, size + LENGTH_BYTES, 0)) {
            return false;
        }
        little(size, length + 1, Integer.BYTES);
        size += LENGTH_BYTES + length + 1;
        bytes[size - 1] = 0;
        return true;
    }

    /** Whether {@code text} is of chars from {@code least} to 127; if so they are at {@code at}. */
    private boolean ascii(String text, int at, int least) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 127 || c < least) {
                return false;
            }
            bytes[at + i] = (byte) c;
        }
        return true;
    }

    private boolean int64(long value) {
        room(Long.BYTES);
        little(size, value, Long.BYTES);
        size += Long.BYTES;
        return true;
    }

    private void little(int at, long value, int width) {
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >>> (8 * i));
        }
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    // ------------------------------------------------------------------ reading

    /** {@code names} as {@link #hasOneOf} wants them. */
    static byte[][] encoded(List<String> names) {
        return names.stream()
                .map(name -> {
                    BsonBytes element = new BsonBytes(name.length() + 2);
                    element.name(BsonType.NULL, name);
                    return Arrays.copyOfRange(element.bytes, 1, element.size - 1);
                })
                .toArray(byte[][]::new);
    }

    /**
     * Whether a field at the top of {@code document} has one of {@code names}.
     *
     * @throws BsonSerializationException when its bytes are not those of one document, as far as it was read
     */
    static boolean hasOneOf(RawBsonDocument document, byte[][] names) {
        byte[] from = document.getBackingArray();
        int first = document.getByteOffset();
        int end = first + document.getByteLength() - 1;
        if (document.getByteLength() < LENGTH_BYTES + 1 || int32(from, first) != document.getByteLength()) {
            throw malformed(0);
        }
        for (int at = first + LENGTH_BYTES; at < end; ) {
            int name = at + 1;
            int nameEnd = cStringEnd(from, name, end);
            for (byte[] own : names) {
                if (Arrays.equals(from, name, nameEnd, own, 0, own.length)) {
                    return true;
                }
            }
            int value = nameEnd + 1;
            int next = value + valueLength(from[at], from, value, end);
            if (next < value || next > end) {
                throw malformed(at - first);
            }
            at = next;
        }
        if (from[end] != 0) {
            throw malformed(end - first);
        }
        return false;
    }

    private static int valueLength(byte type, byte[] from, int at, int end) {
        return switch (type) {
            case 0x06, 0x0A, 0x7F, (byte) 0xFF -> 0;
            case 0x08 -> 1;
            case 0x10 -> 4;
            case 0x01, 0x09, 0x11, 0x12 -> 8;
            case 0x07 -> 12;
            case 0x13 -> 16;
            case 0x03, 0x04, 0x0F -> counted(from, at, end, 0);
            case 0x02, 0x0D, 0x0E -> counted(from, at, end, LENGTH_BYTES);
            case 0x05 -> counted(from, at, end, LENGTH_BYTES + 1);
            case 0x0C -> counted(from, at, end, LENGTH_BYTES + 12);
            case 0x0B -> cStringEnd(from, cStringEnd(from, at, end) + 1, end) + 1 - at;
            default -> throw malformed(at);
        };
    }

    private static int counted(byte[] from, int at, int end, int more) {
        int length = at + LENGTH_BYTES > end ? -1 : int32(from, at);
        if (length < 0 || length > end - at) {
            throw malformed(at);
        }
        return length + more;
    }

    private static int cStringEnd(byte[] from, int at, int end) {
        for (int i = at; i < end; i++) {
            if (from[i] == 0) {
                return i;
            }
        }
        throw malformed(at);
    }

    private static int int32(byte[] from, int at) {
        return from[at] & 0xFF | (from[at + 1] & 0xFF) << 8 | (from[at + 2] & 0xFF) << 16 | from[at + 3] << 24;
    }

    private static BsonSerializationException malformed(int at) {
        return new BsonSerializationException("a document must be well-formed BSON, got something else at byte " + at);
    }
}
