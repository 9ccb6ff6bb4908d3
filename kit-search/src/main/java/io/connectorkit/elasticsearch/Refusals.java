package io.connectorkit.elasticsearch;

import co.elastic.clients.transport.http.TransportHttpClient.Response;
import io.connectorkit.failure.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.elasticsearch.client.ResponseException;

/**
 * What it means when a request as a whole did not get the answer that was asked for, in words without payloads.
 *
 * @param index for messages
 * @param hosts for messages
 */
record Refusals(String index, List<String> hosts) {

    /** A failed request. */
    record Refusal(FailureKind kind, Exception cause) {}

    /** {@code request} ({@code a request of 3 changes}) did not get any answer, or a refusal that the client throws. */
    Refusal of(Throwable error, String request) {
        Throwable cause = unwrapped(error);
        if (cause instanceof ResponseException refusal) {
            // Not chained: its message holds the whole answer.
            int status = refusal.getResponse().getStatusLine().getStatusCode();
            return refused(status, errorOf(refusal), request);
        }
        return new Refusal(
                FailureKind.RETRYABLE,
                new IOException(
                        "Elasticsearch at " + hosts + " did not take a request for index '" + index + "': "
                                + cause.getClass().getSimpleName() + ": " + cause.getMessage(),
                        cause));
    }

    /** {@code request} was answered with a status from 300. */
    Refusal of(Response response, String request) throws IOException {
        try (InputStream body = bodyOf(response)) {
            return refused(response.statusCode(), BulkReply.parseError(body), request);
        }
    }

    /** The answer is not one that Elasticsearch gives; its text is not repeated. */
    Refusal unexpected(String what) {
        return new Refusal(
                FailureKind.RETRYABLE,
                new ElasticsearchFailure("Elasticsearch at " + hosts + " " + what + " for index '" + index
                        + "'; check that hosts is Elasticsearch"));
    }

    private Refusal refused(int status, BulkReply.Error error, String request) {
        return new Refusal(
                ElasticsearchFailures.requestKind(status, error),
                ElasticsearchFailures.request(status, error, request, index, hosts));
    }

    /** Whether the request may still be under way. */
    static boolean isSilence(Throwable error) {
        return unwrapped(error) instanceof SocketTimeoutException;
    }

    static InputStream bodyOf(Response response) throws IOException {
        return response.body() == null
                ? InputStream.nullInputStream()
                : response.body().asInputStream();
    }

    private static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
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
