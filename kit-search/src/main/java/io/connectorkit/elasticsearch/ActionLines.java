package io.connectorkit.elasticsearch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The body of a bulk request as a list of buffers: documents as they are, between slices of one array that holds all that
 * is written around them.
 */
final class ActionLines {

    private static final byte[] HEX = ascii("0123456789abcdef");

    private final List<ByteBuffer> buffers;

    /** All text so far; that up to {@code sliced} is in {@code buffers}. */
    private byte[] text;

    private int length;
    private int sliced;

    ActionLines(int changes, int bytesEach) {
        this.buffers = new ArrayList<>(2 * changes + 1);
        this.text = new byte[changes * bytesEach];
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The body; nothing may be added after. */
    List<ByteBuffer> finish() {
        slice();
        return buffers;
    }

    /** Where text is added next, for {@link #rewind}. */
    int mark() {
        return length;
    }

    /** Takes back what was added since {@code mark}; no document may have come since. */
    void rewind(int mark) {
        if (mark < sliced) {
            throw new IllegalStateException("text up to " + sliced + " was handed out, cannot rewind to " + mark);
        }
        length = mark;
    }

    void put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, text, length, bytes.length);
        length += bytes.length;
    }

    void put(char c) {
        reserve(1);
        text[length++] = (byte) c;
    }

    /** Adds a document without copying it. */
    void document(byte[] bytes, int from) {
        slice();
        buffers.add(ByteBuffer.wrap(bytes, from, bytes.length - from));
    }

    /** Hands the text written since the last call to the body. */
    private void slice() {
        if (length > sliced) {
            buffers.add(ByteBuffer.wrap(text, sliced, length - sliced));
            sliced = length;
        }
    }

    /** Writes a JSON string's content; false when it is not valid Unicode. */
    boolean putEscaped(String string) {
        reserve(string.length() * 6);
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text[length++] = '\\';
                text[length++] = (byte) c;
            } else if (c < 0x20) {
                putUnicode(c);
            } else if (c < 0x80) {
                text[length++] = (byte) c;
            } else if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < string.length()
                        && Character.isLowSurrogate(string.charAt(i + 1));
                if (!paired) {
                    return false;
                }
                putUnicode(c);
                putUnicode(string.charAt(++i));
            } else {
                putUnicode(c);
            }
        }
        return true;
    }

    private void putUnicode(char c) {
        text[length++] = '\\';
        text[length++] = 'u';
        text[length++] = HEX[c >> 12];
        text[length++] = HEX[(c >> 8) & 0xF];
        text[length++] = HEX[(c >> 4) & 0xF];
        text[length++] = HEX[c & 0xF];
    }

    /** Makes room; buffers already handed out keep the old array, whose bytes up to {@code sliced} stay as they are. */
    private void reserve(int more) {
        if (text.length - length < more) {
            text = Arrays.copyOf(text, Math.max(text.length * 2, length + more));
        }
    }
}
