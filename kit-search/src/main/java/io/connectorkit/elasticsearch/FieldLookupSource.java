package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupSource;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * All documents with certain values: a batch of keys is one {@code _msearch}, and a key with more hits than a page is
 * read to its end from a point in time.
 */
final class FieldLookupSource<V> implements LookupSource<ChangeKey, List<V>> {

    private static final String FILTER =
            "responses.status,responses.error,responses.hits.hits._id," + "responses.hits.hits._source,error";
    private static final String HEADER = "{\"allow_partial_search_results\":false}\n";

    private final LookupRequests requests;
    private final TermFields fields;
    private final List<String> sourceFields;
    private final ElasticsearchLookupMapper<V> mapper;
    private final Map<String, String> parameters;
    private final HitPages pages;

    FieldLookupSource(
            LookupRequests requests,
            TermFields fields,
            List<String> sourceFields,
            ElasticsearchLookupMapper<V> mapper) {
        this.requests = requests;
        this.fields = fields;
        this.sourceFields = sourceFields;
        this.mapper = mapper;
        this.parameters = sourceFields.isEmpty() ? Map.of() : Map.of("filter_path", FILTER);
        this.pages = new HitPages(requests, sourceFields.isEmpty());
    }

    @Override
    public CompletionStage<Map<ChangeKey, List<V>>> fetch(List<ChangeKey> keys) {
        return fields.names()
                .thenCompose(
                        names -> names.isEmpty() ? CompletableFuture.completedFuture(Map.of()) : fetch(keys, names));
    }

    private CompletionStage<Map<ChangeKey, List<V>>> fetch(List<ChangeKey> keys, List<String> names) {
        StringBuilder lines = new StringBuilder();
        for (ChangeKey key : keys) {
            try {
                lines.append(HEADER).append(search(key, names)).append('\n');
            } catch (LookupException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        String request = "a lookup of " + keys.size() + " keys";
        return requests.lines(requests.path("/_msearch"), parameters, lines.toString(), request)
                .thenCompose(answer -> read(keys, names, answer.path("responses")));
    }

    /** The query of a key, for its first page. */
    private ObjectNode search(ChangeKey key, List<String> names) throws LookupException {
        if (key.size() != names.size()) {
            throw new LookupException(
                    FailureKind.REJECTED,
                    "key=" + key + " must have " + names.size() + " parts " + fields.fields() + ", got " + key.size(),
                    null);
        }
        ObjectNode search = LookupRequests.JSON.createObjectNode();
        search.put("size", HitPages.FIRST);
        search.put("track_total_hits", false);
        ObjectNode bool = search.putObject("query").putObject("bool");
        ArrayNode filter = bool.putArray("filter");
        for (int i = 0; i < names.size(); i++) {
            putValue(filter.addObject().putObject("term").putObject(names.get(i)), key, key.part(i));
        }
        bool.putArray("must_not").addObject().putObject("term").put(ActionBody.DELETED, true);
        if (!sourceFields.isEmpty()) {
            ArrayNode source = search.putArray("_source");
            sourceFields.forEach(source::add);
        }
        return search;
    }

    private static void putValue(ObjectNode term, ChangeKey key, Object part) throws LookupException {
        if (part instanceof Long number) {
            term.put("value", number);
        } else if (part instanceof BigDecimal number) {
            term.put("value", number);
        } else if (part instanceof Boolean bool) {
            term.put("value", bool);
        } else if (part instanceof byte[]) {
            throw new LookupException(
                    FailureKind.REJECTED,
                    "key=" + key + " must not have a part of bytes, for Elasticsearch does not index them",
                    null);
        } else {
            term.put("value", part.toString());
        }
    }

    private CompletionStage<Map<ChangeKey, List<V>>> read(
            List<ChangeKey> keys, List<String> names, JsonNode responses) {
        Map<ChangeKey, List<V>> rows = new HashMap<>();
        CompletableFuture<Map<ChangeKey, List<V>>> all = CompletableFuture.completedFuture(rows);
        try {
            if (responses.size() != keys.size()) {
                throw requests.unexpected(
                        "answered with " + responses.size() + " results to a lookup of " + keys.size() + " keys");
            }
            for (int i = 0; i < keys.size(); i++) {
                ChangeKey key = keys.get(i);
                JsonNode response = responses.get(i);
                if (response.has("error")) {
                    throw requests.failed(
                            response.path("status").asInt(500), response.get("error"), "a lookup of key=" + key);
                }
                JsonNode hits = response.path("hits").path("hits");
                if (hits.size() < HitPages.FIRST) {
                    put(rows, key, hits);
                } else {
                    // One after the other: they are large.
                    all = all.thenCompose(found -> readAll(found, key, names));
                }
            }
        } catch (LookupException e) {
            return CompletableFuture.failedFuture(e);
        }
        return all;
    }

    private CompletionStage<Map<ChangeKey, List<V>>> readAll(
            Map<ChangeKey, List<V>> rows, ChangeKey key, List<String> names) {
        try {
            return pages.all(search(key, names), key).thenCompose(hits -> {
                try {
                    put(rows, key, hits);
                    return CompletableFuture.completedFuture(rows);
                } catch (LookupException e) {
                    return CompletableFuture.failedFuture(e);
                }
            });
        } catch (LookupException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void put(Map<ChangeKey, List<V>> rows, ChangeKey key, Iterable<JsonNode> hits) throws LookupException {
        List<V> found = new ArrayList<>();
        for (JsonNode hit : hits) {
            found.add(requests.map(mapper, hit.path("_id").asText(), hit.path("_source")));
        }
        if (!found.isEmpty()) {
            rows.put(key, found);
        }
    }

    @Override
    public void close() throws IOException {
        requests.close();
    }
}
