package io.connectorkit.elasticsearch;

import co.elastic.clients.transport.http.TransportHttpClient.Response;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.connectorkit.elasticsearch.Refusals.Refusal;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Asks an index for JSON; what goes wrong is told apart as lookups need, in words without documents. */
final class LookupRequests implements AutoCloseable {

    /** Numbers keep all their digits. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    private final ClusterClient client;
    private final Refusals refusals;

    LookupRequests(ClusterClient client, ElasticsearchOptions options) {
        this.client = client;
        this.refusals = new Refusals(options.index(), options.hosts());
    }

    /** The index as it stands in messages. */
    String index() {
        return refusals.index();
    }

    /** A path below the index. */
    String path(String operation) {
        return "/" + ClusterClient.encoded(refusals.index()) + operation;
    }

    /**
     * Parameters that ask for no more than {@code filter} of the answer and {@code fields} of each document; none for all
     * fields. Elasticsearch writes anew whatever it picks from, with numbers as doubles: who wants all gets it untouched.
     */
    static Map<String, String> pick(String filter, List<String> fields) {
        return fields.isEmpty()
                ? Map.of()
                : Map.of(
                        "filter_path", filter, "_source_includes", String.join(",", fields) + "," + ActionBody.DELETED);
    }

    /** @param request for messages: {@code a lookup of 3 keys} */
    CompletableFuture<JsonNode> ask(
            String method, String path, Map<String, String> parameters, String json, String request) {
        return answered(client.send(method, path, parameters, json.isEmpty() ? null : json), request);
    }

    /** As {@link #ask} with one JSON document a line. */
    CompletableFuture<JsonNode> lines(String path, Map<String, String> parameters, String lines, String request) {
        List<ByteBuffer> body = List.of(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)));
        return answered(client.lines(path, parameters, body), request);
    }

    private CompletableFuture<JsonNode> answered(CompletableFuture<Response> sent, String request) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        sent.whenComplete((response, error) -> {
            try {
                if (error != null) {
                    answer.completeExceptionally(failure(refusals.of(error, request)));
                } else {
                    answer.complete(read(response, request));
                }
            } catch (LookupException e) {
                answer.completeExceptionally(e);
            } catch (Throwable e) {
                answer.completeExceptionally(
                        new LookupException(FailureKind.FATAL, "the answer to " + request + " could not be read", e));
            }
        });
        return answer;
    }

    private JsonNode read(Response response, String request) throws IOException, LookupException {
        try (response) {
            if (response.statusCode() >= 300) {
                throw failure(refusals.of(response, request));
            }
            try (InputStream body = Refusals.bodyOf(response)) {
                JsonNode answer = JSON.readTree(body);
                if (answer instanceof ObjectNode) {
                    return answer;
                }
            } catch (IOException e) {
                // Jackson's message may quote the body.
            }
            throw unexpected("answered " + response.statusCode() + " without JSON");
        }
    }

    /** The answer is not one that Elasticsearch gives. */
    LookupException unexpected(String what) {
        return failure(refusals.unexpected(what));
    }

    /** A part of an answer says that this part failed. */
    LookupException failed(int status, JsonNode error, String request) {
        BulkReply.Error told = new BulkReply.Error(
                error.path("type").asText(null),
                error.path("reason").asText(null),
                error.path("caused_by").path("type").asText(null));
        return new LookupException(
                ElasticsearchFailures.requestKind(status, told),
                String.valueOf(ElasticsearchFailures.request(status, told, request, refusals.index(), refusals.hosts())
                        .getMessage()),
                null);
    }

    private static LookupException failure(Refusal refusal) {
        return new LookupException(
                refusal.kind(), String.valueOf(refusal.cause().getMessage()), refusal.cause());
    }

    /** What the mapper makes of a document. */
    <V> V map(ElasticsearchLookupMapper<V> mapper, String id, JsonNode source) throws LookupException {
        V value;
        try {
            value = mapper.map(id, source);
        } catch (IOException | RuntimeException e) {
            Exception withoutMessage =
                    new Exception(e.getClass().getName() + " (its message is withheld, it may quote the document)");
            withoutMessage.setStackTrace(e.getStackTrace());
            throw new LookupException(
                    FailureKind.FATAL,
                    "the mapper failed on document '" + id + "' of index '" + index() + "': "
                            + (e instanceof DocumentRow.UnreadableColumn
                                    ? e.getMessage()
                                    : e.getClass().getName()),
                    withoutMessage);
        }
        if (value == null) {
            throw new LookupException(
                    FailureKind.FATAL,
                    "the mapper must not return null, got it for document '" + id + "' of index '" + index() + "'",
                    null);
        }
        return value;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
