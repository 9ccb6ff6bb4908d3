package io.connectorkit.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Answers by key, rows and misses, each with its own expiry. Thread-safe; runs its upkeep on the calling thread.
 *
 * <p>The time to live counts from when the request was sent, so an answer is never older than its TTL when it is served.
 */
final class LookupCache<K, V> {

    private final @Nullable Cache<K, Answer<V>> answers;
    private final long hitNanos;
    private final long missNanos;

    LookupCache(LookupOptions options, Ticker ticker) {
        this.hitNanos = options.hitTtl().toNanos();
        this.missNanos = options.missTtl().toNanos();
        this.answers = options.cacheEntries() == 0
                ? null
                : Caffeine.newBuilder()
                        .maximumSize(options.cacheEntries())
                        .expireAfter(Expiry.<K, Answer<V>>writing((key, answer) -> answer.left(ticker.read())))
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .build();
    }

    @Nullable
    Answer<V> find(K key) {
        return answers == null ? null : answers.getIfPresent(key);
    }

    void put(K key, @Nullable V value, long sentAtNanos) {
        long ttl = value == null ? missNanos : hitNanos;
        if (answers != null && ttl > 0) {
            answers.put(key, new Answer<>(value, sentAtNanos + ttl));
        }
    }

    long size() {
        return answers == null ? 0 : answers.estimatedSize();
    }

    /** What the source said about a key; a null value is a miss. */
    record Answer<V>(@Nullable V value, long expiresAtNanos) {
        private Duration left(long nowNanos) {
            return Duration.ofNanos(Math.max(0, expiresAtNanos - nowNanos));
        }
    }
}
