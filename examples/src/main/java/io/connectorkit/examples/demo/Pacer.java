package io.connectorkit.examples.demo;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Lets writes pass at a rate, and slows them to a trickle while something else has to happen first: a kill that waits
 * for its checkpoint must find changes behind it.
 */
final class Pacer {

    private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final double nanosPerWrite;
    private final double slowNanosPerWrite;
    private final BooleanSupplier slow;
    private long nextNanos = System.nanoTime();

    Pacer(int perSecond, int slowPerSecond, BooleanSupplier slow) {
        this.nanosPerWrite = 1e9 / perSecond;
        this.slowNanosPerWrite = 1e9 / Math.min(perSecond, slowPerSecond);
        this.slow = slow;
    }

    /** Waits for the turn of {@code writes}. */
    void acquire(int writes) throws InterruptedException {
        long turn;
        synchronized (this) {
            turn = Math.max(nextNanos, System.nanoTime() - LONGEST_NAP_NANOS);
            nextNanos = turn + (long) (writes * (slow.getAsBoolean() ? slowNanosPerWrite : nanosPerWrite));
        }
        for (long wait = turn - System.nanoTime(); wait > 0; wait = turn - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(wait, LONGEST_NAP_NANOS));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
