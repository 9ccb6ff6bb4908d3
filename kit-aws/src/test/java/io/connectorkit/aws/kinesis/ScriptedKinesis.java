package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.shard.ScriptedStream;
import io.connectorkit.aws.shard.ScriptedStream.From;
import io.connectorkit.aws.shard.ScriptedStream.Refusal;
import io.connectorkit.aws.shard.ScriptedStream.Refused;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/**
 * The SDK's client in front of a scripted stream: what Kinesis says and how, including pages of listings, a trimmed
 * position that is passed over in silence, and subscriptions that end after some events.
 */
final class ScriptedKinesis implements KinesisAsyncClient {

    private static final int SHARDS_PER_PAGE = 3;
    private static final int EVENTS_PER_SUBSCRIPTION = 4;
    private static final int RECORDS_PER_EVENT = 20;
    private static final long QUIET_MILLIS = 1000;

    private final ScriptedStream stream;

    ScriptedKinesis(ScriptedStream stream) {
        this.stream = stream;
    }

    @Override
    public CompletableFuture<DescribeStreamSummaryResponse> describeStreamSummary(
            DescribeStreamSummaryRequest request) {
        try {
            stream.list();
        } catch (Refused refused) {
            return CompletableFuture.failedFuture(told(refused));
        }
        return CompletableFuture.completedFuture(DescribeStreamSummaryResponse.builder()
                .streamDescriptionSummary(summary -> summary.streamARN(request.streamARN())
                        .streamStatus(StreamStatus.ACTIVE)
                        .retentionPeriodHours(24))
                .build());
    }

    @Override
    public CompletableFuture<ListShardsResponse> listShards(ListShardsRequest request) {
        List<ScriptedStream.Listed> all;
        try {
            all = stream.list();
        } catch (Refused refused) {
            return CompletableFuture.failedFuture(told(refused));
        }
        List<ScriptedStream.Listed> rest = all.stream()
                .dropWhile(
                        shard -> request.nextToken() != null && shard.shardId().compareTo(request.nextToken()) <= 0)
                .toList();
        List<ScriptedStream.Listed> page = rest.subList(0, Math.min(SHARDS_PER_PAGE, rest.size()));
        return CompletableFuture.completedFuture(ListShardsResponse.builder()
                .shards(page.stream().map(ScriptedKinesis::shard).toList())
                .nextToken(page.size() < rest.size() ? page.get(page.size() - 1).shardId() : null)
                .build());
    }

    private static Shard shard(ScriptedStream.Listed listed) {
        List<String> parents = listed.parents();
        return Shard.builder()
                .shardId(listed.shardId())
                .parentShardId(parents.isEmpty() ? null : parents.get(0))
                .adjacentParentShardId(parents.size() < 2 ? null : parents.get(1))
                .sequenceNumberRange(range -> range.startingSequenceNumber(number(listed.startingSequenceNumber()))
                        .endingSequenceNumber(
                                listed.endingSequenceNumber() == null ? null : number(listed.endingSequenceNumber())))
                .build();
    }

    static String number(long sequenceNumber) {
        return String.format("%056d", sequenceNumber);
    }

    @Override
    public CompletableFuture<GetShardIteratorResponse> getShardIterator(GetShardIteratorRequest request) {
        return told(iterator(
                        request.shardId(),
                        request.shardIteratorTypeAsString(),
                        request.startingSequenceNumber(),
                        request.timestamp())
                .thenApply(iterator -> GetShardIteratorResponse.builder()
                        .shardIterator(iterator)
                        .build()));
    }

