package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.shard.ShardPage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponse;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/**
 * What the service pushes of one shard, taken event by event: one is asked for when the reader has room for it, so a
 * slow reader holds back its own shard alone.
 *
 * <p>A subscription that ends (the service ends each after five minutes) answers with an empty page, from whose
 * iterator the next subscription goes on.
 */
final class FanOutSubscription implements SubscribeToShardResponseHandler, Subscriber<SubscribeToShardEventStream> {

    private final String shardId;
    private final @Nullable HashKeys keys;
    private String iterator;
    private @Nullable String within;
    private @Nullable Subscription upstream;
    private @Nullable CompletableFuture<ShardPage<KinesisRecord>> waiting;
    private boolean anyEvent;
    private boolean over;
    private @Nullable Throwable failure;
    private long millisBehind;

    FanOutSubscription(String shardId, String iterator, @Nullable HashKeys keys) {
        this.shardId = shardId;
        this.keys = keys;
        this.iterator = iterator;
        this.within = FanOutPosition.within(iterator);
    }

    /** Whether the next event is the one behind {@code place}. */
    synchronized boolean continues(String place) {
        return !over && iterator.equals(place);
    }

    /** The next event. Asked for one at a time. */
    CompletableFuture<ShardPage<KinesisRecord>> next() {
        CompletableFuture<ShardPage<KinesisRecord>> page = new CompletableFuture<>();
        Subscription source;
        boolean ended;
        synchronized (this) {
            waiting = page;
            source = upstream;
            ended = over;
        }
        if (ended) {
            answerEnd();
        } else if (source != null) {
            source.request(1);
        }
        return page;
    }

    @Override
    public void responseReceived(SubscribeToShardResponse response) {
        // Says nothing.
    }

    @Override
    public void onEventStream(SdkPublisher<SubscribeToShardEventStream> events) {
        events.subscribe(this);
    }

    @Override
    public void onSubscribe(Subscription source) {
        boolean cancelled;
        boolean wanted;
        synchronized (this) {
            cancelled = over;
            upstream = source;
            wanted = waiting != null;
        }
        if (cancelled) {
            source.cancel();
        } else if (wanted) {
            source.request(1);
        }
    }

    @Override
    public void onNext(SubscribeToShardEventStream pushed) {
        if (!(pushed instanceof SubscribeToShardEvent event)) {
            Subscription source;
            synchronized (this) {
                source = upstream;
            }
            if (source != null) {
                source.request(1);
            }
            return;
        }
        CompletableFuture<ShardPage<KinesisRecord>> page;
        String skip;
        synchronized (this) {
            page = waiting;
            waiting = null;
            skip = within;
        }
        if (page == null) {
            return;
        }
        try {
            page.complete(take(event, skip));
        } catch (RuntimeException e) {
            page.completeExceptionally(e);
        }
    }

    private ShardPage<KinesisRecord> take(SubscribeToShardEvent event, @Nullable String skip) {
        var unpacked = KinesisShardPages.unpacked(event.records(), shardId, skip, keys);
        long behind = event.millisBehindLatest() == null ? 0 : event.millisBehindLatest();
        String next;
        synchronized (this) {
            anyEvent = true;
            millisBehind = behind;
            if (!event.records().isEmpty()) {
                within = null;
            }
            String continuation = event.continuationSequenceNumber();
            if (continuation == null) {
                over = true;
                next = null;
            } else {
                if (within == null) {
                    iterator = FanOutPosition.continuing(continuation);
                }
                next = iterator;
            }
        }
        return KinesisShardPages.page(unpacked, next, behind, event.records());
    }

    @Override
    public void onError(Throwable error) {
        fail(error);
    }

    @Override
    public void exceptionOccurred(Throwable error) {
        fail(error);
    }

    @Override
    public void onComplete() {
        end(null);
    }

    @Override
    public void complete() {
        end(null);
    }

    /** The subscription could not be made, or broke. */
    void fail(Throwable error) {
        end(error);
    }

    private void end(@Nullable Throwable error) {
        synchronized (this) {
            if (!over) {
                over = true;
                failure = error;
            }
        }
        answerEnd();
    }

    private void answerEnd() {
        CompletableFuture<ShardPage<KinesisRecord>> page;
        Throwable error;
        String next;
        boolean soon;
        long behind;
        synchronized (this) {
            page = waiting;
            waiting = null;
            error = failure;
            next = iterator;
            soon = !anyEvent;
            behind = millisBehind;
        }
        if (page == null) {
            return;
        }
        if (error != null) {
            page.completeExceptionally(error);
        } else if (soon) {
            // Subscribing again at once would go on for ever.
            page.completeExceptionally(new IllegalStateException("the subscription ended before its first event"));
        } else {
            page.complete(new ShardPage<>(List.of(), next, behind));
        }
    }

    /** Nothing more is wanted. */
    void cancel() {
        Subscription source;
        synchronized (this) {
            over = true;
            waiting = null;
            source = upstream;
        }
        if (source != null) {
            source.cancel();
        }
    }
}
