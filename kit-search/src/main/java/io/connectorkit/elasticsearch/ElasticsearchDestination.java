package io.connectorkit.elasticsearch;

import co.elastic.clients.transport.http.TransportHttpClient.Response;
import io.connectorkit.change.Change;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.elasticsearch.client.ResponseException;
import org.jspecify.annotations.Nullable;

/** An index as a destination: a batch is one {@code _bulk} request, and the index's own versioning is the guard. */
final class ElasticsearchDestination implements Destination<byte[]> {

    private final BulkClient client;
    private final WriteMode mode;
    private final String index;
    private final List<String> hosts;

    ElasticsearchDestination(BulkClient client, WriteMode mode, ElasticsearchOptions options) {
        this.client = client;
        this.mode = mode;
        this.index = options.index();
        this.hosts = options.hosts();
    }

    @Override
    public void send(Batch<byte[]> batch, Completion completion) {
        BulkRequest request = BulkRequest.of(mode, batch);
        if (request.entries() == 0) {
            completion.completed(outcomes(request, null));
            return;
        }
        client.bulk(request.buffers()).whenComplete((response, error) -> {
            Runnable report;
            try {
                report = error == null ? answered(request, response, completion) : failed(request, error, completion);
            } catch (Throwable e) {
                report = () -> completion.crashed(e);
            }
            report.run();
        });
    }

    @Override
    public int sizeOf(Change<byte[]> change) {
        int document = change instanceof Change.Upsert<byte[]> upsert ? upsert.payload().length : 0;
        return document + BulkRequest.ACTION_BYTES;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private Runnable answered(BulkRequest request, Response response, Completion completion) throws IOException {
        try (response) {
            int status = response.statusCode();
            if (status >= 300) {
                return refused(request, status, errorOf(response), completion);
            }
            BulkReply reply;
            try (InputStream body = bodyOf(response)) {
                reply = BulkReply.parse(body);
            } catch (IOException e) {
                // Jackson's message may quote the body.
                return failed(
                        completion,
                        FailureKind.RETRYABLE,
                        "answered " + status + " without the items of a bulk request");
            }
            if (reply.size() != request.entries()) {
                return failed(
                        completion,
                        FailureKind.RETRYABLE,
                        "answered with " + reply.size() + " items to a request of " + request.entries());
            }
            return settled(request, reply, completion);
        }
    }

    private Runnable settled(BulkRequest request, BulkReply reply, Completion completion) {
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
                        reply.status(item), reply.hasError(item), reply.error(item), batch.get(i), mode, index);
                item++;
            }
            if (settled != null) {
                outcomes.add(settled);
            }
        }
        return outcomes;
    }

    private Runnable failed(BulkRequest request, Throwable error, Completion completion) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof ResponseException refusal) {
            // Not chained: its message holds the whole answer.
            int status = refusal.getResponse().getStatusLine().getStatusCode();
            return refused(request, status, errorOf(refusal), completion);
        }
        if (cause instanceof SocketTimeoutException && mode == WriteMode.OVERWRITE) {
            IOException unsafe = new IOException(
                    "Elasticsearch at " + hosts + " did not answer within socket.timeout, and without a version the"
                            + " request must not be sent again, for the first may still be applied later;"
                            + " set Changes.withVersion or raise socket.timeout",
                    cause);
            return () -> completion.failed(FailureKind.FATAL, unsafe);
        }
        IOException broken = new IOException(
                "Elasticsearch at " + hosts + " did not take a request for index '" + index + "': "
                        + cause.getClass().getSimpleName() + ": " + cause.getMessage(),
                cause);
        return () -> completion.failed(FailureKind.RETRYABLE, broken);
    }

    private Runnable refused(BulkRequest request, int status, BulkReply.Error error, Completion completion) {
        FailureKind kind = ElasticsearchFailures.requestKind(status, error);
        ElasticsearchFailure failure = ElasticsearchFailures.request(status, error, request.entries(), index, hosts);
        return () -> completion.failed(kind, failure);
    }

    private Runnable failed(Completion completion, FailureKind kind, String what) {
        ElasticsearchFailure failure = new ElasticsearchFailure("Elasticsearch at " + hosts + " " + what
                + " for index '" + index + "'; check that hosts is Elasticsearch");
        return () -> completion.failed(kind, failure);
    }

    private static InputStream bodyOf(Response response) throws IOException {
        return response.body() == null
                ? InputStream.nullInputStream()
                : response.body().asInputStream();
    }

    private static BulkReply.Error errorOf(Response response) throws IOException {
        try (InputStream body = bodyOf(response)) {
            return BulkReply.parseError(body);
        }
    }

    private static BulkReply.Error errorOf(ResponseException refusal) {
        if (refusal.getResponse().getEntity() == null) {
            return BulkReply.Error.UNKNOWN;
        }
        try (InputStream body = refusal.getResponse().getEntity().getContent()) {
            return BulkReply.parseError(body);
        } catch (IOException e) {
            return BulkReply.Error.UNKNOWN;
        }
    }
}
