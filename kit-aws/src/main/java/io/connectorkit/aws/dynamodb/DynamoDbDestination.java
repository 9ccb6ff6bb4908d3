package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsSinkException;
import io.connectorkit.aws.AwsSinkFailures;
import io.connectorkit.aws.BatchOutcomes;
import io.connectorkit.change.Change;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.Outcome;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * A table as a destination of single writes: each change is one put, update or delete with the guard as its condition,
 * all changes of a batch at the same time.
 */
final class DynamoDbDestination<P> implements Destination<P> {

    private final DynamoDbAsyncClient client;
    private final ItemTarget target;
    private final ItemWrites<P> writes;
    private final AwsSinkFailures failures;

    DynamoDbDestination(DynamoDbAsyncClient client, ItemTarget target, ItemWrites<P> writes, AwsSinkFailures failures) {
        this.client = client;
        this.target = target;
        this.writes = writes;
        this.failures = failures;
    }

    @Override
    public void send(Batch<P> batch, Completion completion) {
        BatchOutcomes outcomes = new BatchOutcomes(batch.size(), completion);
        for (int i = 0; i < batch.size(); i++) {
            send(batch.get(i), i, outcomes, completion);
        }
    }

    private void send(Change<P> change, int position, BatchOutcomes outcomes, Completion completion) {
        int generation = failures.generation();
        CompletableFuture<?> answer;
        try {
            answer = change instanceof Change.Upsert<P> upsert
                    ? writes.upsert(client, target, upsert)
                    : target.delete(client, change);
        } catch (IllegalArgumentException e) {
            outcomes.set(position, Outcome.rejected(e));
            return;
        } catch (RuntimeException e) {
            outcomes.set(position, failures.outcome(e, "one change", generation));
            return;
        }
        var unused = answer.whenComplete((response, error) -> {
            try {
                if (error == null) {
                    failures.succeeded(generation);
                    outcomes.set(position, Outcome.delivered());
                } else {
                    failures.whenOver(error, () -> outcomes.set(position, refused(error, change, generation)));
                }
            } catch (Throwable e) {
                completion.crashed(e);
            }
        });
    }

    private Outcome refused(Throwable error, Change<P> change, int generation) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof ConditionalCheckFailedException refusal && target.mode() != WriteMode.OVERWRITE) {
            failures.succeeded(generation);
            String problem = refusal.hasItem() ? target.guard().problemWith(refusal.item()) : null;
            return problem == null
                    ? Outcome.stale()
                    : new Outcome.Failed(
                            FailureKind.FATAL,
                            new AwsSinkException("key=" + change.key() + " was refused, and " + problem));
        }
        return failures.outcome(error, "one change", generation);
    }

    @Override
    public int sizeOf(Change<P> change) {
        return change instanceof Change.Upsert<P> upsert
                ? writes.sizeOf(target, upsert)
                : target.sizeOfFrame(change, Map.of());
    }

    @Override
    public void close() {
        client.close();
    }
}
