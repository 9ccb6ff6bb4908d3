package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsSinkException;
import io.connectorkit.aws.AwsSinkFailures;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** A table as a destination of whole items without a guard: a batch is one {@code BatchWriteItem}. */
final class DynamoDbBatchDestination implements Destination<Map<String, AttributeValue>> {

    private final DynamoDbAsyncClient client;
    private final ItemTarget target;
    private final AwsSinkFailures failures;
    private final AwsSinkException unprocessed;

    DynamoDbBatchDestination(DynamoDbAsyncClient client, ItemTarget target, AwsSinkFailures failures) {
        this.client = client;
        this.target = target;
        this.failures = failures;
        this.unprocessed = new AwsSinkException("BatchWriteItem left it unprocessed; raise the table's write capacity");
    }

    @Override
    public void send(Batch<Map<String, AttributeValue>> batch, Completion completion) {
        @Nullable Outcome[] settled = new Outcome[batch.size()];
        List<WriteRequest> requests = new ArrayList<>(batch.size());
        for (int i = 0; i < settled.length; i++) {
            Change<Map<String, AttributeValue>> change = batch.get(i);
            try {
                requests.add(request(change));
            } catch (IllegalArgumentException e) {
                settled[i] = Outcome.rejected(e);
            }
        }
        if (requests.isEmpty()) {
            completion.completed(Arrays.asList(settled));
            return;
        }
        int generation = failures.generation();
        CompletableFuture<BatchWriteItemResponse> answer = client.batchWriteItem(
                request -> request.requestItems(Map.of(target.table().name(), requests)));
        var unused = answer.whenComplete((response, error) -> {
            try {
                if (error == null) {
                    failures.succeeded(generation);
                    report(batch, settled, response, completion);
                } else {
                    failures.whenOver(error, () -> failures.failed(error, requests.size(), generation, completion));
                }
            } catch (Throwable e) {
                completion.crashed(e);
            }
        });
    }

    private WriteRequest request(Change<Map<String, AttributeValue>> change) {
        if (change instanceof Change.Upsert<Map<String, AttributeValue>> upsert) {
            Map<String, AttributeValue> item = WholeItems.item(target, upsert);
            return WriteRequest.builder().putRequest(put -> put.item(item)).build();
        }
        Map<String, AttributeValue> key = target.key().attributes(change.key());
        return WriteRequest.builder().deleteRequest(delete -> delete.key(key)).build();
    }

    private void report(
            Batch<Map<String, AttributeValue>> batch,
            @Nullable Outcome[] settled,
            BatchWriteItemResponse response,
            Completion completion) {
        Set<ChangeKey> left = left(response);
        boolean allDelivered = true;
        for (int i = 0; i < settled.length; i++) {
            if (settled[i] == null) {
                boolean written = left.isEmpty() || !left.contains(batch.get(i).key());
                settled[i] = written ? Outcome.delivered() : Outcome.throttled(unprocessed);
                allDelivered &= written;
            } else {
                allDelivered = false;
            }
        }
        if (allDelivered) {
            completion.delivered();
        } else {
            completion.completed(Arrays.asList(settled));
        }
    }

    /** The keys that the service did not get to. */
    private Set<ChangeKey> left(BatchWriteItemResponse response) {
        if (!response.hasUnprocessedItems() || response.unprocessedItems().isEmpty()) {
            return Set.of();
        }
        Set<ChangeKey> left = new HashSet<>();
        for (List<WriteRequest> requests : response.unprocessedItems().values()) {
            for (WriteRequest request : requests) {
                left.add(target.key()
                        .keyOf(
                                request.putRequest() != null
                                        ? request.putRequest().item()
                                        : request.deleteRequest().key()));
            }
        }
        return left;
    }

    @Override
    public int sizeOf(Change<Map<String, AttributeValue>> change) {
        return change instanceof Change.Upsert<Map<String, AttributeValue>> upsert
                ? WholeItems.size(target, upsert)
                : target.sizeOfFrame(change, Map.of());
    }

    @Override
    public void close() {
        client.close();
    }
}
