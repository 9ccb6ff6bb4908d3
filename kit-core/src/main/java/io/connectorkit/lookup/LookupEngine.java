package io.connectorkit.lookup;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupWork.Ask;
import io.connectorkit.lookup.LookupWork.Outcome;
import io.connectorkit.lookup.LookupWork.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private final Object lock = new Object();
    private final LookupPlan<K, V> plan;
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
        this.plan = new LookupPlan<>(options, timer.nanoTime());
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
        Ask<K, V> underWay = plan.find(key);
        if (underWay != null) {
            stats.misses.increment();
            stats.merged.increment();
            underWay.waiters.add(waiter);
            return null;
        }
        LookupCache.Answer<V> cached = cache.find(key);
        if (cached == null) {
            stats.misses.increment();
            plan.add(new Ask<>(key, now, waiter));
            send(now, work);
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
            if (plan.returned(request)) {
                long now = timer.nanoTime();
                settle(request, outcome, now, work);
                send(now, work);
            }
        }
    }

    private void settle(Request<K, V> request, Outcome<V> outcome, long now, LookupWork<K, V> work) {
        LookupException failure = outcome.failure();
        List<@Nullable V> values = outcome.values();
        if (failure != null || values == null) {
            failed(LookupPlan.live(request.asks), failure == null ? errors.noAnswer() : failure, now, work);
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
                plan.finish(ask);
                work.answer(ask, value);
            }
        }
    }

    private void failed(List<Ask<K, V>> failed, LookupException failure, long now, LookupWork<K, V> work) {
        FailureKind kind = failure.kind();
        if (kind == FailureKind.REJECTED && failed.size() > 1) {
            plan.halve(failed);
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
            plan.retryAt(dueAt, retried);
            stats.retries.add(retried.size());
            if (kind == FailureKind.THROTTLED) {
                plan.pauseUntil(dueAt);
            }
        }
        if (!givenUp.isEmpty()) {
            givenUp.forEach(plan::finish);
            tell(givenUp, errors.givenUp(givenUp, failure), work);
        }
    }

    private void tell(List<Ask<K, V>> givenUp, LookupException cause, LookupWork<K, V> work) {
        stats.failures.add(givenUp.size());
        for (Ask<K, V> ask : givenUp) {
            work.fail(ask, cause);
        }
    }

    private void wake() {
        LookupWork<K, V> work = new LookupWork<>();
        synchronized (lock) {
            if (!closed) {
                alarm = null;
                long now = timer.nanoTime();
                expire(now, work);
                send(now, work);
            }
        }
        perform(work);
    }

    private void expire(long now, LookupWork<K, V> work) {
        for (Request<K, V> request : plan.takeOverdue(now)) {
            failed(LookupPlan.live(request.asks), errors.requestTimedOut(), now, work);
        }
        List<Ask<K, V>> late = plan.takeLate(now);
        if (!late.isEmpty()) {
            tell(late, errors.timedOut(late), work);
        }
    }

    /** Sends what may be sent and sets the alarm for the rest: called after every change of the plan. */
    private void send(long now, LookupWork<K, V> work) {
        for (Request<K, V> request = plan.nextRequest(now); request != null; request = plan.nextRequest(now)) {
            stats.batches.increment();
            stats.requests.add(request.asks.size());
            work.send(request);
        }
        long wait = plan.nanosToNextEvent(now);
        if (wait < 0) {
            return;
        }
        long at = now + wait;
        if (alarm != null) {
            if (alarmAt - at <= 0) {
                // Early enough: it looks again when it goes off.
                return;
            }
            alarm.cancel();
        }
        alarmAt = at;
        alarm = timer.schedule(wait, this::wake);
    }

    LookupStats stats() {
        return stats;
    }

    long cacheSize() {
        return cache.size();
    }

    int inFlight() {
        synchronized (lock) {
            return plan.inFlight();
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
            List<Ask<K, V>> pending = plan.takeAll();
            if (!pending.isEmpty()) {
                tell(pending, errors.closed(pending.size(), pending.get(0).key), work);
            }
        }
        timer.close();
        work.handOver();
        source.close();
    }
}