    /** Kinesis does not tell a trimmed position: it goes on with what is there. */
    private CompletableFuture<String> iterator(String shardId, String type, String sequenceNumber, Instant timestamp) {
        long at = timestamp != null
                ? timestamp.toEpochMilli()
                : sequenceNumber == null ? 0 : Long.parseLong(sequenceNumber);
        return stream.iterator(shardId, From.valueOf(type), at)
                .exceptionallyCompose(failure -> isTrimmed(failure)
                        ? stream.iterator(shardId, From.TRIM_HORIZON, 0)
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean isTrimmed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof Refused refused && refused.refusal == Refusal.TRIMMED;
    }

    @Override
    public CompletableFuture<GetRecordsResponse> getRecords(GetRecordsRequest request) {
        return told(stream.read(request.shardIterator(), request.limit()).thenApply(page -> GetRecordsResponse.builder()
                .records(records(page))
                .nextShardIterator(page.nextIterator())
                .millisBehindLatest(page.millisBehind())
                .build()));
    }

    private static List<Record> records(ScriptedStream.Page page) {
        return page.entries().stream()
                .map(entry -> Record.builder()
                        .partitionKey(entry.key())
                        .data(SdkBytes.fromUtf8String(entry.text()))
                        .sequenceNumber(number(entry.sequenceNumber()))
                        .approximateArrivalTimestamp(Instant.ofEpochMilli(entry.createdMillis()))
                        .build())
                .toList();
    }

    @Override
    public CompletableFuture<DescribeStreamConsumerResponse> describeStreamConsumer(
            DescribeStreamConsumerRequest request) {
        return CompletableFuture.completedFuture(DescribeStreamConsumerResponse.builder()
                .consumerDescription(consumer -> consumer.consumerARN(request.streamARN() + "/consumer/c")
                        .consumerName(request.consumerName())
                        .consumerStatus(ConsumerStatus.ACTIVE))
                .build());
    }

    @Override
    public CompletableFuture<DeregisterStreamConsumerResponse> deregisterStreamConsumer(
            DeregisterStreamConsumerRequest request) {
        return CompletableFuture.completedFuture(
                DeregisterStreamConsumerResponse.builder().build());
    }

    @Override
    public CompletableFuture<Void> subscribeToShard(
            SubscribeToShardRequest request, SubscribeToShardResponseHandler handler) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        StartingPosition start = request.startingPosition();
        told(iterator(request.shardId(), start.typeAsString(), start.sequenceNumber(), start.timestamp()))
                .whenComplete((iterator, failure) -> {
                    if (failure != null) {
                        done.completeExceptionally(failure);
                        return;
                    }
                    Push push = new Push(request.shardId(), iterator, done);
                    Publisher<SubscribeToShardEventStream> events = push::start;
                    handler.onEventStream(SdkPublisher.adapt(events));
                });
        return done;
    }

    /** One subscription; an event for each that is asked for. */
    private final class Push implements Subscription {
        private final String shardId;
        private final CompletableFuture<Void> done;
        private String iterator;
        private Subscriber<? super SubscribeToShardEventStream> subscriber;
        private int events;
        private boolean over;

        Push(String shardId, String iterator, CompletableFuture<Void> done) {
            this.shardId = shardId;
            this.iterator = iterator;
            this.done = done;
        }

        void start(Subscriber<? super SubscribeToShardEventStream> to) {
            subscriber = to;
            to.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (n != 1) {
                throw new AssertionError("one event is asked for at a time, got " + n);
            }
            if (events == EVENTS_PER_SUBSCRIPTION) {
                over = true;
                subscriber.onComplete();
                done.complete(null);
                return;
            }
            told(stream.read(iterator, RECORDS_PER_EVENT)).whenComplete((page, failure) -> {
                if (over) {
                    return;
                }
                if (failure != null) {
                    over = true;
                    subscriber.onError(failure);
                    done.completeExceptionally(failure);
                } else if (page.entries().isEmpty() && page.nextIterator() != null) {
                    long upTo = stream.lastSequenceNumber();
                    stream.after(QUIET_MILLIS, () -> push(page, upTo));
                } else {
                    List<ScriptedStream.Entry> entries = page.entries();
                    push(
                            page,
                            entries.isEmpty()
                                    ? 0
                                    : entries.get(entries.size() - 1).sequenceNumber());
                }
            });
        }

        private void push(ScriptedStream.Page page, long upTo) {
            if (over) {
                return;
            }
            events++;
            iterator = page.nextIterator();
            subscriber.onNext(SubscribeToShardEvent.builder()
                    .records(records(page))
                    .millisBehindLatest(page.millisBehind())
                    .continuationSequenceNumber(page.nextIterator() == null ? null : number(upTo))
                    .build());
            if (iterator == null) {
                over = true;
                subscriber.onComplete();
                done.complete(null);
            }
        }

        @Override
        public void cancel() {
            over = true;
        }

        @Override
        public String toString() {
            return "subscription to " + shardId;
        }
    }

    private static <V> CompletableFuture<V> told(CompletableFuture<V> answer) {
        return answer.exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return CompletableFuture.failedFuture(cause instanceof Refused refused ? told(refused) : cause);
        });
    }

    private static KinesisException told(Refused refused) {
        return failure(
                switch (refused.refusal) {
                    case THROTTLED -> "ProvisionedThroughputExceededException";
                    case EXPIRED_ITERATOR -> "ExpiredIteratorException";
                    case TRIMMED -> throw new AssertionError("Kinesis tells no trimmed position");
                    case NO_SUCH_SHARD, NO_SUCH_STREAM -> "ResourceNotFoundException";
                    case INTERNAL -> "InternalFailure";
                    case DENIED -> "AccessDeniedException";
                },
                refused.getMessage());
    }

    static KinesisException failure(String code, String message) {
        return (KinesisException) KinesisException.builder()
                .message(message)
                .statusCode(code.startsWith("Internal") ? 500 : 400)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
