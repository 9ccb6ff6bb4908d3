package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.shard.ShardFault;
import io.connectorkit.aws.shard.ShardPage;
import io.connectorkit.aws.shard.ShardPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** Subscriptions whose every event the test pushes. */
class FanOutShardApiTest {

    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

    private final Pushing client = new Pushing();
    private final FanOutShardApi api = new FanOutShardApi(
            KinesisContractTest.OPTIONS.withFanOut(FanOutOptions.of("c")), client, millis -> {}, () -> 0);

    /** A client that hands each subscription to the test. */
    private static final class Pushing implements KinesisAsyncClient {
        final List<Push> pushes = new ArrayList<>();
        final AnsweringKinesis others = new AnsweringKinesis();

        Pushing() {
            others.consumer.add("ACTIVE");
        }

        @Override
        public CompletableFuture<Void> subscribeToShard(
                SubscribeToShardRequest request, SubscribeToShardResponseHandler handler) {
            Push push = new Push(request, handler);
            pushes.add(push);
            return push.done;
        }

        @Override
        public CompletableFuture<DescribeStreamConsumerResponse> describeStreamConsumer(
                DescribeStreamConsumerRequest request) {
            return others.describeStreamConsumer(request);
        }

        @Override
        public CompletableFuture<DescribeStreamSummaryResponse> describeStreamSummary(
                DescribeStreamSummaryRequest request) {
            return others.describeStreamSummary(request);
        }

        @Override
        public CompletableFuture<ListShardsResponse> listShards(ListShardsRequest request) {
            return others.listShards(request);
        }

        @Override
        public CompletableFuture<DeregisterStreamConsumerResponse> deregisterStreamConsumer(
                DeregisterStreamConsumerRequest request) {
            return others.deregisterStreamConsumer(request);
        }

