package io.connectorkit.benchmarks.contest;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The records that a job in this JVM delivers: counted, and timed from the first to the last. */
public final class Arrivals {

    private static final double NANOS = 1e9;

    private final long wanted;
    private final AtomicLong seen = new AtomicLong();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile long firstNanos;
    private volatile long lastNanos;

    /** Waits for {@code wanted} records. */
    public Arrivals(long wanted) {
        this.wanted = wanted;
    }

    /** One more record is there. */
    public void add() {
        long n = seen.incrementAndGet();
        if (n == 1) {
            firstNanos = System.nanoTime();
        }
        if (n == wanted) {
            lastNanos = System.nanoTime();
            done.countDown();
        }
    }

    /** Returns when all are there; throws when that takes longer than two minutes. */
    public void await() throws InterruptedException {
        if (!done.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("only " + seen.get() + " of " + wanted + " records arrived");
        }
    }

    /** Records a second between the first and the last. */
    public double perSecond() {
        return wanted * NANOS / (lastNanos - firstNanos);
    }
}
