package io.connectorkit.aws.shard;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What arrived for the task thread, and the future it waits on. Any thread may add; the task thread alone takes. */
final class ShardInbox<R> {

    /**
     * Records of one shard, in order.
     *
     * @param gap what is missing before them
     * @param last whether the shard ends with them
     */
    record Delivery<R>(ShardPacer<R> pacer, ShardPage<R> page, @Nullable ShardGap gap, boolean last) {}

    private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

    private final ArrayDeque<Delivery<R>> deliveries = new ArrayDeque<>();
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private @Nullable Throwable failure;
    private boolean woken;

    void add(Delivery<R> delivery) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            deliveries.add(delivery);
            waiting = available;
        }
        waiting.complete(null);
    }

    /** The first failure is thrown by the next {@link #take()}. */
    void fail(Throwable cause) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            if (failure == null) {
                failure = cause;
            }
            waiting = available;
        }
        waiting.complete(null);
    }

    /** Lets the task thread look once, although nothing arrived. */
    void wake() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            woken = true;
            waiting = available;
        }
        waiting.complete(null);
    }

    synchronized @Nullable Delivery<R> take() {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (failure != null) {
            throw new IllegalStateException(failure);
        }
        woken = false;
        return deliveries.poll();
    }

    synchronized boolean isEmpty() {
        return deliveries.isEmpty() && failure == null;
    }

    synchronized CompletableFuture<Void> available() {
        if (!deliveries.isEmpty() || failure != null || woken) {
            return NOW;
        }
        if (available.isDone()) {
            available = new CompletableFuture<>();
        }
        return available;
    }
}
