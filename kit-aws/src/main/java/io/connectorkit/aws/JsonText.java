package io.connectorkit.aws;

/** Strings of JSON as the connectors write them. */
public final class JsonText {

    /** A char as {@code \\u0000}. */
    private static final int ESCAPE_BYTES = 6;

    private JsonText() {}

    /** {@code text} in quotes. What UTF-8 has no bytes for, a surrogate without its pair, is escaped. */
    public static StringBuilder quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (isEscaped(text, i)) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"');
    }

    /** Bytes of {@link #quote}'s text in UTF-8. */
    static int quotedBytes(String text) {
        int bytes = 2;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                bytes += 2;
            } else if (isEscaped(text, i)) {
                bytes += ESCAPE_BYTES;
            } else {
                bytes += utf8Bytes(c);
            }
        }
        return bytes;
    }

    /** Length in UTF-8, without encoding. */
    public static int utf8Bytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            bytes += utf8Bytes(text.charAt(i));
        }
        return bytes;
    }

    /** Half of a surrogate pair's four for each of its chars. */
    private static int utf8Bytes(char c) {
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }

    /** Controls, and what UTF-8 has no bytes for. */
    private static boolean isEscaped(String text, int i) {
        char c = text.charAt(i);
        return c < ' ' || (Character.isSurrogate(c) && !paired(text, i));
    }

    private static boolean paired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
