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
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Kinesis read by polling, as the shard source needs it.
 *
 * <p>An iterator is the service's own; while the record it stands at was read in part, that position and a bar come
 * first.
 */
final class KinesisShardApi implements ShardApi<KinesisRecord> {

    /** 5 reads and 2 MiB a second for each shard, all its readers together (Kinesis quotas, GetRecords). */
    static final Duration MIN_POLL_INTERVAL = Duration.ofMillis(200);

    static final long BYTES_PER_SECOND = 2L << 20;

    private static final ShardLimits LIMITS = new ShardLimits(
            KinesisSourceOptions.MAX_PAGE_RECORDS,
            MIN_POLL_INTERVAL,
            KinesisShardDirectory.TIME_MARGIN,
            BYTES_PER_SECOND,
            false,
            true);

    private static final char BAR = '|';

    private final KinesisAsyncClient client;
    private final KinesisShardDirectory directory;
    private final ShardHashKeys hashKeys;

    KinesisShardApi(KinesisSourceOptions options, KinesisAsyncClient client, LongSupplier clockMillis) {
        this.client = client;
        this.directory = new KinesisShardDirectory(options, client, clockMillis);
        this.hashKeys = new ShardHashKeys(options, client);
    }

    static KinesisShardApi open(KinesisSourceOptions options) {
        KinesisAsyncClient client = options.aws().build(KinesisAsyncClient.builder());
        return new KinesisShardApi(options, client, System::currentTimeMillis);
    }

    @Override
    public String resolveStream(@Nullable String restored) throws Exception {
        return directory.resolve(restored);
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
        GetShardIteratorRequest.Builder request =
                GetShardIteratorRequest.builder().streamARN(stream).shardId(shardId);
        String number = position.sequenceNumber();
        boolean within = number != null && KinesisShardPages.isWithinRecord(number);
        switch (position.kind()) {
            case OLDEST, TRIM_HORIZON -> request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
            case LATEST -> request.shardIteratorType(ShardIteratorType.LATEST);
            case SINCE ->
                request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(position.time());
            case AFTER ->
                request.shardIteratorType(
                                within ? ShardIteratorType.AT_SEQUENCE_NUMBER : ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                        .startingSequenceNumber(number == null ? null : KinesisShardPages.sequenceNumber(number));
        }
        return client.getShardIterator(request.build())
                .exceptionallyCompose(failure -> directory.shardOrStreamGone(stream, failure))
                .thenApply(answer -> within ? number + BAR + answer.shardIterator() : answer.shardIterator())
                .thenCombine(hashKeys.learn(stream, shardId), (place, learnt) -> place);
    }

    @Override
    public CompletableFuture<ShardPage<KinesisRecord>> records(
            String stream, String shardId, String iterator, int limit) {
        int bar = iterator.indexOf(BAR);
        String within = bar < 0 ? null : iterator.substring(0, bar);
        return client.getRecords(request -> request.streamARN(stream)
                        .shardIterator(iterator.substring(bar + 1))
                        .limit(limit))
                .exceptionallyCompose(failure -> directory.shardOrStreamGone(stream, failure))
                .thenApply(answer -> page(answer, shardId, within));
    }

    private ShardPage<KinesisRecord> page(GetRecordsResponse answer, String shardId, @Nullable String within) {
        String next = answer.nextShardIterator();
        if (next != null && within != null && answer.records().isEmpty()) {
            next = within + BAR + next;
        }
        return KinesisShardPages.page(
                KinesisShardPages.unpacked(answer.records(), shardId, within, hashKeys.of(shardId)),
                next,
                answer.millisBehindLatest(),
                answer.records());
    }

    @Override
    public ShardFault fault(Throwable failure) {
        return directory.fault(failure);
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
        client.close();
    }
}
