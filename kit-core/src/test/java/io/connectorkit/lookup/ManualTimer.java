package io.connectorkit.lookup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes only when a test says so. */
final class ManualTimer implements LookupTimer {

    /** Starts just before the clock wraps, so that every test crosses it. */
    private long now = Long.MAX_VALUE - 1_000_000;

    private final List<Task> tasks = new ArrayList<>();
    private int scheduled;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Alarm schedule(long delayNanos, Runnable run) {
        Task task = new Task(now + delayNanos, scheduled++, run);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** Lets {@code nanos} pass and runs what is due, in order. */
    void advanceNanos(long nanos) {
        long end = now + nanos;
        while (true) {
            Task next = tasks.stream()
                    .min(Comparator.<Task>comparingLong(task -> task.at - now).thenComparing(task -> task.number))
                    .orElse(null);
            if (next == null || next.at - end > 0) {
                break;
            }
            tasks.remove(next);
            now = next.at - now > 0 ? next.at : now;
            next.run.run();
        }
        now = end;
    }

    void advanceMillis(long millis) {
        advanceNanos(millis * 1_000_000);
    }

    int pending() {
        return tasks.size();
    }

    @Override
    public void close() {
        tasks.clear();
    }

    private record Task(long at, int number, Runnable run) {}
}
