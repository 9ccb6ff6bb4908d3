package io.connectorkit.change;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Canonical identity of what a change changes: one or more typed parts.
 *
 * <p>Injective: ("a_b", "c") and ("a", "b_c") differ, and so do 1 and "1". Canonical: equal numbers agree whatever
 * their Java type or scale (1, 1L, 1.0 and 1.00 are one key). Parts are strings, numbers, booleans, byte arrays,
 * {@link UUID}, {@link LocalDate}, {@link LocalTime}, {@link LocalDateTime} or {@link Instant}; never null.
 */
public final class ChangeKey implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int MIX = 0x9E3779B9;

    private static final char SEPARATOR = '|';
    private static final char QUOTE = '\'';
    private static final char TEMPORAL = '@';
    private static final char HASHED = '~';
    private static final String BYTES = "0x";

    /** Digits beyond which a number is written with an exponent, so that 1E+999999 stays short. */
    private static final int PLAIN_DIGITS = 40;

    private final Object first;
    private final Object @Nullable [] rest;
    private final int hash;

    private ChangeKey(Object first, Object @Nullable [] rest) {
        this.first = first;
        this.rest = rest;
        int mixed = first.hashCode();
        if (rest != null) {
            // Not by 31: (1, 32) and (2, 1) would be one.
            for (Object part : rest) {
                mixed = mixed * MIX + part.hashCode();
            }
        }
        // Table slots come from the low bits: fold the high ones in.
        mixed *= MIX;
        this.hash = mixed ^ (mixed >>> 16);
    }

    /** A key of one part. */
    public static ChangeKey of(Object part) {
        return new ChangeKey(canonical(part, 1), null);
    }

    /** A key of several parts; their order matters. */
    public static ChangeKey of(Object part, Object... more) {
        if (more.length == 0) {
            return of(part);
        }
        Object[] rest = new Object[more.length];
        for (int i = 0; i < more.length; i++) {
            rest[i] = canonical(more[i], i + 2);
        }
        return new ChangeKey(canonical(part, 1), rest);
    }

    /** How many parts the key has. */
    public int size() {
        return rest == null ? 1 : rest.length + 1;
    }

    /**
     * Part {@code index} in canonical form: String, Long (integers that fit), BigDecimal (all other numbers), Boolean,
     * byte[] (a copy), UUID or a java.time value.
     */
    public Object part(int index) {
        Objects.checkIndex(index, size());
        Object part = index == 0 || rest == null ? first : rest[index - 1];
        return part instanceof Bytes bytes ? bytes.value.clone() : part;
    }

    /**
     * The key as text, injective and readable: parts joined by {@code |}. A string stands as it is unless it could be
     * mistaken for another part or type; then it is quoted: the string "1" is {@code '1'}, the number is {@code 1}.
     */
    public String text() {
        if (rest == null && first instanceof String string && !needsQuotes(string)) {
            return string;
        }
        StringBuilder text = new StringBuilder();
        append(text, first);
        if (rest != null) {
            for (Object part : rest) {
                append(text.append(SEPARATOR), part);
            }
        }
        return text.toString();
    }

    /** {@link #text()} when it takes at most {@code maxBytes} in UTF-8, else {@code ~} and the SHA-256 of its chars in hex (65 bytes). */
    public String id(int maxBytes) {
        String text = text();
        // Three bytes a char at most: most keys need no counting.
        if (text.length() * 3L <= maxBytes || text.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
            return text;
        }
        // Of the chars and not of their UTF-8, in which all unpaired surrogates are one.
        ByteBuffer chars = ByteBuffer.allocate(2 * text.length());
        chars.asCharBuffer().put(text);
        return HASHED + HexFormat.of().formatHex(sha256(chars.array()));
    }

    /** The key that has this {@link #text()}. */
    public static ChangeKey parse(String text) {
        return ChangeKeyParser.parse(text);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static Object canonical(@Nullable Object part, int position) {
        if (part instanceof String || part instanceof Long || part instanceof Boolean) {
            return part;
        } else if (part instanceof Integer || part instanceof Short || part instanceof Byte) {
            return ((Number) part).longValue();
        } else if (part instanceof BigDecimal number) {
            return canonical(number);
        } else if (part instanceof BigInteger number) {
            return canonical(new BigDecimal(number));
        } else if (part instanceof Double || part instanceof Float) {
            double number = ((Number) part).doubleValue();
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                throw new IllegalArgumentException("key part " + position + " must be a finite number, got " + number);
            }
            return canonical(new BigDecimal(part.toString()));
        } else if (part instanceof byte[] bytes) {
            return new Bytes(bytes.clone());
        } else if (part instanceof UUID
                || part instanceof Instant
                || part instanceof LocalDate
                || part instanceof LocalTime
                || part instanceof LocalDateTime) {
            return part;
        } else if (part == null) {
            throw new IllegalArgumentException("key part " + position + " must not be null");
        }
        throw new IllegalArgumentException("key part " + position
                + " must be a string, number, boolean, byte[], UUID, Instant, LocalDate, LocalTime or LocalDateTime,"
                + " got "
                + part.getClass().getName());
    }

    private static Object canonical(BigDecimal number) {
        if (number.signum() == 0) {
            return 0L;
        }
        BigDecimal stripped = number.stripTrailingZeros();
        boolean fitsLong = stripped.scale() <= 0
                && stripped.precision() - (long) stripped.scale() <= 19
                && stripped.toBigInteger().bitLength() < Long.SIZE;
        return fitsLong ? (Object) stripped.longValueExact() : stripped;
    }

    private static void append(StringBuilder text, Object part) {
        if (part instanceof String string) {
            if (needsQuotes(string)) {
                text.append(QUOTE).append(string.replace("'", "''")).append(QUOTE);
            } else {
                text.append(string);
            }
        } else if (part instanceof Long || part instanceof Boolean) {
            text.append(part);
        } else if (part instanceof BigDecimal number) {
            boolean plain = Math.abs((long) number.scale()) + number.precision() <= PLAIN_DIGITS;
            text.append(plain ? number.toPlainString() : number.unscaledValue() + "E" + -(long) number.scale());
        } else if (part instanceof Bytes bytes) {
            text.append(BYTES).append(HexFormat.of().formatHex(bytes.value));
        } else {
            text.append(TEMPORAL).append(part);
        }
    }

    private static boolean needsQuotes(String string) {
        if (string.isEmpty()) {
            return true;
        }
        char start = string.charAt(0);
        if (start == QUOTE || start == TEMPORAL || start == HASHED || string.startsWith(BYTES)) {
            return true;
        }
        return string.indexOf(SEPARATOR) >= 0
                || looksNumeric(string)
                || string.equals("true")
                || string.equals("false");
    }

    /** True for all texts a number part can have, and for some more. */
    static boolean looksNumeric(String string) {
        char start = string.isEmpty() ? 'E' : string.charAt(0);
        if (start != '-' && (start < '0' || start > '9')) {
            return false;
        }
        for (int i = 1; i < string.length(); i++) {
            char c = string.charAt(i);
            boolean numeric =
                    (c >= '0' && c <= '9') || c == '.' || c == 'E' || (c == '-' && string.charAt(i - 1) == 'E');
            if (!numeric) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof ChangeKey that
                        && hash == that.hash
                        && first.equals(that.first)
                        && Arrays.equals(rest, that.rest));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return text();
    }

    /** A byte array with value equality. */
    private record Bytes(byte[] value) implements Serializable {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes that && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }
    }
}
