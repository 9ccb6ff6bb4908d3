package io.connectorkit.elasticsearch;

import co.elastic.clients.transport.http.TransportHttpClient.Response;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.connectorkit.elasticsearch.ElasticsearchOptions.Authentication;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.elasticsearch.client.ResponseException;
import org.jspecify.annotations.Nullable;

/**
 * What can be known before the first write: a host answers, the credentials are accepted, and they carry the privileges
 * that the sink needs.
 *
 * <p>The index need not exist, for Elasticsearch may create it. A cluster that answers but is not ready (429, 5xx)
 * passes: the write path waits for it.
 */
final class ClusterCheck {

    private static final int PATIENCE_SECONDS = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An answer, whatever its status. */
    private record Answer(int status, BulkReply.Error error, @Nullable JsonNode body) {}

    private final ClusterClient client;
    private final ElasticsearchOptions options;

    ClusterCheck(ClusterClient client, ElasticsearchOptions options) {
        this.client = client;
        this.options = options;
    }

    /** For lookups, which need the index. */
    void runForReading() throws IOException, InterruptedException {
        if (askForIndex() == 404) {
            throw new IOException("index must be one that exists, got '" + options.index() + "'");
        }
        if (!(options.authentication() instanceof Authentication.None)) {
            checkPrivileges(List.of("read"), "");
        }
    }

    void run(WritePlan plan) throws IOException, InterruptedException {
        askForIndex();
        if (!(options.authentication() instanceof Authentication.None)
                && !plan.address().ownIndex()) {
            checkPrivileges(plan.privileges(), " or the privilege write");
        }
    }

    /** The status of the index. */
    private int askForIndex() throws IOException, InterruptedException {
        // Any node and any version answers this; 404 is an index that does not exist yet, 403 one that may not be
        // looked at.
        Answer answer = firstAnswer("HEAD", "/" + ClusterClient.encoded(options.index()), null);
        if (answer.status() == 401) {
            throw unauthorized(answer);
        }
        if (answer.status() == 400) {
            throw new IOException("index must be a name that Elasticsearch accepts, got '" + options.index() + "': 400"
                    + ElasticsearchFailures.describe(answer.error()));
        }
        return answer.status();
    }

    private void checkPrivileges(List<String> privileges, String orElse) throws IOException, InterruptedException {
        ObjectNode index = JSON.createObjectNode();
        index.putArray("names").add(options.index());
        ArrayNode wanted = index.putArray("privileges");
        privileges.forEach(wanted::add);
        ObjectNode question = JSON.createObjectNode();
        question.putArray("index").add(index);
        String body = question.toString();
        Answer answer = firstAnswer("POST", "/_security/user/_has_privileges", body);
        if (answer.status() == 401) {
            throw unauthorized(answer);
        }
        if (answer.status() != 200 || answer.body() == null) {
            // Security is off, or this distribution has none.
            return;
        }
        List<String> missing = new ArrayList<>();
        answer.body().path("index").path(options.index()).properties().forEach(privilege -> {
            if (!privilege.getValue().asBoolean(true)) {
                missing.add(privilege.getKey());
            }
        });
        if (!missing.isEmpty()) {
            throw new IOException(credentials() + " must have the index privileges " + String.join(" and ", privileges)
                    + " on index '" + options.index() + "', lacks " + String.join(" and ", missing)
                    + "; grant them" + orElse);
        }
    }

    /** Each request goes to another host that has not failed yet: as many tries as there are hosts. */
    private Answer firstAnswer(String method, String path, @Nullable String json)
            throws IOException, InterruptedException {
        Throwable last = null;
        for (int i = 0; i < options.hosts().size(); i++) {
            CompletableFuture<Response> future = client.send(method, path, Map.of(), json);
            try (Response response = future.get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return answer(response);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ResponseException refused) {
                    int status = refused.getResponse().getStatusLine().getStatusCode();
                    return new Answer(status, BulkReply.Error.UNKNOWN, null);
                }
                last = e.getCause();
            } catch (TimeoutException e) {
                future.cancel(true);
                last = new IOException("no answer within " + PATIENCE_SECONDS + " s", e);
            }
        }
        throw unreachable(last);
    }

    private static Answer answer(Response response) throws IOException {
        int status = response.statusCode();
        if (response.body() == null) {
            return new Answer(status, BulkReply.Error.UNKNOWN, null);
        }
        try (InputStream body = response.body().asInputStream()) {
            return status == 200
                    ? new Answer(status, BulkReply.Error.UNKNOWN, JSON.readTree(body))
                    : new Answer(status, BulkReply.parseError(body), null);
        }
    }

    private IOException unauthorized(Answer answer) {
        String option = options.authentication() instanceof Authentication.None
                ? "username and password, api-key or bearer-token must be set"
                : credentials() + " must be accepted by Elasticsearch";
        return new IOException(
                option + ", got 401 from " + options.hosts() + ElasticsearchFailures.describe(answer.error()));
    }

    /** The options that say who we are. */
    private String credentials() {
        return options.authentication() instanceof Authentication.ApiKey
                ? "api-key"
                : options.authentication() instanceof Authentication.Bearer ? "bearer-token" : "username and password";
    }

    private IOException unreachable(@Nullable Throwable cause) {
        String remedy = cause instanceof SSLException
                ? "check that the port speaks TLS and set ssl.ca-certificate or ssl.ca-fingerprint"
                : "check host and port, and whether it must be http or https";
        String why = cause == null ? "" : ": " + cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return new IOException(
                "hosts must name an Elasticsearch node that answers, got " + options.hosts() + why + "; " + remedy,
                cause);
    }
}
