package io.connectorkit.aws;

import io.connectorkit.aws.AppendApi.Group;
import io.connectorkit.aws.AppendApi.Reply;
import io.connectorkit.change.Change;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The streams of an append-only service as a destination: a batch is one request for each stream in it, and each record
 * has its own outcome.
 */
public final class AppendDestination<P> implements Destination<P> {

    private final AppendApi<P> api;
    private final AwsSinkFailures failures;

    public AppendDestination(AppendApi<P> api, AwsSinkFailures failures) {
        this.api = api;
        this.failures = failures;
    }

    @Override
    public void send(Batch<P> batch, Completion completion) {
        BatchOutcomes outcomes = new BatchOutcomes(batch.size(), completion);
        String first = api.streamOf(batch.get(0));
        int alike = 0;
        while (alike < batch.size()
                && api.streamOf(batch.get(alike)).equals(first)
                && api.problemWith(batch.get(alike)) == null) {
            alike++;
        }
        if (alike == batch.size()) {
            put(Group.all(first, batch), outcomes, completion);
        } else {
            byStream(batch, outcomes).forEach(group -> put(group, outcomes, completion));
        }
    }

    private List<Group<P>> byStream(Batch<P> batch, BatchOutcomes outcomes) {
        Map<String, List<Integer>> streams = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            Change<P> change = batch.get(i);
            String problem = api.problemWith(change);
            if (problem == null) {
                streams.computeIfAbsent(api.streamOf(change), stream -> new ArrayList<>())
                        .add(i);
            } else {
                outcomes.set(i, Outcome.rejected(new AwsSinkException(problem)));
            }
        }
        List<Group<P>> groups = new ArrayList<>();
        streams.forEach((stream, positions) -> groups.add(new Group<>(
                stream, batch, positions.stream().mapToInt(Integer::intValue).toArray())));
        return groups;
    }

    private void put(Group<P> group, BatchOutcomes outcomes, Completion completion) {
        int generation = failures.generation();
        CompletableFuture<Reply> answer;
        try {
            answer = api.put(group.stream(), group.changes());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var unused = answer.whenComplete((reply, error) -> {
            try {
                if (error == null) {
                    failures.succeeded(generation);
                    answered(group, reply, outcomes);
                } else {
                    failed(group, error, generation, outcomes, completion);
                }
            } catch (Throwable e) {
                completion.crashed(e);
            }
        });
    }

    private void answered(Group<P> group, Reply reply, BatchOutcomes outcomes) {
        int[] positions = group.positions();
        if (reply.size() != positions.length) {
            AwsSinkException broken = new AwsSinkException("stream '" + group.stream() + "' answered with "
                    + reply.size() + " entries to a request of " + positions.length);
            for (int position : positions) {
                outcomes.fail(position, FailureKind.RETRYABLE, broken);
            }
            return;
        }
        for (int i = 0; i < positions.length; i++) {
            String code = reply.failed() == 0 ? null : reply.code().apply(i);
            outcomes.set(
                    positions[i],
                    code == null
                            ? Outcome.delivered()
                            : failures.entry(code, reply.message().apply(i)));
        }
    }

    /** A request for one of several streams that is refused for its content is halved here: the others went through. */
    private void failed(
            Group<P> group, Throwable error, int generation, BatchOutcomes outcomes, Completion completion) {
        int[] positions = group.positions();
        Outcome.Failed failed = failures.outcome(error, positions.length + " changes", generation);
        if (positions.length == group.batch().size()) {
            completion.failed(failed.kind(), failed.cause());
        } else if (failed.kind() == FailureKind.REJECTED && positions.length > 1) {
            int half = positions.length / 2;
            put(group.part(0, half), outcomes, completion);
            put(group.part(half, positions.length), outcomes, completion);
        } else {
            for (int position : positions) {
                outcomes.set(position, failed);
            }
        }
    }

    @Override
    public int sizeOf(Change<P> change) {
        return api.sizeOf(change);
    }

    @Override
    public void close() {
        api.close();
    }
}
