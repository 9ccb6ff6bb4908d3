package io.connectorkit.change;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** Reads {@link ChangeKey#text()} back. */
final class ChangeKeyParser {

    private static final int UUID_LENGTH = 36;

    private final String text;
    private int position;

    private ChangeKeyParser(String text) {
        this.text = text;
    }

    static ChangeKey parse(String text) {
        ChangeKeyParser parser = new ChangeKeyParser(text);
        List<Object> parts = new ArrayList<>();
        try {
            do {
                parts.add(parser.part());
            } while (parser.position++ < text.length());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not the text of a key: " + text, e);
        }
        ChangeKey key = parts.size() == 1
                ? ChangeKey.of(parts.get(0))
                : ChangeKey.of(parts.get(0), parts.subList(1, parts.size()).toArray());
        if (!key.text().equals(text)) {
            throw new IllegalArgumentException("not the text of a key: " + text);
        }
        return key;
    }

    /** Reads one part and stops at the separator behind it or at the end. */
    private Object part() {
        if (text.startsWith("'", position)) {
            return quoted();
        }
        int end = text.indexOf('|', position);
        String plain = text.substring(position, end < 0 ? text.length() : end);
        position += plain.length();
        if (plain.startsWith("@")) {
            return typed(plain.substring(1));
        } else if (plain.startsWith("0x")) {
            return HexFormat.of().parseHex(plain, 2, plain.length());
        } else if (plain.equals("true") || plain.equals("false")) {
            return Boolean.valueOf(plain);
        }
        return ChangeKey.looksNumeric(plain) ? new BigDecimal(plain) : plain;
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        position++;
        while (true) {
            int quote = text.indexOf('\'', position);
            value.append(text, position, quote);
            position = quote + 1;
            if (!text.startsWith("'", position)) {
                return value.toString();
            }
            value.append('\'');
            position++;
        }
    }

    private static Object typed(String value) {
        if (value.endsWith("Z")) {
            return Instant.parse(value);
        } else if (value.indexOf('T') >= 0) {
            return LocalDateTime.parse(value);
        } else if (value.length() == UUID_LENGTH && value.charAt(8) == '-') {
            return UUID.fromString(value);
        }
        return value.indexOf(':') >= 0 ? LocalTime.parse(value) : LocalDate.parse(value);
    }
}
