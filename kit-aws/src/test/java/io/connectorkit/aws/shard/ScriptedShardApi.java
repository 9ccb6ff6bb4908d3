package io.connectorkit.aws.shard;

import io.connectorkit.aws.shard.ScriptedStream.Entry;
import io.connectorkit.aws.shard.ScriptedStream.From;
import io.connectorkit.aws.shard.ScriptedStream.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A scripted stream as a service of its own: what the shard source does by itself, without any real service's client. */
final class ScriptedShardApi implements ShardApi<Entry> {

    private final ScriptedStream stream;

    ScriptedShardApi(ScriptedStream stream) {
        this.stream = stream;
    }

    @Override
    public String resolveStream(String restored) {
        stream.list();
        return stream.name();
    }

    @Override
    public List<Shard> listShards(String name) {
        return stream.list().stream()
                .map(shard -> new Shard(shard.shardId(), shard.parents(), shard.endingSequenceNumber() != null))
                .toList();
    }

    @Override
    public CompletableFuture<String> iterator(String name, String shardId, ShardPosition position) {
        return switch (position.kind()) {
            case OLDEST, TRIM_HORIZON -> stream.iterator(shardId, From.TRIM_HORIZON, 0);
            case LATEST -> stream.iterator(shardId, From.LATEST, 0);
            case SINCE ->
                stream.iterator(shardId, From.AT_TIMESTAMP, position.time().toEpochMilli());
            case AFTER ->
                stream.iterator(shardId, From.AFTER_SEQUENCE_NUMBER, Long.parseLong(position.sequenceNumber()));
        };
    }

    @Override
    public CompletableFuture<Boolean> mayBeTrimmed(
            String name, String shardId, ShardPosition position, Instant readUpTo) {
        Duration age = Duration.between(readUpTo, Instant.ofEpochMilli(stream.millis()));
        return CompletableFuture.completedFuture(
                position.kind() != ShardPosition.Kind.AFTER && age.compareTo(limits().retention()) > 0);
    }

    @Override
    public CompletableFuture<ShardPage<Entry>> records(String name, String shardId, String iterator, int limit) {
        return stream.read(iterator, limit)
                .thenApply(page -> new ShardPage<>(
                        page.entries().stream()
                                .map(entry -> new ShardRecord<>(
                                        Long.toString(entry.sequenceNumber()), entry.createdMillis(), entry))
                                .toList(),
                        page.nextIterator(),
                        page.millisBehind()));
    }

    @Override
    public ShardFault fault(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof Refused)) {
            cause = cause.getCause();
        }
        return switch (((Refused) cause).refusal) {
            case THROTTLED -> ShardFault.THROTTLED;
            case EXPIRED_ITERATOR -> ShardFault.EXPIRED_ITERATOR;
            case TRIMMED -> ShardFault.TRIMMED;
            case NO_SUCH_SHARD -> ShardFault.SHARD_GONE;
            case INTERNAL -> ShardFault.RETRYABLE;
            case DENIED, NO_SUCH_STREAM -> ShardFault.FATAL;
        };
    }

    @Override
    public String text(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof Refused)) {
            cause = cause.getCause();
        }
        if (cause == null) {
            return failure.getMessage();
        }
        return switch (((Refused) cause).refusal) {
            case DENIED -> "AccessDeniedException: scripted";
            case NO_SUCH_STREAM -> "ResourceNotFoundException: scripted";
            default -> cause.getMessage();
        };
    }

    @Override
    public ShardLimits limits() {
        return new ShardLimits(1000, Duration.ZERO, Duration.ofMinutes(2));
    }

    @Override
    public void close() {}
}
