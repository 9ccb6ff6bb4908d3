package io.connectorkit.examples.demo;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Kills the task manager, spread over the run: each time only when a checkpoint has completed since the last start and
 * both stores have taken changes since that checkpoint, so that the restart must replay what the stores already hold.
 */
final class Kills implements AutoCloseable {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final RunCounters counters;
    private final LongSupplier written;
    private final Cluster cluster;
    private final int planned;
    private final int changes;
    private final Thread thread;
    private volatile int done;
    private volatile boolean closed;
    private volatile @Nullable Exception failure;

    /** {@code changes} is the size of the run; {@code written} what the slower store has acknowledged. */
    Kills(Cluster cluster, RunCounters counters, LongSupplier written, int planned, int changes) {
        this.cluster = cluster;
        this.counters = counters;
        this.written = written;
        this.planned = planned;
        this.changes = changes;
        this.thread = new Thread(this::run, "demo-kills");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    int done() {
        return done;
    }

    int planned() {
        return planned;
    }

    @Nullable
    Exception failure() {
        return failure;
    }

    /** Whether a kill is so overdue that the traffic should wait for it. */
    boolean overdue() {
        return done < planned && counters.acknowledged() > mark(done) + segment() / 3;
    }

    private long segment() {
        return changes / (planned + 1);
    }

    /** Where in the traffic kill number {@code kill} (from 0) is to happen. */
    private long mark(int kill) {
        return segment() * (kill + 1);
    }

    private void run() {
        try {
            for (int kill = 0; kill < planned && !closed; kill++) {
                awaitMoment(mark(kill));
                if (!closed) {
                    cluster.killTaskManager();
                    done = kill + 1;
                }
            }
        } catch (Exception e) {
            failure = e;
        }
    }

    private void awaitMoment(long mark) {
        long least = Math.max(1, Math.min(100, segment() / 50));
        long before = counters.checkpoint();
        long checkpoint = before;
        long writtenAtCheckpoint = 0;
        while (!closed) {
            if (counters.checkpoint() != checkpoint) {
                checkpoint = counters.checkpoint();
                writtenAtCheckpoint = written.getAsLong();
            }
            boolean restarted = counters.restarts() >= done;
            boolean behind = checkpoint > before
                    && counters.readSinceCheckpoint() >= least
                    && written.getAsLong() >= writtenAtCheckpoint + least;
            if (restarted && behind && counters.acknowledged() >= mark) {
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
