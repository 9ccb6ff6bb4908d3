package io.connectorkit.elasticsearch;

import co.elastic.clients.transport.http.TransportHttpClient.Response;
import io.connectorkit.change.Change;
import io.connectorkit.change.WriteMode;
import io.connectorkit.elasticsearch.Refusals.Refusal;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An index as a destination: a batch is one {@code _bulk} request, and the index's own versioning is the guard; or two
 * requests, where the guard is a field of the document.
 */
final class ElasticsearchDestination implements Destination<byte[]> {

    private final ClusterClient client;
    private final WritePlan plan;
    private final String index;
    private final String path;
    private final Map<String, String> parameters;
    private final Refusals refusals;
    private final @Nullable DocumentGuard guard;
    private final Clock clock;

    ElasticsearchDestination(ClusterClient client, WritePlan plan, ElasticsearchOptions options, Clock clock) {
        this.client = client;
        this.plan = plan;
        this.index = options.index();
        this.path = plan.address().ownIndex() ? "/_bulk" : "/" + ClusterClient.encoded(index) + "/_bulk";
        this.parameters = plan.parameters();
        this.refusals = new Refusals(index, options.hosts());
        this.guard = plan.versionField() == null ? null : new DocumentGuard(client, plan, plan.versionField(), index);
        this.clock = clock;
    }

    @Override
    public void send(Batch<byte[]> batch, Completion completion) {
        if (guard == null) {
            write(BulkRequest.of(plan, batch, null, clock.instant()), completion);
            return;
        }
        guard.ask(batch)
                .whenComplete((response, error) -> report(completion, () -> {
                    if (error != null) {
                        return failed(error, "a read of " + batch.size() + " versions", completion);
                    }
                    return read(guard, batch, response, completion);
                }));
    }

    private void write(BulkRequest request, Completion completion) {
        if (request.entries() == 0) {
            completion.completed(outcomes(request, null));
            return;
        }
        client.lines(path, parameters, request.buffers())
                .whenComplete((response, error) -> report(
                        completion,
                        () -> error == null
                                ? answered(request, response, completion)
                                : failed(error, nameOf(request), completion)));
    }

    /** Reads an answer, and only then reports: an error of the reading must not become a second report. */
    private static void report(Completion completion, Reading reading) {
        Runnable report;
        try {
            report = reading.read();
        } catch (Throwable e) {
            report = () -> completion.crashed(e);
        }
        report.run();
    }

    @FunctionalInterface
    private interface Reading {
        Runnable read() throws Exception;
    }

    @Override
    public int sizeOf(Change<byte[]> change) {
        int document = change instanceof Change.Upsert<byte[]> upsert ? upsert.payload().length : 0;
        return plan.bytes(document);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private Runnable read(DocumentGuard asked, Batch<byte[]> batch, Response response, Completion completion)
            throws IOException {
        try (response) {
            if (response.statusCode() >= 300) {
                return failed(refusals.of(response, "a read of " + batch.size() + " versions"), completion);
            }
            @Nullable Standing[] standings;
            try {
                standings = asked.standings(batch, response);
            } catch (IOException e) {
                // Jackson's message may quote the body.
                return failed(
                        refusals.unexpected(
                                "answered " + response.statusCode() + " without the documents of a multi-get"),
                        completion);
            }
            BulkRequest request = BulkRequest.of(plan, batch, standings, clock.instant());
            return () -> write(request, completion);
        }
    }

    private Runnable answered(BulkRequest request, Response response, Completion completion) throws IOException {
        try (response) {
            int status = response.statusCode();
            if (status >= 300) {
                return failed(refusals.of(response, nameOf(request)), completion);
            }
            BulkReply reply;
            try (InputStream body = Refusals.bodyOf(response)) {
                reply = BulkReply.parse(body);
            } catch (IOException e) {
                // Jackson's message may quote the body.
                return failed(
                        refusals.unexpected("answered " + status + " without the items of a bulk request"), completion);
            }
            if (reply.size() != request.entries()) {
                return failed(
                        refusals.unexpected(
                                "answered with " + reply.size() + " items to a request of " + request.entries()),
                        completion);
            }
            return settled(request, reply, completion);
        }
    }

    private Runnable settled(BulkRequest request, BulkReply reply, Completion completion) {
        if (reply.allAccepted() && reply.size() == request.batch().size()) {
            return completion::delivered;
        }
        List<Outcome> outcomes = outcomes(request, reply);
        boolean allDelivered = true;
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Failed failed && failed.kind() == FailureKind.FATAL) {
                return () -> completion.failed(FailureKind.FATAL, failed.cause());
            }
            allDelivered &= outcome == Outcome.delivered();
        }
        return allDelivered ? completion::delivered : () -> completion.completed(outcomes);
    }

    /** One outcome for each change: the reply's items in order, between those that were never sent. */
    private List<Outcome> outcomes(BulkRequest request, @Nullable BulkReply reply) {
        List<? extends Change<byte[]>> batch = request.batch();
        List<Outcome> outcomes = new ArrayList<>(batch.size());
        int item = 0;
        for (int i = 0; i < batch.size(); i++) {
            Outcome settled = request.settled(i);
            if (settled == null && reply != null) {
                settled = ElasticsearchFailures.item(
                        reply.status(item), reply.hasError(item), reply.error(item), batch.get(i), plan, index);
                item++;
            }
            if (settled != null) {
                outcomes.add(settled);
            }
        }
        return outcomes;
    }

    private Runnable failed(Throwable error, String request, Completion completion) {
        if (Refusals.isSilence(error) && plan.mode() == WriteMode.OVERWRITE) {
            IOException unsafe = new IOException(
                    "Elasticsearch at " + refusals.hosts()
                            + " did not answer within socket.timeout, and without a version the"
                            + " request must not be sent again, for the first may still be applied later;"
                            + " set Changes.withVersion or raise socket.timeout",
                    error);
            return () -> completion.failed(FailureKind.FATAL, unsafe);
        }
        return failed(refusals.of(error, request), completion);
    }

    private static Runnable failed(Refusal refusal, Completion completion) {
        return () -> completion.failed(refusal.kind(), refusal.cause());
    }

    private static String nameOf(BulkRequest request) {
        return "a request of " + request.entries() + " changes";
    }
}
