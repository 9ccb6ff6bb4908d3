package io.connectorkit.lookup;

/** Time as the engine sees it: a clock and an alarm. Injected, so that tests own both. */
interface LookupTimer extends AutoCloseable {

    /** As {@link System#nanoTime}. */
    long nanoTime();

    /** Runs {@code task} once after {@code delayNanos}, on a thread of its own; never before this call returns. */
    Alarm schedule(long delayNanos, Runnable task);

    /** Drops all alarms. */
    @Override
    void close();

    /** A scheduled task. */
    interface Alarm {
        void cancel();
    }
}
