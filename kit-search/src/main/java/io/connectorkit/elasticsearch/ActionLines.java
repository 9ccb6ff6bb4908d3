package io.connectorkit.elasticsearch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the body of a bulk request: one array holds all that stands around the documents, which stay as they are. */
final class ActionLines {

    private static final byte[] HEX = ascii("0123456789abcdef");

    private static final int LONG_DIGITS = 19;

    private byte[] text;
    private int length;

    private byte[][] documents;
    private int[] starts;
    private int[] places;
    private int count;

    ActionLines(int changes, int bytesEach) {
        this.text = new byte[changes * bytesEach];
        this.documents = new byte[changes][];
        this.starts = new int[changes];
        this.places = new int[changes];
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The body; nothing may be added after. */
    BulkBody finish() {
        return new BulkBody(text, length, documents, starts, places, count);
    }

    /** Where text is added next, for {@link #rewind}. */
    int mark() {
        return length;
    }

    /** Takes back what was added since {@code mark}; no document may have come since. */
    void rewind(int mark) {
        if (count > 0 && mark < places[count - 1]) {
            throw new IllegalStateException("a document stands at " + places[count - 1] + ", cannot rewind to " + mark);
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

    /** Writes the digits of a number that is not negative. */
    void put(long number) {
        reserve(LONG_DIGITS);
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        length += digits;
        long rest = number;
        for (int i = length - 1; digits > 0; i--, digits--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Adds a document, from byte {@code start} on, without copying it. */
    void document(byte[] bytes, int start) {
        if (count == documents.length) {
            documents = Arrays.copyOf(documents, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
            places = Arrays.copyOf(places, 2 * count);
        }
        documents[count] = bytes;
        starts[count] = start;
        places[count++] = length;
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

    private void reserve(int more) {
        if (text.length - length < more) {
            text = Arrays.copyOf(text, Math.max(text.length * 2, length + more));
        }
    }
}
