package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupSource;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Documents by id: a batch of keys is one {@code _mget}, which sees every write that was acknowledged. */
final class IdLookupSource<V> implements LookupSource<ChangeKey, V> {

    private static final String FILTER = "docs.found,docs._source,docs.error";
    private static final String NO_INDEX = "index_not_found_exception";

    private final LookupRequests requests;
    private final DocumentAddress address;
    private final int @Nullable [] order;
    private final Map<String, String> parameters;
    private final ElasticsearchLookupMapper<V> mapper;

    IdLookupSource(
            LookupRequests requests,
            DocumentAddress address,
            int @Nullable [] order,
            List<String> sourceFields,
            ElasticsearchLookupMapper<V> mapper) {
        this.requests = requests;
        this.address = address;
        this.order = order;
        this.parameters = LookupRequests.pick(FILTER, sourceFields);
        this.mapper = mapper;
    }

    @Override
    public CompletionStage<Map<ChangeKey, V>> fetch(List<ChangeKey> keys) {
        ObjectNode question = LookupRequests.JSON.createObjectNode();
        ArrayNode docs = question.putArray("docs");
        for (ChangeKey key : keys) {
            try {
                docs.addObject().put("_id", address.id(ordered(key)));
            } catch (IllegalArgumentException e) {
                return CompletableFuture.failedFuture(
                        new LookupException(FailureKind.REJECTED, String.valueOf(e.getMessage()), e));
            }
        }
        String request = "a lookup of " + keys.size() + " keys";
        CompletableFuture<Map<ChangeKey, V>> rows = new CompletableFuture<>();
        requests.ask("POST", requests.path("/_mget"), parameters, question.toString(), request)
                .whenComplete((answer, error) -> {
                    if (error != null) {
                        rows.completeExceptionally(error);
                        return;
                    }
                    try {
                        rows.complete(read(keys, answer.path("docs")));
                    } catch (LookupException e) {
                        rows.completeExceptionally(e);
                    }
                });
        return rows;
    }

    /** The key as the document has it. */
    private ChangeKey ordered(ChangeKey key) {
        if (order == null || order.length < 2) {
            return key;
        }
        Object[] rest = new Object[order.length - 1];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = key.part(order[i + 1]);
        }
        return ChangeKey.of(key.part(order[0]), rest);
    }

    private Map<ChangeKey, V> read(List<ChangeKey> keys, JsonNode docs) throws LookupException {
        if (docs.size() != keys.size()) {
            throw requests.unexpected(
                    "answered with " + docs.size() + " documents to a lookup of " + keys.size() + " keys");
        }
        Map<ChangeKey, V> rows = new HashMap<>();
        for (int i = 0; i < docs.size(); i++) {
            JsonNode doc = docs.get(i);
            ChangeKey key = keys.get(i);
            if (doc.has("error")) {
                boolean noIndex = NO_INDEX.equals(doc.get("error").path("type").asText());
                throw requests.failed(noIndex ? 404 : 503, doc.get("error"), "a lookup of key=" + key);
            }
            JsonNode source = doc.path("_source");
            if (doc.path("found").asBoolean()
                    && !source.path(ActionBody.DELETED).asBoolean()) {
                rows.put(key, requests.map(mapper, key.text(), source));
            }
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        requests.close();
    }
}
