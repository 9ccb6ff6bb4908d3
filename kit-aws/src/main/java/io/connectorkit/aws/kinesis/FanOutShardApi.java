package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsFailures;
import io.connectorkit.aws.shard.Shard;
import io.connectorkit.aws.shard.ShardApi;
import io.connectorkit.aws.shard.ShardFault;
import io.connectorkit.aws.shard.ShardLimits;
import io.connectorkit.aws.shard.ShardPage;
import io.connectorkit.aws.shard.ShardPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/**
 * Kinesis read by enhanced fan-out, as the shard source needs it: a request for records waits for the next event that
 * the service pushes.
 *
 * <p>The enumerator's instance registers the consumer and removes it; the readers' instances find it by its name.
 */
final class FanOutShardApi implements ShardApi<KinesisRecord> {

    private static final ShardLimits LIMITS = new ShardLimits(
            KinesisSourceOptions.MAX_PAGE_RECORDS, Duration.ZERO, KinesisShardDirectory.TIME_MARGIN, 0, true, true);

    /** The service ends a subscription after five minutes. */
    private static final Duration SUBSCRIPTION_TIMEOUT = Duration.ofMinutes(6);

    private final KinesisAsyncClient client;
    private final KinesisShardDirectory directory;
    private final ShardHashKeys hashKeys;
    private final FanOutConsumer consumer;
    private final Map<String, FanOutSubscription> subscriptions = new ConcurrentHashMap<>();
    private final Set<String> latestAsked = ConcurrentHashMap.newKeySet();

    FanOutShardApi(
            KinesisSourceOptions options,
            KinesisAsyncClient client,
            FanOutConsumer.Pause pause,
            LongSupplier clockMillis) {
        this.client = client;
        this.directory = new KinesisShardDirectory(options, client, clockMillis);
        this.hashKeys = new ShardHashKeys(options, client);
        this.consumer = new FanOutConsumer(Objects.requireNonNull(options.fanOut()), client, pause);
    }

    static FanOutShardApi open(KinesisSourceOptions options) {
        KinesisAsyncClient client = options.aws().build(KinesisAsyncClient.builder(), Protocol.HTTP2);
        return new FanOutShardApi(options, client, TimeUnit.MILLISECONDS::sleep, System::currentTimeMillis);
    }

    @Override
    public String resolveStream(@Nullable String restored) throws Exception {
        String stream = directory.resolve(restored);
        consumer.register(stream);
        return stream;
    }

    @Override
    public CompletableFuture<Boolean> mayBeTrimmed(
            String stream, String shardId, ShardPosition position, Instant readUpTo) {
        return directory.mayBeTrimmed(stream, readUpTo);
    }

    @Override
    public List<Shard> listShards(String stream) throws Exception {
        return directory.list(stream);
    }

    @Override
    public CompletableFuture<String> iterator(String stream, String shardId, ShardPosition position) {
        directory.learnRetention(stream);
        return hashKeys.learn(stream, shardId).thenApply(learnt -> FanOutPosition.of(position));
    }

    @Override
    public CompletableFuture<ShardPage<KinesisRecord>> records(
            String stream, String shardId, String iterator, int limit) {
        FanOutSubscription open = subscriptions.get(shardId);
        if (open != null && open.continues(iterator)) {
            return open.next();
        }
        if (open != null) {
            open.cancel();
        }
        FanOutSubscription fresh = new FanOutSubscription(shardId, iterator, hashKeys.of(shardId));
        subscriptions.put(shardId, fresh);
        CompletableFuture<ShardPage<KinesisRecord>> first = fresh.next();
        subscribe(stream, shardId, iterator, fresh);
        return first.exceptionallyCompose(failure -> explained(stream, failure));
    }

    private void subscribe(String stream, String shardId, String iterator, FanOutSubscription subscription) {
        boolean again = FanOutPosition.isLatest(iterator) && !latestAsked.add(shardId);
        var unused = consumer.arn(stream)
                .thenCompose(arn -> client.subscribeToShard(
                        SubscribeToShardRequest.builder()
                                .consumerARN(arn)
                                .shardId(shardId)
                                .startingPosition(FanOutPosition.starting(iterator, again))
                                .overrideConfiguration(override -> override.apiCallTimeout(SUBSCRIPTION_TIMEOUT))
                                .build(),
                        subscription))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        subscription.fail(failure);
                    } else {
                        subscription.complete();
                    }
                });
    }

    /** The consumer and the shard are missed in the same way. */
    private <V> CompletableFuture<V> explained(String stream, Throwable failure) {
        if (!AwsFailures.code(failure).equals("ResourceNotFoundException")) {
            return CompletableFuture.failedFuture(failure);
        }
        consumer.forgetArn();
        return consumer.arn(stream).thenCompose(there -> directory.shardOrStreamGone(stream, failure));
    }

    @Override
    public void leave(String shardId) {
        FanOutSubscription open = subscriptions.remove(shardId);
        if (open != null) {
            open.cancel();
        }
    }

    @Override
    public ShardFault fault(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof FanOutConsumer.Away ? ShardFault.RETRYABLE : directory.fault(failure);
    }

    @Override
    public String text(Throwable failure) {
        return AwsFailures.text(failure);
    }

    @Override
    public ShardLimits limits() {
        return LIMITS.withRetention(directory.retention());
    }

    @Override
    public void close() {
        subscriptions.values().forEach(FanOutSubscription::cancel);
        consumer.deregister();
        client.close();
    }
}
