package io.connectorkit.aws.kinesis;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
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
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** One closed shard of the records given, and a consumer whose states are given: what was asked is written down. */
final class AnsweringKinesis implements KinesisAsyncClient {

    final List<Record> records = new ArrayList<>();
    final List<String> iterators = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    /** What each look at the consumer finds; "" for none; the last one stays. */
    final Queue<String> consumer = new ArrayDeque<>();

    StreamStatus status = StreamStatus.ACTIVE;
    Instant created = Instant.EPOCH;
    int emptyPages;
    int retentionHours = 24;
    String registrationFailure;
    String listingFailure;
    int listings;
    /** First and last hash key of each shard, with a dash between. */
    final Map<String, String> hashKeys = new TreeMap<>();

    String deregistrationFailure;

    @Override
    public CompletableFuture<DescribeStreamSummaryResponse> describeStreamSummary(
            DescribeStreamSummaryRequest request) {
        calls.add("summary");
        return CompletableFuture.completedFuture(DescribeStreamSummaryResponse.builder()
                .streamDescriptionSummary(summary -> summary.streamARN(request.streamARN())
                        .streamStatus(status)
                        .streamCreationTimestamp(created)
                        .retentionPeriodHours(retentionHours))
                .build());
    }

    @Override
    public CompletableFuture<GetShardIteratorResponse> getShardIterator(GetShardIteratorRequest request) {
        String number = request.startingSequenceNumber();
        iterators.add(request.shardIteratorTypeAsString() + " " + number + " " + request.timestamp());
        int from = number == null ? Integer.MIN_VALUE : Integer.parseInt(number);
        boolean at = request.shardIteratorTypeAsString().equals("AT_SEQUENCE_NUMBER");
        long index = records.stream()
                .filter(record -> at
                        ? Integer.parseInt(record.sequenceNumber()) < from
                        : Integer.parseInt(record.sequenceNumber()) <= from)
                .count();
        return CompletableFuture.completedFuture(GetShardIteratorResponse.builder()
                .shardIterator(Long.toString(index))
                .build());
    }

    @Override
    public CompletableFuture<GetRecordsResponse> getRecords(GetRecordsRequest request) {
        int from = Integer.parseInt(request.shardIterator());
        boolean empty = emptyPages-- > 0;
        int to = empty ? from : Math.min(records.size(), from + request.limit());
        return CompletableFuture.completedFuture(GetRecordsResponse.builder()
                .records(records.subList(from, to))
                .nextShardIterator(to == records.size() ? null : Integer.toString(to))
                .build());
    }

    /** One shard a page. */
    @Override
    public CompletableFuture<ListShardsResponse> listShards(ListShardsRequest request) {
        if (listingFailure != null) {
            return failed(listingFailure);
        }
        listings++;
        int index = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
        List<String> ids = List.copyOf(hashKeys.keySet());
        if (ids.isEmpty()) {
            return CompletableFuture.completedFuture(
                    ListShardsResponse.builder().build());
        }
        String id = ids.get(index);
        String[] range = hashKeys.get(id).split("-");
        return CompletableFuture.completedFuture(ListShardsResponse.builder()
                .shards(shard -> shard.shardId(id)
                        .hashKeyRange(keys -> keys.startingHashKey(range[0]).endingHashKey(range[1])))
                .nextToken(index + 1 < ids.size() ? Integer.toString(index + 1) : null)
                .build());
    }

    private static <V> CompletableFuture<V> failed(String code) {
        return CompletableFuture.failedFuture(ScriptedKinesis.failure(code, "scripted"));
    }

    @Override
    public CompletableFuture<DescribeStreamConsumerResponse> describeStreamConsumer(
            DescribeStreamConsumerRequest request) {
        String now = consumer.size() > 1 ? consumer.poll() : consumer.peek();
        calls.add("describe " + now);
        if (now == null || now.isEmpty()) {
            return failed("ResourceNotFoundException");
        }
        return CompletableFuture.completedFuture(DescribeStreamConsumerResponse.builder()
                .consumerDescription(description -> description
                        .consumerARN(request.streamARN() + "/consumer/" + request.consumerName())
                        .consumerName(request.consumerName())
                        .consumerStatus(ConsumerStatus.fromValue(now)))
                .build());
    }

    @Override
    public CompletableFuture<RegisterStreamConsumerResponse> registerStreamConsumer(
            RegisterStreamConsumerRequest request) {
        calls.add("register " + request.consumerName());
        return registrationFailure != null
                ? failed(registrationFailure)
                : CompletableFuture.completedFuture(
                        RegisterStreamConsumerResponse.builder().build());
    }

    @Override
    public CompletableFuture<DeregisterStreamConsumerResponse> deregisterStreamConsumer(
            DeregisterStreamConsumerRequest request) {
        calls.add("deregister " + request.consumerARN());
        return deregistrationFailure != null
                ? failed(deregistrationFailure)
                : CompletableFuture.completedFuture(
                        DeregisterStreamConsumerResponse.builder().build());
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        calls.add("close");
    }
}
