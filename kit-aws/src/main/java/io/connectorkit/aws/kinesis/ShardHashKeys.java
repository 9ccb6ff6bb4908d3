package io.connectorkit.aws.kinesis;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The hash keys of each shard, by which packed records are told apart; listed when a reader meets a new shard. */
final class ShardHashKeys {

    private static final CompletableFuture<Void> KNOWN = CompletableFuture.completedFuture(null);

    private final KinesisAsyncClient client;
    private final boolean wanted;
    private volatile Map<String, HashKeys> byShard = Map.of();
    private @Nullable CompletableFuture<Void> listing;

    ShardHashKeys(KinesisSourceOptions options, KinesisAsyncClient client) {
        this.client = client;
        this.wanted = options.packedRecords() == PackedRecords.OF_SHARD;
    }

    /** Of a shard that was learnt; null when all its packed records are wanted, or it is not in the listing any more. */
    @Nullable
    HashKeys of(String shardId) {
        return byShard.get(shardId);
    }

    /** Completes once {@link #of} answers for the shard. One listing serves all shards that wait for it. */
    CompletableFuture<Void> learn(String stream, String shardId) {
        if (isKnown(shardId)) {
            return KNOWN;
        }
        // A listing that was under way may have begun before the shard did.
        return listed(stream).thenCompose(done -> isKnown(shardId) ? KNOWN : listed(stream));
    }

    private boolean isKnown(String shardId) {
        return !wanted || byShard.containsKey(shardId);
    }

    private synchronized CompletableFuture<Void> listed(String stream) {
        CompletableFuture<Void> running = listing;
        if (running == null || running.isDone()) {
            running = list(stream, null, new HashMap<>()).thenAccept(found -> byShard = found);
            listing = running;
        }
        return running;
    }

    private CompletableFuture<Map<String, HashKeys>> list(
            String stream, @Nullable String token, Map<String, HashKeys> found) {
        return client.listShards(request -> request.streamARN(stream).nextToken(token))
                .thenCompose(page -> {
                    for (Shard shard : page.shards()) {
                        if (shard.hashKeyRange() != null) {
                            found.put(shard.shardId(), HashKeys.of(shard.hashKeyRange()));
                        }
                    }
                    return page.nextToken() == null
                            ? CompletableFuture.completedFuture(found)
                            : list(stream, page.nextToken(), found);
                });
    }
}
