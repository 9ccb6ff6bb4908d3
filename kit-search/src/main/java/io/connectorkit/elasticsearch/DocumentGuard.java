package io.connectorkit.elasticsearch;

import co.elastic.clients.transport.http.TransportHttpClient.Response;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The guard for versions that Elasticsearch's own cannot hold: reads the version field of each document of a batch, in
 * one {@code _mget}, so that the write can be made to depend on what was found.
 */
final class DocumentGuard {

    private static final JsonFactory JSON = new JsonFactory();

    private final ClusterClient client;
    private final WritePlan plan;
    private final String path;
    private final Map<String, String> parameters;
    private final StandingReply reply;

    DocumentGuard(ClusterClient client, WritePlan plan, String versionField, String index) {
        this.client = client;
        this.plan = plan;
        this.path = plan.address().ownIndex() ? "/_mget" : "/" + ClusterClient.encoded(index) + "/_mget";
        this.parameters = Map.of(
                "_source_includes", versionField + "," + ActionBody.DELETED, "filter_path", StandingReply.FILTER);
        this.reply = new StandingReply(versionField);
    }

    /** Asks for what the index holds of each document. */
    CompletionStage<Response> ask(List<? extends Change<byte[]>> batch) {
        StringWriter body = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeArrayFieldStart("docs");
            for (Change<byte[]> change : batch) {
                String id = idOf(change.key());
                if (id != null) {
                    json.writeStartObject();
                    json.writeStringField("_id", id);
                    writeIfSet(json, "_index", plan.address().index(change.key()));
                    writeIfSet(json, "routing", plan.address().routing(change.key()));
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return client.send("POST", path, parameters, body.toString());
    }

    private static void writeIfSet(JsonGenerator json, String field, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    /** Null for a key without an id, which the bulk request rejects with the reason. */
    private @Nullable String idOf(ChangeKey key) {
        try {
            String id = plan.address().id(key);
            return isUnicode(id) ? id : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isUnicode(String text) {
        return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** What was found for each change of the batch, in order; null for those that were not asked for. */
    @Nullable
    Standing[] standings(List<? extends Change<byte[]>> batch, Response response) throws IOException {
        List<Standing> found = new ArrayList<>();
        try (InputStream body = Refusals.bodyOf(response)) {
            found.addAll(reply.parse(body));
        }
        @Nullable Standing[] standings = new Standing[batch.size()];
        int next = 0;
        for (int i = 0; i < standings.length; i++) {
            if (idOf(batch.get(i).key()) != null) {
                if (next == found.size()) {
                    throw new IOException("fewer documents than were asked for");
                }
                standings[i] = found.get(next++);
            }
        }
        if (next != found.size()) {
            throw new IOException("more documents than were asked for");
        }
        return standings;
    }
}
