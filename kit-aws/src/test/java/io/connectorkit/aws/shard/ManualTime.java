package io.connectorkit.aws.shard;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.PriorityQueue;

/** A clock and a timer that move when the test says so. */
final class ManualTime extends Clock implements ShardTimer {

    private record Due(long millis, long order, Runnable action) {}

    private final PriorityQueue<Due> due = new PriorityQueue<>((a, b) ->
            a.millis() != b.millis() ? Long.compare(a.millis(), b.millis()) : Long.compare(a.order(), b.order()));
    private long now = 1_000_000_000L;
    private long order;

    /** Moves on, running what falls due on the way at its time. */
    void advance(long millis) {
        long until = now + millis;
        while (!due.isEmpty() && due.peek().millis() <= until) {
            Due next = due.poll();
            now = next.millis();
            next.action().run();
        }
        now = until;
    }

    @Override
    public void after(long delayMillis, Runnable action) {
        due.add(new Due(now + delayMillis, order++, action));
    }

    @Override
    public long millis() {
        return now;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public void close() {
        due.clear();
    }
}
