package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.AwsFailures;
import io.connectorkit.aws.shard.Shard;
import io.connectorkit.aws.shard.ShardApi;
import io.connectorkit.aws.shard.ShardFault;
import io.connectorkit.aws.shard.ShardLimits;
import io.connectorkit.aws.shard.ShardPage;
import io.connectorkit.aws.shard.ShardPosition;
import io.connectorkit.aws.shard.ShardRecord;
import io.connectorkit.aws.shard.ShardSourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/** DynamoDB Streams as the shard source needs it. */
final class DynamoDbStreamsApi implements ShardApi<DynamoDbChange> {

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbStreamsApi.class);

    /**
     * Creation times are rounded down to the second (documented) or the minute (DynamoDB Local); another minute is for
     * the difference between the service's clock and ours.
     */
    static final Duration TIME_MARGIN = Duration.ofMinutes(2);

    private static final ShardLimits LIMITS =
            new ShardLimits(DynamoDbStreamsOptions.MAX_PAGE_RECORDS, Duration.ZERO, TIME_MARGIN);

    private static final String NOT_FOUND = "ResourceNotFoundException";

    private final DynamoDbStreamsOptions options;
    private final DynamoDbStreamsAsyncClient client;
    private final LongSupplier clockMillis;
    private boolean warnedDisabled;

    /** A shard that is gone while its stream is there. */
    private static final class ShardGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ShardGone(Throwable cause) {
            super("the shard is not in the stream any more", cause);
        }
    }

    DynamoDbStreamsApi(DynamoDbStreamsOptions options) {
        this(options, options.aws().build(DynamoDbStreamsAsyncClient.builder()), System::currentTimeMillis);
    }

    /** Closes the client at its own end. */
    DynamoDbStreamsApi(DynamoDbStreamsOptions options, DynamoDbStreamsAsyncClient client, LongSupplier clockMillis) {
        this.options = options;
        this.client = client;
        this.clockMillis = clockMillis;
    }

    @Override
    public String resolveStream(@Nullable String restored) throws Exception {
        if (restored != null) {
            checkRestored(restored);
            return restored;
        }
        return options.tableName() != null ? ofTable(options.tableName()) : ofArn(options.streamArn());
    }

    private void checkRestored(String restored) {
        boolean same = options.tableName() != null
                ? restored.contains(":table/" + options.tableName() + "/stream/")
                : restored.equals(options.streamArn());
        if (!same) {
            throw new ShardSourceException(
                    (options.tableName() != null
                                    ? "table-name must name the table of the restored state (stream '" + restored
                                            + "'), got '" + options.tableName()
                                    : "stream.arn must be that of the restored state ('" + restored + "'), got '"
                                            + options.streamArn())
                            + "'; give the source another uid to start it without state",
                    null);
        }
    }

    // The waits below are get() and not join(): the coordinator interrupts them when it closes.

    private String ofTable(String tableName) throws Exception {
        TableDescription table;
        try (DynamoDbAsyncClient tables = options.aws().build(DynamoDbAsyncClient.builder())) {
            table = tables.describeTable(request -> request.tableName(tableName))
                    .get()
                    .table();
        } catch (ExecutionException e) {
            throw refused("table '" + tableName + "'", e);
        }
        StreamSpecification stream = table.streamSpecification();
        if (stream == null || !Boolean.TRUE.equals(stream.streamEnabled()) || table.latestStreamArn() == null) {
            throw new ShardSourceException(
                    "table '" + tableName + "' must have its stream enabled, got a disabled one; enable it with"
                            + " UpdateTable (StreamEnabled=true, StreamViewType=NEW_AND_OLD_IMAGES)",
                    null);
        }
        checkView("table '" + tableName + "'", stream.streamViewTypeAsString());
        return table.latestStreamArn();
    }

    private String ofArn(@Nullable String arn) throws Exception {
        StreamDescription stream;
        try {
            stream = client.describeStream(request -> request.streamArn(arn).limit(1))
                    .get()
                    .streamDescription();
        } catch (ExecutionException e) {
            throw refused("stream '" + arn + "'", e);
        }
        if (stream.streamStatusAsString().startsWith("DISABL")) {
            throw new ShardSourceException(
                    "stream '" + arn + "' must be enabled, got " + stream.streamStatusAsString()
                            + "; enable the stream of table '" + stream.tableName()
                            + "' with UpdateTable, and use its new stream.arn or table-name",
                    null);
        }
        checkView("stream '" + arn + "'", stream.streamViewTypeAsString());
        return stream.streamArn();
    }

    private void checkView(String what, String viewType) {
        if (!options.requiredImages().metBy(viewType)) {
            throw new ShardSourceException(
                    what + " must have a view with the images that source.required-images names ("
                            + options.requiredImages() + "), got " + viewType
                            + "; disable the stream and enable it with another StreamViewType, or lower"
                            + " source.required-images",
                    null);
        }
    }

    /** What will pass is thrown as it is, to be tried again. */
    private static Exception refused(String what, ExecutionException failure) {
        return switch (AwsFailures.kind(failure)) {
            case FATAL, REJECTED ->
                new ShardSourceException(what + " cannot be read: " + AwsFailures.text(failure), failure.getCause());
            case RETRYABLE, THROTTLED -> failure;
        };
    }

    @Override
    public List<Shard> listShards(String stream) throws Exception {
        List<Shard> shards = new ArrayList<>();
        String after = null;
        do {
            String start = after;
            StreamDescription page = client.describeStream(
                            request -> request.streamArn(stream).exclusiveStartShardId(start))
                    .get()
                    .streamDescription();
            page.shards()
                    .forEach(shard -> shards.add(new Shard(
                            shard.shardId(),
                            shard.parentShardId() == null ? List.of() : List.of(shard.parentShardId()),
                            shard.sequenceNumberRange() != null
                                    && shard.sequenceNumberRange().endingSequenceNumber() != null)));
            after = page.lastEvaluatedShardId();
            if (!warnedDisabled && page.streamStatusAsString().startsWith("DISABL")) {
                warnedDisabled = true;
                LOG.warn(
                        "Stream {} was disabled: what it still holds is read, but no change of table {} will follow",
                        stream,
                        page.tableName());
            }
        } while (after != null);
        return shards;
    }

    @Override
    public CompletableFuture<String> iterator(String stream, String shardId, ShardPosition position) {
        ShardIteratorType type =
                switch (position.kind()) {
                    case OLDEST, TRIM_HORIZON, SINCE -> ShardIteratorType.TRIM_HORIZON;
                    case LATEST -> ShardIteratorType.LATEST;
                    case AFTER -> ShardIteratorType.AFTER_SEQUENCE_NUMBER;
                };
        return client.getShardIterator(request -> request.streamArn(stream)
                        .shardId(shardId)
                        .shardIteratorType(type)
                        .sequenceNumber(position.sequenceNumber()))
                .exceptionallyCompose(failure -> shardOrStreamGone(stream, failure))
                .thenApply(GetShardIteratorResponse::shardIterator);
    }

    /** The service tells of a sequence number that was trimmed, but goes on with what is there from the first record. */
    @Override
    public CompletableFuture<Boolean> mayBeTrimmed(
            String stream, String shardId, ShardPosition position, Instant readUpTo) {
        Duration age = Duration.between(readUpTo, Instant.ofEpochMilli(clockMillis.getAsLong()));
        return CompletableFuture.completedFuture(
                position.kind() != ShardPosition.Kind.AFTER && age.compareTo(LIMITS.retention()) > 0);
    }

    @Override
    public CompletableFuture<ShardPage<DynamoDbChange>> records(
            String stream, String shardId, String iterator, int limit) {
        return client.getRecords(request -> request.shardIterator(iterator).limit(limit))
                .exceptionallyCompose(failure -> shardOrStreamGone(stream, failure))
                .thenApply(response -> page(response, shardId, limit));
    }

    private ShardPage<DynamoDbChange> page(GetRecordsResponse response, String shardId, int limit) {
        List<ShardRecord<DynamoDbChange>> records =
                new ArrayList<>(response.records().size());
        long createdMillis = 0;
        long bytes = 0;
        for (Record record : response.records()) {
            DynamoDbChange change = DynamoDbChange.of(record, shardId);
            createdMillis = change.approximateCreationTime().toEpochMilli();
            records.add(new ShardRecord<>(change.sequenceNumber(), createdMillis, change));
            Long size = record.dynamodb().sizeBytes();
            bytes += size == null ? 0 : size;
        }
        long behind = behind(records.size(), createdMillis, limit);
        return new ShardPage<>(records, response.nextShardIterator(), behind, bytes, 0);
    }

    /** The service does not tell: a full page, or one of old records, has more behind it. */
    private long behind(int records, long createdMillis, int limit) {
        if (records == 0) {
            return 0;
        }
        long age = clockMillis.getAsLong() - createdMillis;
        return records >= limit || age > TIME_MARGIN.toMillis() ? Math.max(1, age) : 0;
    }

    /** Both are told in the same way: whether the stream itself is still there makes the difference. */
    private <V> CompletableFuture<V> shardOrStreamGone(String stream, Throwable failure) {
        if (!AwsFailures.code(failure).equals(NOT_FOUND)) {
            return CompletableFuture.failedFuture(failure);
        }
        return client.describeStream(request -> request.streamArn(stream).limit(1))
                .handle((found, streamFailure) -> streamFailure == null ? new ShardGone(failure) : streamFailure)
                .thenCompose(CompletableFuture::failedFuture);
    }

    @Override
    public ShardFault fault(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ShardGone) {
            return ShardFault.SHARD_GONE;
        }
        return switch (AwsFailures.code(failure)) {
            case "ExpiredIteratorException" -> ShardFault.EXPIRED_ITERATOR;
            case "TrimmedDataAccessException" -> ShardFault.TRIMMED;
            default ->
                switch (AwsFailures.kind(failure)) {
                    case RETRYABLE -> ShardFault.RETRYABLE;
                    case THROTTLED -> ShardFault.THROTTLED;
                    case REJECTED, FATAL -> ShardFault.FATAL;
                };
        };
    }

    @Override
    public String text(Throwable failure) {
        return AwsFailures.text(failure);
    }

    @Override
    public ShardLimits limits() {
        return LIMITS;
    }

    @Override
    public void close() {
        client.close();
    }
}
