package io.connectorkit.elasticsearch;

import co.elastic.clients.transport.http.TransportHttpClient.Response;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.elasticsearch.client.ResponseException;
import org.jspecify.annotations.Nullable;

/**
 * An alias that shows an index without its tombstones. Made when the sink opens, by every subtask: each step changes
 * nothing when it is done again.
 */
final class ReadersAlias {

    private static final int PATIENCE_SECONDS = 30;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An answer, whatever its status. */
    private record Answer(int status, BulkReply.Error error) {}

    private final ClusterClient client;
    private final String index;
    private final String alias;
    private final @Nullable String versionField;

    ReadersAlias(ClusterClient client, String index, String alias, @Nullable String versionField) {
        this.client = client;
        this.index = index;
        this.alias = alias;
        this.versionField = versionField;
    }

    /** Makes the index if need be, maps the tombstones' fields, and puts the alias in front. */
    void make() throws IOException, InterruptedException {
        String path = "/" + ClusterClient.encoded(index);
        Answer answer = send("PUT", path + "/_mapping", mapping().toString());
        if (answer.status() == 404) {
            ObjectNode settings = JSON.createObjectNode();
            settings.set("mappings", mapping());
            answer = send("PUT", path, settings.toString());
            if ("resource_already_exists_exception".equals(answer.error().type())) {
                answer = send("PUT", path + "/_mapping", mapping().toString());
            }
        }
        if (answer.status() < 300) {
            String filter = "{\"filter\":{\"bool\":{\"must_not\":[{\"term\":{\"" + ActionBody.DELETED + "\":true}}]}}}";
            answer = send("PUT", path + "/_alias/" + ClusterClient.encoded(alias), filter);
        }
        if (answer.status() >= 300) {
            throw new IOException(
                    "sink.readers-alias must be one that can be made, got '" + alias + "' for index '" + index
                            + "': " + answer.status() + ElasticsearchFailures.describe(answer.error())
                            + "; make it by hand and leave the option out, or grant the privilege manage on the index");
        }
    }

    private ObjectNode mapping() {
        ObjectNode mapping = JSON.createObjectNode();
        ObjectNode fields = mapping.putObject("properties");
        fields.putObject(ActionBody.DELETED).put("type", "boolean");
        fields.putObject(ActionBody.DELETED_AT).put("type", "date");
        if (versionField != null) {
            fields.putObject(versionField).put("type", "keyword");
        }
        return mapping;
    }

    private Answer send(String method, String path, String json) throws IOException, InterruptedException {
        CompletableFuture<Response> future = client.send(method, path, Map.of(), json);
        try (Response response = future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                InputStream body = Refusals.bodyOf(response)) {
            int status = response.statusCode();
            return new Answer(status, status < 300 ? BulkReply.Error.UNKNOWN : BulkReply.parseError(body));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ResponseException refused) {
                return new Answer(refused.getResponse().getStatusLine().getStatusCode(), BulkReply.Error.UNKNOWN);
            }
            throw new IOException("sink.readers-alias could not be made: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new IOException("sink.readers-alias was not made within " + PATIENCE_SECONDS + " s", e);
        }
    }
}
