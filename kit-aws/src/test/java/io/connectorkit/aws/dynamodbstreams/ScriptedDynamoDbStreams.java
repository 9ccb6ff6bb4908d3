package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.shard.ScriptedStream;
import io.connectorkit.aws.shard.ScriptedStream.From;
import io.connectorkit.aws.shard.ScriptedStream.Refused;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/**
 * The SDK's client in front of a scripted stream: what DynamoDB Streams says and how, including pages of listings and
 * creation times cut to the second.
 */
final class ScriptedDynamoDbStreams implements DynamoDbStreamsAsyncClient {

    /** Written as the text of an entry: the item was removed. */
    static final String REMOVED = "removed";

    private static final int SHARDS_PER_PAGE = 3;

    private final ScriptedStream stream;

    ScriptedDynamoDbStreams(ScriptedStream stream) {
        this.stream = stream;
    }

    @Override
    public CompletableFuture<DescribeStreamResponse> describeStream(DescribeStreamRequest request) {
        List<ScriptedStream.Listed> all;
        try {
            all = stream.list();
        } catch (Refused refused) {
            return CompletableFuture.failedFuture(told(refused));
        }
        List<ScriptedStream.Listed> rest = all.stream()
                .dropWhile(shard -> request.exclusiveStartShardId() != null
                        && shard.shardId().compareTo(request.exclusiveStartShardId()) <= 0)
                .toList();
        int size = request.limit() == null ? SHARDS_PER_PAGE : Math.min(request.limit(), SHARDS_PER_PAGE);
        List<ScriptedStream.Listed> page = rest.subList(0, Math.min(size, rest.size()));
        StreamDescription.Builder description = StreamDescription.builder()
                .streamArn(request.streamArn())
                .tableName("orders")
                .streamStatus("ENABLED")
                .streamViewType("NEW_AND_OLD_IMAGES")
                .shards(page.stream().map(ScriptedDynamoDbStreams::shard).toList());
        if (page.size() < rest.size()) {
            description.lastEvaluatedShardId(page.get(page.size() - 1).shardId());
        }
        return CompletableFuture.completedFuture(DescribeStreamResponse.builder()
                .streamDescription(description.build())
                .build());
    }

    private static Shard shard(ScriptedStream.Listed listed) {
        return Shard.builder()
                .shardId(listed.shardId())
                .parentShardId(
                        listed.parents().isEmpty() ? null : listed.parents().get(0))
                .sequenceNumberRange(range -> range.startingSequenceNumber(number(listed.startingSequenceNumber()))
                        .endingSequenceNumber(
                                listed.endingSequenceNumber() == null ? null : number(listed.endingSequenceNumber())))
                .build();
    }

    private static String number(long sequenceNumber) {
        return String.format("%021d", sequenceNumber);
    }

    @Override
    public CompletableFuture<GetShardIteratorResponse> getShardIterator(GetShardIteratorRequest request) {
        From from = From.valueOf(request.shardIteratorTypeAsString());
        long at = request.sequenceNumber() == null ? 0 : Long.parseLong(request.sequenceNumber());
        return told(
                stream.iterator(request.shardId(), from, at).thenApply(iterator -> GetShardIteratorResponse.builder()
                        .shardIterator(iterator)
                        .build()));
    }

    @Override
    public CompletableFuture<GetRecordsResponse> getRecords(GetRecordsRequest request) {
        return told(stream.read(request.shardIterator(), request.limit()).thenApply(page -> GetRecordsResponse.builder()
                .records(page.entries().stream()
                        .map(ScriptedDynamoDbStreams::record)
                        .toList())
                .nextShardIterator(page.nextIterator())
                .build()));
    }

    static Map<String, AttributeValue> item(String key, String text) {
        return Map.of("id", AttributeValue.fromS(key), "v", AttributeValue.fromS(text));
    }

    private static Record record(ScriptedStream.Entry entry) {
        Instant created = Instant.ofEpochMilli(entry.createdMillis()).truncatedTo(ChronoUnit.SECONDS);
        Map<String, AttributeValue> keys = Map.of("id", AttributeValue.fromS(entry.key()));
        boolean removed = entry.text().equals(REMOVED);
        return Record.builder()
                .eventName(removed ? "REMOVE" : "MODIFY")
                .dynamodb(change -> change.keys(keys)
                        .newImage(removed ? null : item(entry.key(), entry.text()))
                        .sequenceNumber(number(entry.sequenceNumber()))
                        .approximateCreationDateTime(created))
                .build();
    }

    private static <V> CompletableFuture<V> told(CompletableFuture<V> answer) {
        return answer.exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return CompletableFuture.failedFuture(cause instanceof Refused refused ? told(refused) : cause);
        });
    }

    static DynamoDbException told(Refused refused) {
        String code =
                switch (refused.refusal) {
                    case THROTTLED -> "ThrottlingException";
                    case EXPIRED_ITERATOR -> "ExpiredIteratorException";
                    case TRIMMED -> "TrimmedDataAccessException";
                    case NO_SUCH_SHARD, NO_SUCH_STREAM -> "ResourceNotFoundException";
                    case INTERNAL -> "InternalServerError";
                    case DENIED -> "AccessDeniedException";
                };
        return (DynamoDbException) DynamoDbException.builder()
                .message(refused.getMessage())
                .statusCode(code.equals("InternalServerError") ? 500 : 400)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(refused.getMessage())
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
