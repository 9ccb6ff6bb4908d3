package io.connectorkit.tck;

import java.util.ArrayDeque;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * A task's mailbox and clock in virtual time: one thread, no waiting, the same run for the same seed.
 *
 * <p>{@link #yield} runs the next mail; with none there, time jumps to the next event. With no event either it fails:
 * in a real task that thread would sleep for ever.
 */
public final class VirtualTask implements MailboxExecutor, ProcessingTimeService {

    private final ArrayDeque<ThrowingRunnable<? extends Exception>> mails = new ArrayDeque<>();
    private final TreeSet<Event> events = new TreeSet<>();
    private long nowMillis = 1_000_000;
    private long sequence;
    private long yields;
    private long timers;

    /** Runs {@code action} in {@code delayMillis} of virtual time. */
    public void in(long delayMillis, ThrowingRunnable<? extends Exception> action) {
        events.add(new Event(nowMillis + delayMillis, sequence++, action));
    }

    /** Lets {@code millis} pass, with everything that happens in them. */
    public void advance(long millis) {
        long end = nowMillis + millis;
        runMails();
        while (!events.isEmpty() && events.first().atMillis <= end) {
            runNextEvent();
            runMails();
        }
        nowMillis = end;
    }

    /** How often the task gave its thread away. */
    public long yields() {
        return yields;
    }

    /** How many timers were registered. */
    public long timers() {
        return timers;
    }

    @Override
    public void execute(
            MailOptions options, ThrowingRunnable<? extends Exception> command, String description, Object... args) {
        mails.add(command);
    }

    @Override
    public void yield() {
        yields++;
        while (mails.isEmpty()) {
            if (events.isEmpty()) {
                throw new AssertionError("the task waits and nothing will ever wake it");
            }
            runNextEvent();
        }
        run(mails.remove());
    }

    @Override
    public boolean tryYield() {
        if (mails.isEmpty()) {
            return false;
        }
        run(mails.remove());
        return true;
    }

    @Override
    public boolean shouldInterrupt() {
        return false;
    }

    @Override
    public long getCurrentProcessingTime() {
        return nowMillis;
    }

    @Override
    public ScheduledFuture<?> registerTimer(long timestamp, ProcessingTimeCallback target) {
        timers++;
        Timer timer = new Timer();
        Event event = new Event(
                Math.max(timestamp, nowMillis),
                sequence++,
                () -> mails.add(() -> {
                    if (!timer.isCancelled()) {
                        target.onProcessingTime(timestamp);
                    }
                }));
        timer.event = event;
        events.add(event);
        return timer;
    }

    private void runMails() {
        while (!mails.isEmpty()) {
            run(mails.remove());
        }
    }

    private void runNextEvent() {
        Event event = events.pollFirst();
        nowMillis = Math.max(nowMillis, event.atMillis);
        run(event.action);
    }

    private static void run(ThrowingRunnable<? extends Exception> action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new MailFailed(e);
        }
    }

    /** A mail failed: in a real task, the end of the task. */
    public static final class MailFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MailFailed(Exception cause) {
            super(cause.getMessage(), cause);
        }
    }

    private record Event(long atMillis, long sequence, ThrowingRunnable<? extends Exception> action)
            implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /** Once cancelled it is forgotten, as Flink's timers are: what it holds on to must not outlive it. */
    private final class Timer extends CompletableFuture<Void> implements ScheduledFuture<Void> {
        private Event event;

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            events.remove(event);
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
