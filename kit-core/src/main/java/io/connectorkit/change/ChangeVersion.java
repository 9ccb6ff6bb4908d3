package io.connectorkit.change;

import java.io.Serializable;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Ordering token of a change: a non-negative decimal integer of up to 60 digits.
 *
 * <p>Must depend on the record alone (a sequence number, an update counter, a commit timestamp), never on a clock, an
 * in-memory counter or an offset of this run: otherwise a replay orders the same change differently. Wide enough for
 * DynamoDB Streams (40 digits) and Kinesis (56 digits) sequence numbers. Equal numbers are equal versions, whatever
 * their leading zeros; among equal versions the later arrival is applied again.
 */
public final class ChangeVersion implements Comparable<ChangeVersion>, Serializable {

    private static final long serialVersionUID = 1L;

    /** Most digits a version can have. */
    public static final int MAX_DIGITS = 60;

    private static final int LONG_DIGITS = 18;
    private static final String ZEROS = "0".repeat(MAX_DIGITS);

    /** The value when {@code wide} is null. */
    private final long value;

    /** {@value #MAX_DIGITS} digits with leading zeros, only for values above {@link Long#MAX_VALUE}. */
    private final @Nullable String wide;

    private ChangeVersion(long value, @Nullable String wide) {
        this.value = value;
        this.wide = wide;
    }

    /** A version from a counter or a timestamp; must not be negative. */
    public static ChangeVersion of(long version) {
        if (version < 0) {
            throw new IllegalArgumentException("version must be at least 0, got " + version);
        }
        return new ChangeVersion(version, null);
    }

    /** A version from a decimal sequence number: digits only, at most {@value #MAX_DIGITS} after leading zeros. */
    public static ChangeVersion of(String digits) {
        int start = 0;
        int length = digits.length();
        while (start < length - 1 && digits.charAt(start) == '0') {
            start++;
        }
        int significant = length - start;
        if (significant == 0 || significant > MAX_DIGITS || !isDigits(digits, start)) {
            throw new IllegalArgumentException(
                    "version must be a decimal integer of 1 to " + MAX_DIGITS + " digits, got '" + digits + "'");
        }
        if (significant <= LONG_DIGITS) {
            return new ChangeVersion(Long.parseLong(digits, start, length, 10), null);
        }
        if (significant == LONG_DIGITS + 1) {
            BigInteger exact = new BigInteger(digits);
            if (exact.bitLength() < Long.SIZE) {
                return new ChangeVersion(exact.longValue(), null);
            }
        }
        return new ChangeVersion(0, ZEROS.substring(significant) + digits.substring(start));
    }

    private static boolean isDigits(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }

    /** Whether the value fits a signed 64-bit integer. */
    public boolean isLong() {
        return wide == null;
    }

    /** The value, for stores whose guard is a signed 64-bit integer. */
    public long longValue() {
        if (wide != null) {
            throw new ArithmeticException("version " + this + " does not fit 64 bits");
        }
        return value;
    }

    /** The value as an integer of any size. */
    public BigInteger toBigInteger() {
        return wide == null ? BigInteger.valueOf(value) : new BigInteger(wide);
    }

    /** {@value #MAX_DIGITS} digits with leading zeros: its byte order is the version order. */
    public String fixedWidth() {
        if (wide != null) {
            return wide;
        }
        String digits = Long.toString(value);
        return ZEROS.substring(digits.length()) + digits;
    }

    @Override
    public int compareTo(ChangeVersion other) {
        if (wide == null) {
            return other.wide == null ? Long.compare(value, other.value) : -1;
        }
        return other.wide == null ? 1 : wide.compareTo(other.wide);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChangeVersion that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return wide == null ? Long.hashCode(value) : wide.hashCode();
    }

    /** Decimal digits without leading zeros. */
    @Override
    public String toString() {
        if (wide == null) {
            return Long.toString(value);
        }
        int start = 0;
        while (wide.charAt(start) == '0') {
            start++;
        }
        return wide.substring(start);
    }
}
