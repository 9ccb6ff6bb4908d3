package io.connectorkit.sink;

/**
 * The way back to a window that was too large: fast at first, slow where it was cut, fast beyond (RFC 9438).
 *
 * <p>At {@link #PLATEAU_MILLIS} the old size is reached again; the way ends at three times that, well above it.
 */
final class CubicRecovery {

    static final double CUT = 0.85;

    private static final long PLATEAU_MILLIS = 1_000;

    private double cutFrom;
    private long sinceMillis;

    /** The window had {@code size} when the destination asked for less. */
    void begin(double size, long nowMillis) {
        cutFrom = size;
        sinceMillis = nowMillis;
    }

    boolean active() {
        return cutFrom > 0;
    }

    /** Ends the way if its time has passed; whether it has. */
    boolean endsAt(long nowMillis) {
        if (nowMillis - sinceMillis < 3 * PLATEAU_MILLIS) {
            return false;
        }
        cutFrom = 0;
        return true;
    }

    double sizeAt(long nowMillis) {
        double missing = 1 - (double) (nowMillis - sinceMillis) / PLATEAU_MILLIS;
        return cutFrom * (1 - (1 - CUT) * missing * missing * missing);
    }
}
