package io.connectorkit.lookup;

import io.connectorkit.failure.FailureKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine decided under its lock and does after releasing it: requests to send and answers to hand over. Used by
 * one thread.
 */
final class LookupWork<K, V> {

    private static final Logger LOG = LoggerFactory.getLogger(LookupWork.class);

    private final ArrayDeque<Request<K, V>> sends = new ArrayDeque<>();
    private final List<Runnable> answers = new ArrayList<>();

    void send(Request<K, V> request) {
        sends.add(request);
    }

    void answer(Ask<K, V> ask, @Nullable V value) {
        for (LookupEngine.Waiter<V> waiter : ask.waiters) {
            answers.add(() -> waiter.found(value));
        }
    }

    void fail(Ask<K, V> ask, LookupException cause) {
        for (LookupEngine.Waiter<V> waiter : ask.waiters) {
            answers.add(() -> waiter.failed(cause));
        }
    }

    @Nullable
    Request<K, V> nextSend() {
        return sends.poll();
    }

    void handOver() {
        for (Runnable answer : answers) {
            try {
                answer.run();
            } catch (RuntimeException e) {
                // The mailbox refuses answers once its task ends: the others must still be told.
                LOG.warn("An answer could not be handed over; its task has ended", e);
            }
        }
        answers.clear();
    }

    /** A key asked for and not answered yet, with everybody who waits for it. Guarded by the engine's lock. */
    static final class Ask<K, V> {
        final K key;
        final long askedAt;
        final List<LookupEngine.Waiter<V>> waiters = new ArrayList<>(1);
        int attempts;
        boolean done;

        @Nullable
        LookupException lastFailure;

        Ask(K key, long askedAt, LookupEngine.Waiter<V> waiter) {
            this.key = key;
            this.askedAt = askedAt;
            waiters.add(waiter);
        }
    }

    /** The keys of one request. */
    static final class Request<K, V> {
        final List<Ask<K, V>> asks;
        final long sentAt;

        Request(List<Ask<K, V>> asks, long sentAt) {
            this.asks = asks;
            this.sentAt = sentAt;
        }

        List<K> keys() {
            List<K> keys = new ArrayList<>(asks.size());
            for (Ask<K, V> ask : asks) {
                keys.add(ask.key);
            }
            return List.copyOf(keys);
        }
    }

    /** Keys that wait for their next attempt. */
    record BackOff<K, V>(List<Ask<K, V>> asks, long dueAt) {}

    /** What a request came to: a value for each of its keys (null where there is no row), or why not. */
    record Outcome<V>(@Nullable List<@Nullable V> values, @Nullable LookupException failure) {

        static <V> Outcome<V> failed(LookupException failure) {
            return new Outcome<>(null, failure);
        }

        static <V> Outcome<V> fatal(String message) {
            return failed(new LookupException(FailureKind.FATAL, message, null));
        }
    }
}