        Push last() {
            return pushes.get(pushes.size() - 1);
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private static final class Push implements Subscription {
        final SubscribeToShardRequest request;
        final SubscribeToShardResponseHandler handler;
        final CompletableFuture<Void> done = new CompletableFuture<>();
        Subscriber<? super SubscribeToShardEventStream> subscriber;
        long requested;
        boolean cancelled;

        Push(SubscribeToShardRequest request, SubscribeToShardResponseHandler handler) {
            this.request = request;
            this.handler = handler;
        }

        String start() {
            var start = request.startingPosition();
            return start.typeAsString() + " " + start.sequenceNumber() + " " + start.timestamp();
        }

        Push accept() {
            Publisher<SubscribeToShardEventStream> events = to -> {
                subscriber = to;
                to.onSubscribe(this);
            };
            handler.onEventStream(SdkPublisher.adapt(events));
            return this;
        }

        void event(String continuation, Record... records) {
            subscriber.onNext(SubscribeToShardEvent.builder()
                    .records(records)
                    .continuationSequenceNumber(continuation)
                    .millisBehindLatest(7L)
                    .build());
        }

        void complete() {
            subscriber.onComplete();
            done.complete(null);
        }

        @Override
        public void request(long n) {
            requested += n;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private static Record record(int number) {
        return record(number, SdkBytes.fromUtf8String("v" + number));
    }

    private static Record record(int number, SdkBytes data) {
        return Record.builder()
                .sequenceNumber(Integer.toString(number))
                .partitionKey("k")
                .approximateArrivalTimestamp(TIME)
                .data(data)
                .build();
    }

    private CompletableFuture<ShardPage<KinesisRecord>> next(String iterator) {
        return api.records("s", "shard", iterator, 10);
    }

    private String at(ShardPosition position) {
        return api.iterator("s", "shard", position).join();
    }

    private static List<String> texts(ShardPage<KinesisRecord> page) {
        return page.records().stream()
                .map(record -> record.value().data().asUtf8String())
                .toList();
    }

    @Test
    void takesOneEventForEachRequest() {
        CompletableFuture<ShardPage<KinesisRecord>> first = next(at(ShardPosition.trimHorizon()));
        Push push = client.last().accept();
        assertThat(push.start()).isEqualTo("TRIM_HORIZON null null");
        assertThat(push.request.consumerARN()).isEqualTo("s/consumer/c");
        assertThat(push.requested).isEqualTo(1);
        assertThat(first).isNotDone();
        push.event("12", record(11), record(12));
        assertThat(texts(first.join())).containsExactly("v11", "v12");
        assertThat(first.join().millisBehindLatest()).isEqualTo(7);
        assertThat(push.requested).as("the reader has not asked for more").isEqualTo(1);
        CompletableFuture<ShardPage<KinesisRecord>> second = next(first.join().nextIterator());
        assertThat(push.requested).isEqualTo(2);
        push.event("15");
        assertThat(second.join().records()).isEmpty();
        assertThat(client.pushes).hasSize(1);
    }

    @Test
    void theCallMayLastAsLongAsASubscription() {
        next(at(ShardPosition.trimHorizon()));
        assertThat(client.last().request.overrideConfiguration().orElseThrow().apiCallTimeout())
                .contains(Duration.ofMinutes(6));
    }

    @Test
    void goesOnInANewSubscriptionWhereTheServiceEndedTheLastOne() {
        CompletableFuture<ShardPage<KinesisRecord>> first = next(at(ShardPosition.after("10")));
        assertThat(client.last().start()).isEqualTo("AFTER_SEQUENCE_NUMBER 10 null");
        client.last().accept().event("20", record(11));
        CompletableFuture<ShardPage<KinesisRecord>> second = next(first.join().nextIterator());
        client.last().complete();
        assertThat(second.join().records()).isEmpty();
        assertThat(second.join().millisBehindLatest()).isEqualTo(7);
        next(second.join().nextIterator());
        assertThat(client.pushes).hasSize(2);
        assertThat(client.last().start()).isEqualTo("AFTER_SEQUENCE_NUMBER 20 null");
    }

    @Test
    void aSubscriptionThatEndedBetweenTwoRequestsIsReplaced() {
        CompletableFuture<ShardPage<KinesisRecord>> first = next(at(ShardPosition.trimHorizon()));
        client.last().accept().event("20", record(11));
        client.last().complete();
        CompletableFuture<ShardPage<KinesisRecord>> second = next(first.join().nextIterator());
        assertThat(client.pushes).hasSize(2);
        client.last().accept().event("21", record(21));
        assertThat(texts(second.join())).containsExactly("v21");
    }

    @Test
    void aSubscriptionThatEndsWithoutAnEventIsNotAskedForInALoop() {
        CompletableFuture<ShardPage<KinesisRecord>> first = next(at(ShardPosition.trimHorizon()));
        client.last().accept().complete();
        assertThatThrownBy(first::join)
                .hasMessageContaining("the subscription ended before its first event")
                .satisfies(failure -> assertThat(api.fault(failure)).isEqualTo(ShardFault.RETRYABLE));
    }

    @Test
    void aSubscriptionThatIsRefusedOrBreaksIsAFaultOfItsShard() {
        String iterator = at(ShardPosition.trimHorizon());
        CompletableFuture<ShardPage<KinesisRecord>> inUse = next(iterator);
        client.last().done.completeExceptionally(ScriptedKinesis.failure("ResourceInUseException", "taken"));
        assertThatThrownBy(inUse::join)
                .satisfies(failure -> assertThat(api.fault(failure)).isEqualTo(ShardFault.RETRYABLE));
        CompletableFuture<ShardPage<KinesisRecord>> throttled = next(iterator);
        client.last().done.completeExceptionally(ScriptedKinesis.failure("LimitExceededException", "slow"));
        assertThatThrownBy(throttled::join)
                .satisfies(failure -> assertThat(api.fault(failure)).isEqualTo(ShardFault.THROTTLED));
        CompletableFuture<ShardPage<KinesisRecord>> broken = next(iterator);
        client.last().accept().subscriber.onError(new java.io.IOException("GOAWAY"));
        assertThatThrownBy(broken::join)
                .satisfies(failure -> assertThat(api.fault(failure)).isEqualTo(ShardFault.RETRYABLE));
        CompletableFuture<ShardPage<KinesisRecord>> again = next(iterator);
        client.last().accept().event("12", record(12));
        assertThat(texts(again.join())).containsExactly("v12");
        assertThat(client.pushes).hasSize(4);
    }

    @Test
    void theEndOfTheShardIsAnEventThatNamesNoContinuation() {
        CompletableFuture<ShardPage<KinesisRecord>> first = next(at(ShardPosition.trimHorizon()));
        client.last().accept().event(null, record(11));
        assertThat(texts(first.join())).containsExactly("v11");
        assertThat(first.join().nextIterator()).isNull();
    }

    @Test
    void latestIsAskedForOnceAndThenByItsTime() {
        String iterator = at(ShardPosition.latest(TIME));
        CompletableFuture<ShardPage<KinesisRecord>> first = next(iterator);
        assertThat(client.last().start()).isEqualTo("LATEST null null");
        client.last().done.completeExceptionally(new java.io.IOException("reset"));
        assertThat(first).isCompletedExceptionally();
        next(iterator);
        assertThat(client.last().start()).isEqualTo("AT_TIMESTAMP null " + TIME);
    }

    @Test
    void goesOnWithinPackedRecords() {
        SdkBytes packed = new KplPacker()
                .add("a", null, "0")
                .add("a", null, "1")
                .add("a", null, "2")
                .packed();
        String iterator = at(ShardPosition.after("10:0"));
        CompletableFuture<ShardPage<KinesisRecord>> empty = next(iterator);
        assertThat(client.last().start()).isEqualTo("AT_SEQUENCE_NUMBER 10 null");
        client.last().accept().event("9");
        assertThat(empty.join().nextIterator()).as("nothing was read yet").isEqualTo(iterator);
        CompletableFuture<ShardPage<KinesisRecord>> first = next(iterator);
        client.last().event("10", record(10, packed));
        assertThat(texts(first.join())).containsExactly("1", "2");
        CompletableFuture<ShardPage<KinesisRecord>> second = next(first.join().nextIterator());
        client.last().event("11", record(11, packed));
        assertThat(texts(second.join())).containsExactly("0", "1", "2");
    }

    @Test
    void theConsumerThatItRegisteredIsRemovedAtItsClose() throws Exception {
        api.resolveStream(null);
        api.close();
        assertThat(client.others.calls)
                .last()
                .asString()
                .startsWith("deregister ")
                .endsWith("/consumer/c");
    }

    @Test
    void leavesOutPackedRecordsOfOtherShards() {
        client.others.hashKeys.put("shard", "0-9");
        CompletableFuture<ShardPage<KinesisRecord>> page = next(at(ShardPosition.trimHorizon()));
        SdkBytes packed =
                new KplPacker().add("a", "9", "ours").add("a", "10", "theirs").packed();
        client.last().accept().event("10", record(10, packed));
        assertThat(texts(page.join())).containsExactly("ours");
        assertThat(page.join().misplaced()).isEqualTo(1);
    }

    @Test
    void aConsumerThatIsAwayIsWaitedForAndFoundUnderItsNewArn() {
        client.others.consumer.clear();
        String iterator = at(ShardPosition.trimHorizon());
        CompletableFuture<ShardPage<KinesisRecord>> first = next(iterator);
        assertThatThrownBy(first::join)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("consumer 'c' is not registered now")
                .satisfies(failure -> assertThat(api.fault(failure)).isEqualTo(ShardFault.RETRYABLE));
        assertThat(client.pushes).isEmpty();
        client.others.consumer.add("ACTIVE");
        next(iterator);
        assertThat(client.pushes).hasSize(1);
    }

    @Test
    void aMissingConsumerIsNotTakenForAMissingShard() {
        String iterator = at(ShardPosition.trimHorizon());
        CompletableFuture<ShardPage<KinesisRecord>> first = next(iterator);
        client.others.consumer.clear();
        client.last().done.completeExceptionally(ScriptedKinesis.failure("ResourceNotFoundException", "which?"));
        assertThatThrownBy(first::join)
                .satisfies(failure -> assertThat(api.fault(failure)).isEqualTo(ShardFault.RETRYABLE));
        client.others.consumer.add("ACTIVE");
        CompletableFuture<ShardPage<KinesisRecord>> second = next(iterator);
        client.last().done.completeExceptionally(ScriptedKinesis.failure("ResourceNotFoundException", "which?"));
        assertThatThrownBy(second::join)
                .satisfies(failure -> assertThat(api.fault(failure)).isEqualTo(ShardFault.SHARD_GONE));
    }

    @Test
    void aShardThatIsLeftIsUnsubscribedFrom() {
        next(at(ShardPosition.trimHorizon()));
        Push push = client.last().accept();
        api.leave("shard");
        assertThat(push.cancelled).isTrue();
        next(at(ShardPosition.trimHorizon()));
        Push other = client.last().accept();
        api.close();
        assertThat(other.cancelled).isTrue();
    }
}
