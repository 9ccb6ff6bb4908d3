package io.connectorkit.aws.shard;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one shard, ahead of the task thread by at most one page: one request or one timer at a time, nobody else's.
 *
 * <p>A full page is followed at once, a smaller one after the shortest delay, each empty one after twice the delay
 * before it. A failed request is repeated with back-off; an expired iterator is renewed from the last record fetched.
 */
final class ShardPacer<R> {

    private static final Logger LOG = LoggerFactory.getLogger(ShardPacer.class);

    /** The page that is emitted and the one ahead. */
    private static final int MAX_PAGES = 2;

    private static final int AWAKE = 0;

    /** Where an empty answer does not mean that nothing follows, so many in a row do. */
    private static final int QUIET_PAGES = 2;

    private final ShardDesk<R> desk;
    private final ShardMeter meter;
    private final ShardPace pace;
    private final @Nullable Instant stopAt;
    private final long stopMillis;
    private final String stream;
    private final String shardId;

    /** Where the next iterator starts. */
    private ShardPosition position;

    private @Nullable String iterator;
    private int pages;
    private boolean waiting;
    /** The sleep it is in, of those it has had. */
    private int nap = AWAKE;

    private int naps;
    private boolean closed;
    private boolean gapSeen;
    private boolean answered;
    private boolean upToKnown;
    private boolean certain;

    /** Whether the service has told the end, and reading behind the last record has yet to confirm it. */
    private boolean endTold;

    private boolean fresh;
    private int quietPages;
    private long requestedMillis;

    /** Creation of the last record fetched, or when the end of the shard was last seen. */
    private volatile long upToMillis;

    ShardPacer(ShardDesk<R> desk, ShardSplit split, MetricGroup group, ShardMeter total) {
        this.desk = desk;
        this.stopAt = split.stopAt();
        this.stopMillis = stopAt == null ? Long.MAX_VALUE : stopMillis(stopAt);
        this.pace = new ShardPace(desk.options, desk.random);
        this.stream = split.stream();
        this.shardId = split.shardId();
        this.position = split.position();
        this.fresh = !split.position().durable().equals(split.position());
        this.upToMillis = split.readUpTo() == null
                ? desk.clock.millis()
                : split.readUpTo().toEpochMilli();
        this.upToKnown = split.readUpTo() != null;
        this.meter = new ShardMeter(group, total, this::millisBehind, this::headroom);
    }

    /**
     * "Latest" was when the job started: what had been written by then is read once a request made later has caught up,
     * whatever the clocks say. Of another time, only the service's clock knows.
     */
    private long stopMillis(Instant stop) {
        return desk.options.stop().kind() == StopPosition.Kind.LATEST
                ? stop.toEpochMilli()
                : stop.plus(desk.api.limits().timeMargin()).toEpochMilli();
    }

    ShardMeter meter() {
        return meter;
    }

    String shardId() {
        return shardId;
    }

    /** Time between now and the newest thing known of the shard: keeps growing while requests fail. */
    long millisBehind() {
        return Math.max(0, desk.clock.millis() - upToMillis);
    }

    private long headroom() {
        return desk.api.limits().retention().toMillis() - millisBehind();
    }

    /** Up to when all was emitted, if no page is under way to the task thread. */
    synchronized @Nullable Instant emittedUpTo() {
        return pages == 0 && answered ? Instant.ofEpochMilli(upToMillis) : null;
    }

    void start() {
        desk.dozing.opened(this);
        advance();
    }

    /** Sleeps no longer than this. */
    void wake(long delayMillis) {
        int asleep;
        synchronized (this) {
            asleep = nap;
        }
        desk.timer.after(delayMillis, () -> rise(asleep));
    }

    /** Goes on after a sleep, unless something else has ended it. */
    private void rise(int of) {
        synchronized (this) {
            if (of == AWAKE || of != nap) {
                return;
            }
            nap = AWAKE;
        }
        advance();
    }

    /** The task thread has emitted a page. */
    void emitted() {
        synchronized (this) {
            pages--;
        }
        resume();
    }

    /** Goes on if the pacer stood still for want of room. */
    void resume() {
        synchronized (this) {
            if (!waiting) {
                return;
            }
            waiting = false;
        }
        advance();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        desk.dozing.closed(this);
        desk.api.leave(shardId);
    }

