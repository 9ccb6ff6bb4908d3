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
import io.connectorkit.failure.FailureKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** A table in segments, which are read like closed shards, before its stream. */
final class DynamoDbCdcApi implements ShardApi<DynamoDbChange> {

    /** Lower than any sequence number: a row is older than any change. */
    private static final String LOWEST_VERSION = "0";

    private final DynamoDbCdcOptions options;
    private final DynamoDbStreamsApi stream;
    private final DynamoDbAsyncClient tables;
    private final LongSupplier clockMillis;
    private final ScanBudget budget;
    private @Nullable CompletableFuture<List<String>> keys;

    DynamoDbCdcApi(DynamoDbCdcOptions options) {
        this(
                options,
                new DynamoDbStreamsApi(options.stream()),
                options.stream().aws().build(DynamoDbAsyncClient.builder()),
                System::currentTimeMillis);
    }

    /** Closes both clients at its own end. */
    DynamoDbCdcApi(
            DynamoDbCdcOptions options,
            DynamoDbStreamsApi stream,
            DynamoDbAsyncClient tables,
            LongSupplier clockMillis) {
        this.options = options;
        this.stream = stream;
        this.tables = tables;
        this.clockMillis = clockMillis;
        this.budget = new ScanBudget(options.scan());
    }

    @Override
    public String resolveStream(@Nullable String restored) throws Exception {
        return stream.resolveStream(restored);
    }

    @Override
    public List<Shard> listShards(String arn) throws Exception {
        return stream.listShards(arn);
    }

    @Override
    public List<Shard> snapshotParts(String arn) throws Exception {
        probe(arn);
        return ScanSegment.all(options.scan().segments(), clockMillis.getAsLong());
    }

    @Override
    public long snapshotRecords(String arn) throws Exception {
        Long items = describe(arn).get().itemCount();
        return items == null ? 0 : items;
    }

    /** One item, so that a missing permission is told before anything runs. */
    private void probe(String arn) throws Exception {
        String table = tableOf(arn);
        try {
            tables.scan(scan -> scan.tableName(table).limit(1)).get();
        } catch (ExecutionException e) {
            FailureKind kind = AwsFailures.kind(e);
            if (kind == FailureKind.FATAL || kind == FailureKind.REJECTED) {
                throw new ShardSourceException(
                        "table '" + table + "' cannot be scanned: " + AwsFailures.text(e), e.getCause());
            }
            throw e;
        }
    }

    /** A table is not trimmed. */
    @Override
    public CompletableFuture<Boolean> mayBeTrimmed(
            String arn, String shardId, ShardPosition position, Instant readUpTo) {
        return ScanSegment.parse(shardId) == null
                ? stream.mayBeTrimmed(arn, shardId, position, readUpTo)
                : CompletableFuture.completedFuture(false);
    }

    @Override
    public CompletableFuture<String> iterator(String arn, String shardId, ShardPosition position) {
        if (ScanSegment.parse(shardId) == null) {
            return stream.iterator(arn, shardId, position);
        }
        String after = position.sequenceNumber();
        return CompletableFuture.completedFuture(after == null ? "" : after);
    }

    @Override
    public CompletableFuture<ShardPage<DynamoDbChange>> records(
            String arn, String shardId, String iterator, int limit) {
        ScanSegment segment = ScanSegment.parse(shardId);
        if (segment == null) {
            return stream.records(arn, shardId, iterator, limit);
        }
        int items = budget.items(Math.min(limit, options.scan().pageItems()));
        return keys(arn).thenCompose(names -> tables.scan(scan -> {
                    scan.tableName(tableOf(arn))
                            .segment(segment.number())
                            .totalSegments(segment.of())
                            .limit(items)
                            .consistentRead(true)
                            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL);
                    if (!iterator.isEmpty()) {
                        scan.exclusiveStartKey(ScanPosition.decode(iterator));
                    }
                })
                .thenApply(answer -> page(answer, names, shardId, segment.startMillis())));
    }

    private ShardPage<DynamoDbChange> page(ScanResponse answer, List<String> names, String shardId, long startMillis) {
        List<ShardRecord<DynamoDbChange>> rows = new ArrayList<>(answer.items().size());
        for (Map<String, AttributeValue> item : answer.items()) {
            Map<String, AttributeValue> key = new LinkedHashMap<>();
            for (String name : names) {
                key.put(name, item.get(name));
            }
            DynamoDbChange row = new DynamoDbChange(
                    DynamoDbChange.EventName.READ,
                    key,
                    null,
                    item,
                    LOWEST_VERSION,
                    Instant.ofEpochMilli(startMillis),
                    null,
                    shardId);
            rows.add(new ShardRecord<>(ScanPosition.encode(key), startMillis, row));
        }
        boolean more =
                answer.hasLastEvaluatedKey() && !answer.lastEvaluatedKey().isEmpty();
        String next = more ? ScanPosition.encode(answer.lastEvaluatedKey()) : null;
        double units = answer.consumedCapacity() == null
                ? 0
                : answer.consumedCapacity().capacityUnits();
        // The stream waits since then: so far behind is the job.
        long behind = Math.max(1, clockMillis.getAsLong() - startMillis);
        return new ShardPage<>(rows, next, behind, 0, budget.restMillis(units, rows.size()));
    }

    /** The names of the key attributes, asked for once. */
    private synchronized CompletableFuture<List<String>> keys(String arn) {
        if (keys == null || keys.isCompletedExceptionally()) {
            keys = describe(arn).thenApply(table -> table.keySchema().stream()
                    .map(KeySchemaElement::attributeName)
                    .toList());
        }
        return keys;
    }

    private CompletableFuture<TableDescription> describe(String arn) {
        String table = tableOf(arn);
        return tables.describeTable(request -> request.tableName(table)).thenApply(answer -> answer.table());
    }

    /** {@code arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL}. */
    private static String tableOf(String arn) {
        return arn.split("/")[1];
    }

    @Override
    public ShardFault fault(Throwable failure) {
        return stream.fault(failure);
    }

    @Override
    public String text(Throwable failure) {
        return stream.text(failure);
    }

    @Override
    public ShardLimits limits() {
        return stream.limits();
    }

    @Override
    public void close() {
        tables.close();
        stream.close();
    }
}
