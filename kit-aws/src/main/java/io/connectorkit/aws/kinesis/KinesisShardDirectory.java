package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsFailures;
import io.connectorkit.aws.shard.OnGap;
import io.connectorkit.aws.shard.Shard;
import io.connectorkit.aws.shard.ShardFault;
import io.connectorkit.aws.shard.ShardSourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** The stream, its shards and what its failures mean: the same for both ways of reading. */
final class KinesisShardDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(KinesisShardDirectory.class);

    /** Arrival times are exact to the millisecond: this is for the difference of the service's clock and ours. */
    static final Duration TIME_MARGIN = Duration.ofMinutes(1);

    static final Duration MIN_RETENTION = Duration.ofHours(24);

    private static final String NOT_FOUND = "ResourceNotFoundException";

    private final KinesisSourceOptions options;
    private final KinesisAsyncClient client;
    private final LongSupplier clockMillis;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile Duration retention = MIN_RETENTION;

    /** A shard that is gone while its stream is there. */
    private static final class ShardGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ShardGone(Throwable cause) {
            super("the shard is not in the stream any more", cause);
        }
    }

    /** A record that was read in part is gone. */
    static final class Trimmed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Trimmed(String sequenceNumber) {
            super("the record at sequence number " + sequenceNumber
                    + ", which was read in part, is not there any more");
        }
    }

    KinesisShardDirectory(KinesisSourceOptions options, KinesisAsyncClient client, LongSupplier clockMillis) {
        this.options = options;
        this.client = client;
        this.clockMillis = clockMillis;
    }

    // The waits below are get() and not join(): the coordinator interrupts them when it closes.

    /** The stream's ARN, checked. */
    String resolve(@Nullable String restored) throws Exception {
        if (restored != null) {
            requireSame(restored);
        }
        StreamDescriptionSummary stream;
        try {
            stream = client.describeStreamSummary(
                            request -> request.streamName(options.streamName()).streamARN(options.streamArn()))
                    .get()
                    .streamDescriptionSummary();
        } catch (ExecutionException e) {
            throw refused("stream '" + options.stream() + "'", e);
        }
        if (stream.streamStatus() == StreamStatus.DELETING) {
            throw new ShardSourceException(
                    "stream '" + options.stream() + "' must not be deleted, got status DELETING", null);
        } else if (stream.streamStatus() == StreamStatus.CREATING) {
            throw new IllegalStateException("stream '" + options.stream() + "' is not created yet");
        }
        if (restored == null && options.source().start().time() != null) {
            checkStart(stream, options.source().start().time());
        }
        return stream.streamARN();
    }

    private void requireSame(String restored) {
        boolean same = options.streamArn() != null
                ? restored.equals(options.streamArn())
                : restored.endsWith(":stream/" + options.streamName());
        if (!same) {
            throw new ShardSourceException(
                    (options.streamArn() != null ? "stream.arn" : "stream.name")
                            + " must be that of the restored state ('" + restored + "'), got '" + options.stream()
                            + "'; give the source another uid to start it without state",
                    null);
        }
    }

    private void checkStart(StreamDescriptionSummary stream, Instant start) {
        Instant now = Instant.ofEpochMilli(clockMillis.getAsLong());
        if (start.isAfter(now)) {
            throw new ShardSourceException(
                    "source.start must not be in the future (now " + now + "), got " + start
                            + "; use LATEST to read what is written from now on",
                    null);
        }
        Instant kept = now.minus(Duration.ofHours(stream.retentionPeriodHours()));
        boolean lost = start.isBefore(kept)
                && stream.streamCreationTimestamp() != null
                && stream.streamCreationTimestamp().isBefore(kept);
        if (!lost) {
            return;
        }
        String what = "source.start must be within the retention of stream '" + options.stream() + "' ("
                + stream.retentionPeriodHours() + " h, so since " + kept + "), got " + start;
        if (options.source().onGap() == OnGap.FAIL) {
            throw new ShardSourceException(
                    what + "; records in between may be gone: lengthen the retention, or accept it with"
                            + " source.on-gap=continue",
                    null);
        }
        LOG.warn("{}; reading starts with the oldest record still there", what);
    }

    /**
     * Whether a position is older than the stream's retention: Kinesis goes on with the oldest record then, and says
     * nothing. No stream keeps records for less than a day, so that younger positions need no request.
     */
    CompletableFuture<Boolean> mayBeTrimmed(String stream, Instant readUpTo) {
        Duration age = Duration.between(readUpTo, Instant.ofEpochMilli(clockMillis.getAsLong()));
        if (age.compareTo(MIN_RETENTION) < 0) {
            return CompletableFuture.completedFuture(false);
        }
        return client.describeStreamSummary(request -> request.streamARN(stream))
                .thenApply(answer -> {
                    retention =
                            Duration.ofHours(answer.streamDescriptionSummary().retentionPeriodHours());
                    return age.compareTo(retention) > 0;
                });
    }

    /** As last told by the service. */
    Duration retention() {
        return retention;
    }

    /** Asks for the retention once, for the metrics alone: what fails is left. */
    void learnRetention(String stream) {
        if (asked.compareAndSet(false, true)) {
            var unused = client.describeStreamSummary(request -> request.streamARN(stream))
                    .thenAccept(answer -> retention =
                            Duration.ofHours(answer.streamDescriptionSummary().retentionPeriodHours()));
        }
    }

    /** What will pass is thrown as it is, to be tried again. */
    static Exception refused(String what, ExecutionException failure) {
        return switch (AwsFailures.kind(failure)) {
            case FATAL, REJECTED ->
                new ShardSourceException(what + " cannot be read: " + AwsFailures.text(failure), failure.getCause());
            case RETRYABLE, THROTTLED -> failure;
        };
    }

    List<Shard> list(String stream) throws Exception {
        List<Shard> shards = new ArrayList<>();
        String token = null;
        do {
            String next = token;
            ListShardsResponse page = client.listShards(
                            request -> request.streamARN(stream).nextToken(next))
                    .get();
            page.shards().forEach(shard -> shards.add(shard(shard)));
            token = page.nextToken();
        } while (token != null);
        return shards;
    }

    private static Shard shard(software.amazon.awssdk.services.kinesis.model.Shard shard) {
        List<String> parents = Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                .flatMap(Stream::ofNullable)
                .toList();
        boolean closed = shard.sequenceNumberRange() != null
                && shard.sequenceNumberRange().endingSequenceNumber() != null;
        return new Shard(shard.shardId(), parents, closed);
    }

    /** Both are told in the same way: whether the stream itself is still there makes the difference. */
    <V> CompletableFuture<V> shardOrStreamGone(String stream, Throwable failure) {
        if (!AwsFailures.code(failure).equals(NOT_FOUND)) {
            return CompletableFuture.failedFuture(failure);
        }
        return client.describeStreamSummary(request -> request.streamARN(stream))
                .handle((found, streamFailure) -> streamFailure == null ? new ShardGone(failure) : streamFailure)
                .thenCompose(CompletableFuture::failedFuture);
    }

    ShardFault fault(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ShardGone) {
            return ShardFault.SHARD_GONE;
        } else if (cause instanceof Trimmed) {
            return ShardFault.TRIMMED;
        }
        return switch (AwsFailures.code(failure)) {
            case "ExpiredIteratorException" -> ShardFault.EXPIRED_ITERATOR;
            case "ExpiredNextTokenException", "ResourceInUseException" -> ShardFault.RETRYABLE;
            case "KMSThrottlingException" -> ShardFault.THROTTLED;
            default ->
                switch (AwsFailures.kind(failure)) {
                    case RETRYABLE -> ShardFault.RETRYABLE;
                    case THROTTLED -> ShardFault.THROTTLED;
                    case REJECTED, FATAL -> ShardFault.FATAL;
                };
        };
    }
}