    private void advance() {
        String from;
        ShardPosition start;
        synchronized (this) {
            if (closed || waiting) {
                return;
            }
            if (pages >= MAX_PAGES) {
                waiting = true;
                return;
            }
            from = iterator;
            start = position;
        }
        if (from == null && isCertain(start)) {
            watch(() -> desk.api.iterator(stream, shardId, start), this::onIterator);
            return;
        } else if (from == null) {
            Instant upTo = Instant.ofEpochMilli(upToMillis);
            watch(() -> desk.api.mayBeTrimmed(stream, shardId, start, upTo), trimmed -> onCertain(trimmed, upTo));
            return;
        }
        synchronized (this) {
            waiting = true;
        }
        if (!desk.hasRoom(this)) {
            return;
        }
        synchronized (this) {
            if (!waiting) {
                return;
            }
            waiting = false;
            requestedMillis = desk.clock.millis();
        }
        meter.add(ShardMetric.GETS, 1);
        int limit = Math.min(desk.options.pageRecords(), desk.api.limits().maxPageRecords());
        watch(() -> desk.api.records(stream, shardId, from, limit), page -> onPage(page, limit));
    }

    /** Runs a request; whatever goes wrong, in it or behind it, ends in {@link #onFailure} or fails the job. */
    private <V> void watch(Request<V> request, Consumer<V> then) {
        CompletableFuture<V> answer;
        try {
            answer = request.send();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var unused = answer.whenComplete((value, failure) -> {
            try {
                if (isClosed()) {
                    return;
                }
                if (failure == null) {
                    then.accept(value);
                } else {
                    onFailure(failure);
                }
            } catch (Throwable bug) {
                desk.inbox.fail(bug);
            }
        });
    }

    private interface Request<V> {
        CompletableFuture<V> send();
    }

    /** Whether nothing behind the position can have been trimmed unnoticed, or it has just been asked. */
    private synchronized boolean isCertain(ShardPosition start) {
        return certain
                || !upToKnown
                || start.kind() == ShardPosition.Kind.OLDEST
                || start.kind() == ShardPosition.Kind.LATEST;
    }

    private void onCertain(boolean trimmed, Instant upTo) {
        synchronized (this) {
            certain = true;
        }
        if (trimmed) {
            onGap(
                    new IllegalStateException(
                            "everything before " + upTo + " was read, and records are not kept for so long"),
                    true);
        } else {
            advance();
        }
    }

    private void onIterator(String fresh) {
        synchronized (this) {
            certain = false;
            iterator = fresh;
            // Renewed later, "latest" would be another place, and what was trimmed by then would be a gap.
            position = position.durable();
        }
        advance();
    }

    private void onPage(ShardPage<R> page, int limit) {
        List<ShardRecord<R>> records = page.records();
        ShardLimits limits = desk.api.limits();
        boolean last;
        long now = desk.clock.millis();
        long delay;
        synchronized (this) {
            if (closed) {
                return;
            }
            gapSeen = false;
            fresh = false;
            iterator = page.nextIterator();
            if (!records.isEmpty()) {
                position = ShardPosition.after(records.get(records.size() - 1).sequenceNumber());
            }
            last = isStopped(page) || (page.nextIterator() == null && isConfirmed(records.isEmpty()));
            upToMillis = now - page.millisBehindLatest();
            answered = true;
            upToKnown = true;
            if (!records.isEmpty() || last) {
                pages++;
            }
            long pause = pace.afterPage(
                    records.size(), limit, page.millisBehindLatest() > 0, desk.dozing.longestPauseMillis());
            delay = Math.max(endTold || limits.waits() ? 0 : pause, requestedMillis + interval(limits, page) - now);
        }
        meter.add(ShardMetric.MISPLACED, page.misplaced());
        if (!records.isEmpty() || last) {
            desk.deliver(new ShardInbox.Delivery<>(this, page, null, last));
        }
        if (!last) {
            later(delay);
        }
    }

    /**
     * Whether a told end is the end. DynamoDB Local closes a shard between looking for its records and answering, and
     * then tells the end without the last records: so what is behind the last record is read once more, until it is
     * nothing. From a start by time that would repeat records, so an unread shard of such a start is over at once.
     */
    private boolean isConfirmed(boolean empty) {
        boolean byTime = position.kind() == ShardPosition.Kind.LATEST || position.kind() == ShardPosition.Kind.SINCE;
        boolean confirmed = byTime || desk.api.limits().endsAreExact() || (endTold && empty);
        endTold = true;
        return confirmed;
    }

    /** Shortest time in milliseconds from the request that brought a page to the next one. */
    private static long interval(ShardLimits limits, ShardPage<?> page) {
        long bytes = limits.bytesPerSecond() == 0 ? 0 : page.bytes() * 1000 / limits.bytesPerSecond();
        return Math.max(Math.max(limits.minPollInterval().toMillis(), bytes), page.restMillis());
    }

    /** Whether a bounded job has read what it wants of the shard. */
    private boolean isStopped(ShardPage<R> page) {
        if (stopAt == null || requestedMillis - page.millisBehindLatest() < stopMillis) {
            quietPages = 0;
            return false;
        } else if (desk.api.limits().endsAreExact()) {
            return true;
        }
        List<ShardRecord<R>> records = page.records();
        quietPages = records.isEmpty() ? quietPages + 1 : 0;
        long beyond = stopAt.plus(desk.api.limits().timeMargin()).toEpochMilli();
        return quietPages >= QUIET_PAGES
                || (!records.isEmpty() && records.get(records.size() - 1).createdMillis() >= beyond);
    }

    private void later(long delay) {
        if (delay <= 0) {
            advance();
            return;
        }
        int asleep;
        synchronized (this) {
            asleep = ++naps;
            nap = asleep;
        }
        desk.timer.after(delay, () -> rise(asleep));
    }

    private void onFailure(Throwable failure) {
        synchronized (this) {
            // Asked for again, "latest" would pass over what was written meanwhile.
            position = position.kind() == ShardPosition.Kind.LATEST ? position.durable() : position;
        }
        ShardFault fault = desk.api.fault(failure);
        switch (fault) {
            case EXPIRED_ITERATOR -> onExpired();
            case TRIMMED -> onGap(failure, isBehindRecord());
            case SHARD_GONE -> onGap(failure, false);
            case THROTTLED -> {
                meter.add(ShardMetric.THROTTLES, 1);
                later(pace.afterThrottle());
            }
            case RETRYABLE -> {
                meter.add(ShardMetric.RETRIES, 1);
                long delay = pace.afterFailure();
                if (!desk.options.retry().allowsAnotherAfter(pace.failures())) {
                    desk.inbox.fail(new IllegalStateException(
                            unreadable("failed " + pace.failures() + " times in a row", failure), failure));
                    return;
                }
                LOG.warn("Reading {} failed, next in {} ms: {}", name(), delay, desk.api.text(failure));
                later(delay);
            }
            case FATAL -> {
                String what = unreadable("cannot be read", failure);
                desk.inbox.fail(
                        untried() ? new ShardSourceException(what, failure) : new IllegalStateException(what, failure));
            }
        }
    }

    private String unreadable(String what, Throwable failure) {
        return name() + " " + what + ": " + desk.api.text(failure);
    }

    /** Whether the job has just started and read nothing of the shard: then a missing permission was always missing. */
    private synchronized boolean untried() {
        return fresh;
    }

    private void onExpired() {
        synchronized (this) {
            iterator = null;
        }
        meter.add(ShardMetric.ITERATOR_RENEWALS, 1);
        later(pace.afterExpiry());
    }

    private synchronized boolean isBehindRecord() {
        return position.kind() == ShardPosition.Kind.AFTER;
    }

    /** {@code goesOn}: reading goes on with the oldest record that is there, else the shard is over. */
    private void onGap(Throwable failure, boolean goesOn) {
        ShardPosition lost;
        boolean promised;
        boolean restart;
        synchronized (this) {
            lost = position;
            promised = !gapSeen && lost.kind() != ShardPosition.Kind.OLDEST && lost.kind() != ShardPosition.Kind.LATEST;
            gapSeen = true;
            restart = goesOn;
            if (endTold) {
                // Trimmed while its end was confirmed: it had been told.
                promised = false;
                restart = false;
            }
            if (restart) {
                position = ShardPosition.trimHorizon();
                iterator = null;
            }
        }
        ShardGap gap = null;
        if (promised) {
            meter.add(ShardMetric.GAPS, 1);
            String what = name() + " was trimmed before it was read to its end (position: " + lost + "): "
                    + desk.api.text(failure);
            if (desk.options.onGap() == OnGap.FAIL) {
                desk.inbox.fail(new ShardSourceException(
                        what + "; records are lost. Repair the target from the source of the data, then resume from the"
                                + " last checkpoint with source.on-gap=continue, or start without state",
                        failure));
                return;
            }
            LOG.warn("{}; reading goes on behind the gap", what);
            gap = new ShardGap(stream, shardId, lost, desk.clock.instant());
        }
        if (gap != null || !restart) {
            desk.deliver(new ShardInbox.Delivery<>(this, nothing(), gap, !restart));
        }
        if (restart) {
            advance();
        }
    }

    private synchronized ShardPage<R> nothing() {
        pages++;
        upToMillis = desk.clock.millis();
        return new ShardPage<>(List.of(), null, 0);
    }

    private String name() {
        return "shard '" + shardId + "' of stream '" + stream + "'";
    }
}
