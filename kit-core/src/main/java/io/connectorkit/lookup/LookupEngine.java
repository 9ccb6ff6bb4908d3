package io.connectorkit.lookup;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupWork.Ask;
import io.connectorkit.lookup.LookupWork.BackOff;
import io.connectorkit.lookup.LookupWork.Outcome;
import io.connectorkit.lookup.LookupWork.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Merges, batches, caches and retries lookups over a {@link LookupSource}; knows nothing of Flink.
 *
 * <p>A key asked for while it is on its way joins that request. A batch is sent when a request may be sent and the batch
 * is full, or nothing is in flight, or its oldest key has waited {@code linger} (Nagle's rule, RFC 896): alone a key
 * never waits, under load batches fill by themselves.
 *
 * <p>Any thread may call in. One lock guards the state; it is never held while the source or a waiter is called: what is
 * decided under it goes into a {@link LookupWork} that is performed after release.
 */
final class LookupEngine<K, V> implements AutoCloseable {

    /** Who waits for a key: told exactly once, by any thread, maybe before {@link #lookup} returns. */
    interface Waiter<V> {
        void found(@Nullable V value);

        void failed(LookupException cause);
    }

    private final LookupSource<K, V> source;
    private final LookupOptions options;
    private final LookupTimer timer;
    private final RandomGenerator random;
    private final LookupErrors errors;
    private final LookupCache<K, V> cache;
    private final LookupStats stats = new LookupStats();
    private final long lingerNanos;
    private final long requestTimeoutNanos;
    private final long timeoutNanos;

    private final Object lock = new Object();

    /** By age, so that the first has the earliest deadline. */
    private final LinkedHashMap<K, Ask<K, V>> asks = new LinkedHashMap<>();

    /** Keys never sent, by age. */
    private final ArrayDeque<Ask<K, V>> queue = new ArrayDeque<>();

    /** Batches that have been sent before and go next: retries that are due and halves of a rejected batch. */
    private final ArrayDeque<List<Ask<K, V>>> again = new ArrayDeque<>();

    private final PriorityQueue<BackOff<K, V>> backOffs;

    /** By age, so that the first has the earliest deadline. */
    private final LinkedHashSet<Request<K, V>> inFlight = new LinkedHashSet<>();

    /** Nothing is sent before: a throttled request asked for a pause. */
    private long pausedUntil;

    private LookupTimer.@Nullable Alarm alarm;
    private long alarmAt;
    private boolean closed;

    LookupEngine(
            LookupSource<K, V> source, String name, LookupOptions options, LookupTimer timer, RandomGenerator random) {
        this.source = source;
        this.options = options;
        this.timer = timer;
        this.random = random;
        this.errors = new LookupErrors(name, options);
        this.cache = new LookupCache<>(options, timer::nanoTime);
        this.lingerNanos = options.linger().toNanos();
        this.requestTimeoutNanos = options.requestTimeout().toNanos();
        this.timeoutNanos = options.timeout().toNanos();
        long origin = timer.nanoTime();
        this.pausedUntil = origin;
        // Nano times may wrap: compare distances.
        this.backOffs = new PriorityQueue<>(Comparator.comparingLong(backOff -> backOff.dueAt() - origin));
    }

    /** Looks {@code key} up for {@code waiter}; returns at once, a cached answer is handed over before. */
    void lookup(K key, Waiter<V> waiter) {
        LookupCache.Answer<V> cached = cache.find(key);
        if (cached == null) {
            LookupWork<K, V> work = new LookupWork<>();
            synchronized (lock) {
                cached = enter(key, waiter, work);
            }
            perform(work);
        }
        if (cached != null) {
            stats.hits.increment();
            waiter.found(cached.value());
        }
    }

    /** The answer if it has arrived since the cache was read, else null: {@code waiter} waits. */
    private LookupCache.@Nullable Answer<V> enter(K key, Waiter<V> waiter, LookupWork<K, V> work) {
        long now = timer.nanoTime();
        if (closed) {
            work.fail(new Ask<>(key, now, waiter), errors.closed(1, key));
            return null;
        }
        Ask<K, V> underWay = asks.get(key);
        if (underWay != null) {
            stats.misses.increment();
            stats.merged.increment();
            underWay.waiters.add(waiter);
            return null;
        }
        LookupCache.Answer<V> cached = cache.find(key);
        if (cached == null) {
            stats.misses.increment();
            Ask<K, V> ask = new Ask<>(key, now, waiter);
            asks.put(key, ask);
            queue.add(ask);
            plan(now, work);
        }
        return cached;
    }

    private void perform(LookupWork<K, V> work) {
        while (true) {
            work.handOver();
            Request<K, V> request = work.nextSend();
            if (request == null) {
                return;
            }
            CompletableFuture<Map<K, V>> answer;
            try {
                answer = source.fetch(request.keys()).toCompletableFuture();
            } catch (Throwable e) {
                answer = CompletableFuture.failedFuture(e);
            }
            if (answer.isDone()) {
                // A source that answers at once is served by this loop: nested calls could exhaust the stack.
                settle(request, answer, work);
            } else {
                CompletableFuture<Map<K, V>> pending = answer;
                answer.whenComplete((rows, failure) -> {
                    LookupWork<K, V> next = new LookupWork<>();
                    settle(request, pending, next);
                    perform(next);
                });
            }
        }
    }

    private void settle(Request<K, V> request, CompletableFuture<Map<K, V>> answer, LookupWork<K, V> work) {
        Outcome<V> outcome = errors.outcome(request, answer);
        synchronized (lock) {
            // Given up at its deadline, or closed: the answer comes too late.
            if (inFlight.remove(request)) {
                long now = timer.nanoTime();
                settle(request, outcome, now, work);
                plan(now, work);
            }
        }
    }

    private void settle(Request<K, V> request, Outcome<V> outcome, long now, LookupWork<K, V> work) {
        LookupException failure = outcome.failure();
        List<@Nullable V> values = outcome.values();
        if (failure != null || values == null) {
            failed(live(request.asks), failure == null ? errors.noAnswer() : failure, now, work);
            return;
        }
        for (int i = 0; i < values.size(); i++) {
            Ask<K, V> ask = request.asks.get(i);
            if (!ask.done) {
                V value = values.get(i);
                if (value == null) {
                    stats.absent.increment();
                }
                cache.put(ask.key, value, request.sentAt);
                finish(ask);
                work.answer(ask, value);
            }
        }
    }

    private void failed(List<Ask<K, V>> failed, LookupException failure, long now, LookupWork<K, V> work) {
        FailureKind kind = failure.kind();
        if (kind == FailureKind.REJECTED && failed.size() > 1) {
            int half = failed.size() / 2;
            again.add(new ArrayList<>(failed.subList(0, half)));
            again.add(new ArrayList<>(failed.subList(half, failed.size())));
            return;
        }
        boolean transientFailure = kind == FailureKind.RETRYABLE || kind == FailureKind.THROTTLED;
        List<Ask<K, V>> retried = new ArrayList<>();
        List<Ask<K, V>> givenUp = new ArrayList<>();
        int attempts = 0;
        for (Ask<K, V> ask : failed) {
            ask.lastFailure = failure;
            attempts = Math.max(attempts, ask.attempts);
            boolean again = transientFailure && options.retry().allowsAnotherAfter(ask.attempts);
            (again ? retried : givenUp).add(ask);
        }
        if (!retried.isEmpty()) {
            long dueAt = now + options.retry().delayMillis(attempts, random) * 1_000_000;
            backOffs.add(new BackOff<>(retried, dueAt));
            stats.retries.add(retried.size());
            if (kind == FailureKind.THROTTLED && dueAt - pausedUntil > 0) {
                pausedUntil = dueAt;
            }
        }
        if (!givenUp.isEmpty()) {
            giveUp(givenUp, errors.givenUp(givenUp, failure), work);
        }
    }

    private void giveUp(Collection<Ask<K, V>> givenUp, LookupException cause, LookupWork<K, V> work) {
        stats.failures.add(givenUp.size());
        for (Ask<K, V> ask : givenUp) {
            finish(ask);
            work.fail(ask, cause);
        }
    }

    private void finish(Ask<K, V> ask) {
        ask.done = true;
        asks.remove(ask.key);
    }

    private void wake() {
        LookupWork<K, V> work = new LookupWork<>();
        synchronized (lock) {
            if (!closed) {
                alarm = null;
                long now = timer.nanoTime();
                expire(now, work);
                plan(now, work);
            }
        }
        perform(work);
    }

    private void expire(long now, LookupWork<K, V> work) {
        List<Request<K, V>> overdue = new ArrayList<>();
        for (Request<K, V> request : inFlight) {
            if (now - request.sentAt < requestTimeoutNanos) {
                break;
            }
            overdue.add(request);
        }
        for (Request<K, V> request : overdue) {
            inFlight.remove(request);
            failed(live(request.asks), errors.requestTimedOut(), now, work);
        }
        List<Ask<K, V>> late = new ArrayList<>();
        for (Ask<K, V> ask : asks.values()) {
            if (now - ask.askedAt < timeoutNanos) {
                break;
            }
            late.add(ask);
        }
        if (!late.isEmpty()) {
            giveUp(late, errors.timedOut(late), work);
            queue.removeIf(ask -> ask.done);
        }
    }

    /** Sends what may be sent and sets the alarm for the rest: called after every change of the state. */
    private void plan(long now, LookupWork<K, V> work) {
        for (BackOff<K, V> next = backOffs.peek(); next != null && next.dueAt() - now <= 0; next = backOffs.peek()) {
            backOffs.remove();
            again.add(next.asks());
        }
        while (inFlight.size() < options.inFlight() && now - pausedUntil >= 0) {
            List<Ask<K, V>> batch = nextBatch(now);
            if (batch.isEmpty()) {
                break;
            }
            for (Ask<K, V> ask : batch) {
                ask.attempts++;
            }
            Request<K, V> request = new Request<>(batch, now);
            inFlight.add(request);
            stats.batches.increment();
            stats.requests.add(batch.size());
            work.send(request);
        }
        setAlarm(now);
    }

    private List<Ask<K, V>> nextBatch(long now) {
        while (!again.isEmpty()) {
            List<Ask<K, V>> batch = live(again.remove());
            if (!batch.isEmpty()) {
                return batch;
            }
        }
        Ask<K, V> oldest = queue.peek();
        boolean due = oldest != null
                && (queue.size() >= options.batchEntries()
                        || inFlight.isEmpty()
                        || now - oldest.askedAt >= lingerNanos);
        List<Ask<K, V>> batch = new ArrayList<>();
        while (due && batch.size() < options.batchEntries() && !queue.isEmpty()) {
            batch.add(queue.remove());
        }
        return batch;
    }

    private List<Ask<K, V>> live(List<Ask<K, V>> all) {
        List<Ask<K, V>> live = new ArrayList<>(all.size());
        for (Ask<K, V> ask : all) {
            if (!ask.done) {
                live.add(ask);
            }
        }
        return live;
    }

    /** One alarm for the next deadline, back-off, pause or linger; re-armed only for an earlier one. */
    private void setAlarm(long now) {
        if (closed || asks.isEmpty()) {
            return;
        }
        long wait = asks.values().iterator().next().askedAt + timeoutNanos - now;
        Iterator<Request<K, V>> oldest = inFlight.iterator();
        if (oldest.hasNext()) {
            wait = Math.min(wait, oldest.next().sentAt + requestTimeoutNanos - now);
        }
        BackOff<K, V> backOff = backOffs.peek();
        if (backOff != null) {
            wait = Math.min(wait, backOff.dueAt() - now);
        }
        if (inFlight.size() < options.inFlight() && !(queue.isEmpty() && again.isEmpty())) {
            Ask<K, V> next = queue.peek();
            long due = again.isEmpty() && next != null ? next.askedAt + lingerNanos - now : 0;
            wait = Math.min(wait, Math.max(due, pausedUntil - now));
        }
        long at = now + Math.max(wait, 0);
        if (alarm != null) {
            if (alarmAt - at <= 0) {
                return;
            }
            alarm.cancel();
        }
        alarmAt = at;
        alarm = timer.schedule(at - now, this::wake);
    }

    LookupStats stats() {
        return stats;
    }

    long cacheSize() {
        return cache.size();
    }

    int inFlight() {
        synchronized (lock) {
            return inFlight.size();
        }
    }

    /** Fails everybody who waits, then closes the source. */
    @Override
    public void close() throws Exception {
        LookupWork<K, V> work = new LookupWork<>();
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            List<Ask<K, V>> pending = new ArrayList<>(asks.values());
            if (!pending.isEmpty()) {
                giveUp(pending, errors.closed(pending.size(), pending.get(0).key), work);
            }
            queue.clear();
            again.clear();
            backOffs.clear();
            inFlight.clear();
        }
        timer.close();
        work.handOver();
        source.close();
    }
}
